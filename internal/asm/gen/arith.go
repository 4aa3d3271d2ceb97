package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/reg"
)

// arith is arithmetic of whole rows.
func arith(c *Context) {
	levels(c, newConstants(c, "arith_constants"), func(m *machine, suffix string) {
		elementwise(m, "multiply", suffix, "func(dst, a, b []float64)", func(v, b, _ VecVirtual) { m.mul(v, v, b) })
		elementwise(m, "scale", suffix, "func(dst []float64, s float64, a []float64)", func(v, _, s VecVirtual) { m.mul(v, v, s) })
		elementwise(m, "addScaled", suffix, "func(dst []float64, s float64, a []float64)", func(v, dst, s VecVirtual) {
			m.horner(v, s, dst)
		})
		elementwise(m, "scaleLess", suffix, "func(dst []float64, s float64, a, b []float64)", func(v, b, s VecVirtual) {
			m.mul(v, v, s)
			m.sub(v, v, b)
		})
		scaleDifferences(m, suffix)
		multiplySum(m, suffix)
		dot(m, suffix)
	})
}

// elementwise writes a function of a row a and of another, dst or b, if it has one
// of them as an operand. f replaces its first argument, of a.
func elementwise(m *machine, name, suffix, signature string, f func(a, other, s VecVirtual)) {
	m.begin(name, suffix, signature)
	dst := m.Load(m.Param("dst").Base(), m.GP64())
	n := m.Load(m.Param("dst").Len(), m.GP64())
	a := m.Load(m.Param("a").Base(), m.GP64())
	var other Register
	switch name {
	case "multiply", "scaleLess":
		other = m.Load(m.Param("b").Base(), m.GP64())
	case "addScaled":
		other = dst
	}
	var s VecVirtual
	if name != "multiply" {
		s = m.spread("s")
	}
	m.row(n, m.by(4, 2), func(count int, at Register) {
		v, o := m.vecs(count), m.vecs(count)
		for i := range v {
			m.load(v[i], m.at(a, at, i), i)
			if other != nil {
				m.load(o[i], m.at(other, at, i), i)
			}
			f(v[i], o[i], s)
			m.store(m.at(dst, at, i), v[i], i)
		}
	})
	m.end()
}

// scaleDifferences is dst = s h (x - y).
func scaleDifferences(m *machine, suffix string) {
	m.begin("scaleDifferences", suffix, "func(dst []float64, s float64, h []float64, x float64, y []float64)")
	dst := m.Load(m.Param("dst").Base(), m.GP64())
	n := m.Load(m.Param("dst").Len(), m.GP64())
	h := m.Load(m.Param("h").Base(), m.GP64())
	y := m.Load(m.Param("y").Base(), m.GP64())
	s, x := m.spread("s"), m.spread("x")
	m.row(n, m.by(4, 2), func(count int, at Register) {
		v, w := m.vec(), m.vec()
		for i := range count {
			m.difference(v, x, m.at(y, at, i), i)
			m.load(w, m.at(h, at, i), i)
			m.mul(w, w, s)
			m.mul(v, v, w)
			m.store(m.at(dst, at, i), v, i)
		}
	})
	m.end()
}

// multiplySum is dst = dst (p a + q b), both products rounded.
func multiplySum(m *machine, suffix string) {
	m.begin("multiplySum", suffix, "func(dst []float64, p float64, a []float64, q float64, b []float64)")
	dst := m.Load(m.Param("dst").Base(), m.GP64())
	n := m.Load(m.Param("dst").Len(), m.GP64())
	a := m.Load(m.Param("a").Base(), m.GP64())
	b := m.Load(m.Param("b").Base(), m.GP64())
	p, q := m.spread("p"), m.spread("q")
	m.row(n, m.by(4, 2), func(count int, at Register) {
		u, v := m.vec(), m.vec()
		for i := range count {
			m.load(u, m.at(a, at, i), i)
			m.mul(u, u, p)
			m.load(v, m.at(b, at, i), i)
			m.mul(v, v, q)
			m.add(u, u, v)
			m.load(v, m.at(dst, at, i), i)
			m.mul(u, u, v)
			m.store(m.at(dst, at, i), u, i)
		}
	})
	m.end()
}

func dot(m *machine, suffix string) {
	m.begin("dot", suffix, "func(a, b []float64) (sum float64)")
	a := m.Load(m.Param("a").Base(), m.GP64())
	n := m.Load(m.Param("a").Len(), m.GP64())
	b := m.Load(m.Param("b").Base(), m.GP64())
	sums := m.vecs(m.by(4, 2))
	for _, s := range sums {
		m.zero(s)
	}
	m.row(n, len(sums), func(count int, at Register) {
		v, w := m.vec(), m.vec()
		for i := range count {
			m.load(v, m.at(a, at, i), i)
			m.load(w, m.at(b, at, i), i)
			m.madd(sums[i], v, w)
		}
	})
	m.Store(m.sum(m.total(sums)).AsX(), m.Return("sum"))
	m.end()
}
