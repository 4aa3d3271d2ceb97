package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// features is the sines and cosines of the phases of a point under frequencies.
// All but phases return the largest |phase|, for the caller to see whether the
// remainders by pi/2 were right.
func features(c *Context) {
	levels(c, newConstants(c, "features_constants"), func(m *machine, suffix string) {
		phases(m, suffix)
		waves(m, suffix)
		waveSum(m, suffix)
		waveSlopes(m, suffix)
	})
}

// frequencies are the parameters of a row of phases: a point x of dims numbers,
// and frequencies whose numbers d are at omega[d*stride] and behind.
type frequencies struct{ x, dims, omega, stride Register }

const frequenciesParams = "x, omega []float64, stride int"

func (m *machine) loadFrequencies() frequencies {
	g := frequencies{
		x:      m.Load(m.Param("x").Base(), m.GP64()),
		dims:   m.Load(m.Param("x").Len(), m.GP64()),
		omega:  m.Load(m.Param("omega").Base(), m.GP64()),
		stride: m.Load(m.Param("stride"), m.GP64()),
	}
	m.SHLQ(Imm(3), g.stride)
	return g
}

// phase returns the phases sum_d x_d omega_d of a group.
func (m *machine) phase(g frequencies, count int, at Register) []VecVirtual {
	p, t, xd := m.vecs(count), m.vec(), m.vec()
	for i := range p {
		m.zero(p[i])
	}
	column, d := m.GP64(), m.GP64()
	m.LEAQ(Mem{Base: g.omega, Index: at, Scale: 1}, column)
	m.XORQ(d, d)
	loop := m.label("phase")
	m.Label(loop)
	m.set(xd, Mem{Base: g.x, Index: d, Scale: 8})
	for i := range p {
		from := Mem{Base: column, Disp: i * m.size()}
		if m.masks[i] == nil {
			m.madd(p[i], xd, from)
		} else {
			m.load(t, from, i)
			m.madd(p[i], xd, t)
		}
	}
	m.ADDQ(g.stride, column)
	m.INCQ(d)
	m.CMPQ(d, g.dims)
	m.JL(LabelRef(loop))
	return p
}

func phases(m *machine, suffix string) {
	m.begin("phases", suffix, "func(p, "+frequenciesParams+")")
	p := m.Load(m.Param("p").Base(), m.GP64())
	n := m.Load(m.Param("p").Len(), m.GP64())
	g := m.loadFrequencies()
	m.row(n, m.by(4, 2), func(count int, at Register) {
		for i, v := range m.phase(g, count, at) {
			m.store(m.at(p, at, i), v, i)
		}
	})
	m.end()
}

// waves is scaled sines and cosines.
func waves(m *machine, suffix string) {
	m.begin("waves", suffix, "func(sin, cos, "+frequenciesParams+", scale float64) (largest float64)")
	sin := m.Load(m.Param("sin").Base(), m.GP64())
	cos := m.Load(m.Param("cos").Base(), m.GP64())
	n := m.Load(m.Param("sin").Len(), m.GP64())
	g := m.loadFrequencies()
	scale, far := m.spread("scale"), m.vec()
	m.zero(far)
	m.row(n, m.by(3, 2), func(count int, at Register) {
		s, c := m.sinCos(m.phase(g, count, at), far)
		for i := range s {
			m.mul(s[i], s[i], scale)
			m.store(m.at(sin, at, i), s[i], i)
			m.mul(c[i], c[i], scale)
			m.store(m.at(cos, at, i), c[i], i)
		}
	})
	m.Store(m.largest(far).AsX(), m.Return("largest"))
	m.end()
}

// waveSum is sum_j a_j sin p_j + b_j cos p_j.
func waveSum(m *machine, suffix string) {
	m.begin("waveSum", suffix, "func(a, b, "+frequenciesParams+") (sum, largest float64)")
	weighted(m, func(i int, at Register, s, c, a, b VecVirtual) {})
}

// waveSlopes also sets h_j = a_j cos p_j - b_j sin p_j.
func waveSlopes(m *machine, suffix string) {
	m.begin("waveSlopes", suffix, "func(h, a, b, "+frequenciesParams+") (sum, largest float64)")
	h := m.Load(m.Param("h").Base(), m.GP64())
	weighted(m, func(i int, at Register, s, c, a, b VecVirtual) {
		m.mul(c, c, a)
		m.msub(c, s, b)
		m.store(m.at(h, at, i), c, i)
	})
}

func weighted(m *machine, each func(i int, at Register, s, c, a, b VecVirtual)) {
	a := m.Load(m.Param("a").Base(), m.GP64())
	b := m.Load(m.Param("b").Base(), m.GP64())
	n := m.Load(m.Param("a").Len(), m.GP64())
	g := m.loadFrequencies()
	sum, far := m.vec(), m.vec()
	m.zero(sum)
	m.zero(far)
	m.row(n, m.by(3, 1), func(count int, at Register) {
		s, c := m.sinCos(m.phase(g, count, at), far)
		wa, wb := m.vec(), m.vec()
		for i := range s {
			m.load(wa, m.at(a, at, i), i)
			m.madd(sum, s[i], wa)
			m.load(wb, m.at(b, at, i), i)
			m.madd(sum, c[i], wb)
			each(i, at, s[i], c[i], wa, wb)
		}
	})
	m.Store(m.sum(sum).AsX(), m.Return("sum"))
	m.Store(m.largest(far).AsX(), m.Return("largest"))
	m.end()
}
