package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// contract is the sums over a row of weights times what depends on the columns of
// points: what gradients are made of.
func contract(c *Context) {
	levels(c, newConstants(c, "contract_constants"), func(m *machine, suffix string) {
		// sum_j h_j (x_d - y_dj)^2
		contraction(m, "squares", suffix, "func(acc, h, x, y []float64, stride int)", m.square)
		// sum_j a_j b_j (x_d - y_dj)^2, and sum_j a_j b_j
		contraction(m, "squaresOf", suffix, "func(acc, a, b, x, y []float64, stride int) (sum float64)", m.square)
		// sum_j h_j (x_d - y_dj)
		contraction(m, "differences", suffix, "func(acc, h, x, y []float64, stride int)", func(acc, h, x VecVirtual, y Mem, i int) {
			t := m.vec()
			m.difference(t, x, y, i)
			m.madd(acc, t, h)
		})
		// sum_j h_j y_dj
		contraction(m, "products", suffix, "func(acc, h, y []float64, stride int)", func(acc, h, _ VecVirtual, y Mem, i int) {
			t := m.vec()
			m.load(t, y, i)
			m.madd(acc, t, h)
		})
	})
}

func (m *machine) square(acc, h, x VecVirtual, y Mem, i int) {
	t, u := m.vec(), m.vec()
	m.difference(t, x, y, i)
	m.mul(u, t, h)
	m.madd(acc, u, t)
}

// contraction writes a function that adds a sum over the row to each of acc. Its
// weights are h, or a times b; columns are taken four at a time, and what is left
// of them one by one.
func contraction(m *machine, name, suffix, signature string, term func(acc, h, x VecVirtual, y Mem, i int)) {
	m.begin(name, suffix, signature)
	product, from := name == "squaresOf", name != "products"
	acc := m.Load(m.Param("acc").Base(), m.GP64())
	dims := m.Load(m.Param("acc").Len(), m.GP64())
	weights := []Register{}
	if product {
		weights = append(weights, m.Load(m.Param("a").Base(), m.GP64()), m.Load(m.Param("b").Base(), m.GP64()))
	} else {
		weights = append(weights, m.Load(m.Param("h").Base(), m.GP64()))
	}
	y := m.Load(m.Param("y").Base(), m.GP64())
	stride := m.Load(m.Param("stride"), m.GP64())
	m.SHLQ(Imm(3), stride)
	triple := m.GP64()
	m.LEAQ(Mem{Base: stride, Index: stride, Scale: 2}, triple)
	var x Register
	if from {
		x = m.Load(m.Param("x").Base(), m.GP64())
	}
	length := func() Register {
		if product {
			return m.Load(m.Param("a").Len(), m.GP64())
		}
		return m.Load(m.Param("h").Len(), m.GP64())
	}
	var totals []VecVirtual // of the weights, where they are products: in each pass anew
	weight := func(at Register, i int) VecVirtual {
		h := m.vec()
		m.load(h, m.at(weights[0], at, i), i)
		if product {
			b := m.vec()
			m.load(b, m.at(weights[1], at, i), i)
			m.mul(h, h, b)
			m.add(totals[i], totals[i], h)
		}
		return h
	}
	// columns writes the loop that takes so many at a time while they last.
	columns := func(count, group int) {
		loop, next := m.label("columns"), m.label("next")
		m.Label(loop)
		m.CMPQ(dims, I32(count))
		m.JL(LabelRef(next))
		xs, sums := make([]VecVirtual, count), make([][]VecVirtual, count)
		for c := range sums {
			if from {
				xs[c] = m.vec()
				m.set(xs[c], Mem{Base: x, Disp: 8 * c})
			}
			sums[c] = m.vecs(group)
			for _, s := range sums[c] {
				m.zero(s)
			}
		}
		if product {
			totals = m.vecs(group)
			for _, t := range totals {
				m.zero(t)
			}
		}
		m.row(length(), group, func(n int, at Register) {
			p := m.GP64()
			m.LEAQ(Mem{Base: y, Index: at, Scale: 1}, p)
			for i := range n {
				h := weight(at, i)
				places := []Mem{{Base: p}, {Base: p, Index: stride, Scale: 1}, {Base: p, Index: stride, Scale: 2}, {Base: p, Index: triple, Scale: 1}}
				for c := range sums {
					term(sums[c][i], h, xs[c], places[c].Offset(i*m.size()), i)
				}
			}
		})
		for c := range sums {
			m.addTo(Mem{Base: acc, Disp: 8 * c}, m.total(sums[c]))
		}
		if product {
			m.Store(m.sum(m.total(totals)).AsX(), m.Return("sum"))
		}
		m.ADDQ(I32(8*count), acc)
		if from {
			m.ADDQ(I32(8*count), x)
		}
		m.ADDQ(stride, y)
		if count == 4 {
			m.ADDQ(triple, y)
		}
		m.SUBQ(I32(count), dims)
		m.JMP(LabelRef(loop))
		m.Label(next)
	}
	columns(4, m.by(2, 1))
	columns(1, m.by(4, 2))
	m.end()
}
