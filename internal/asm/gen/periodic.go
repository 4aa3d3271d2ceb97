package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// periodic is the rows of the periodic kernel, from sines and cosines of angles by
// the addition theorem: sin(a-b) = sin a cos b - cos a sin b.
func periodic(c *Context) {
	levels(c, newConstants(c, "periodic_constants"), func(m *machine, suffix string) {
		periodicRow(m, suffix)
		periodicSums(m, suffix)
	})
}

// sine is s = sa cb - ca sb, each product rounded, so that it is 0 for equal angles
// and changes its sign with their order; t is scratch.
func (m *machine) sine(s, t, sa, ca, sb, cb Op) {
	m.mul(s, sa, cb)
	m.mul(t, ca, sb)
	m.sub(s, s, t)
}

// periodicRow is variance exp(-1/2 sum_d (scale_d sin(a_d - b_dj))^2).
func periodicRow(m *machine, suffix string) {
	m.begin("covPeriodic", suffix, "func(dst, sinX, cosX, scale, sinY, cosY []float64, stride int, variance float64)")
	dst := m.Load(m.Param("dst").Base(), m.GP64())
	n := m.Load(m.Param("dst").Len(), m.GP64())
	sinX := m.Load(m.Param("sinX").Base(), m.GP64())
	dims := m.Load(m.Param("sinX").Len(), m.GP64())
	cosX := m.Load(m.Param("cosX").Base(), m.GP64())
	scales := m.Load(m.Param("scale").Base(), m.GP64())
	sinY := m.Load(m.Param("sinY").Base(), m.GP64())
	// cosY is a distance behind sinY, for one index to serve both.
	apart := m.Load(m.Param("cosY").Base(), m.GP64())
	m.SUBQ(sinY, apart)
	stride := m.Load(m.Param("stride"), m.GP64())
	m.SHLQ(Imm(3), stride)
	e := m.exponential(m.spread("variance"))
	m.row(n, m.by(4, 1), func(count int, at Register) {
		r2, s, t := m.vecs(count), m.vec(), m.vec()
		sa, ca, scale, sb, cb := m.vec(), m.vec(), m.vec(), m.vec(), m.vec()
		for i := range r2 {
			m.zero(r2[i])
		}
		column, d := m.GP64(), m.GP64()
		m.LEAQ(Mem{Base: sinY, Index: at, Scale: 1}, column)
		m.XORQ(d, d)
		loop := m.label("column")
		m.Label(loop)
		m.set(sa, Mem{Base: sinX, Index: d, Scale: 8})
		m.set(ca, Mem{Base: cosX, Index: d, Scale: 8})
		m.set(scale, Mem{Base: scales, Index: d, Scale: 8})
		for i := range r2 {
			m.load(sb, Mem{Base: column, Disp: i * m.size()}, i)
			m.load(cb, Mem{Base: column, Index: apart, Scale: 1, Disp: i * m.size()}, i)
			m.sine(s, t, sa, ca, sb, cb)
			m.mul(s, s, scale)
			m.madd(r2[i], s, s)
		}
		m.ADDQ(stride, column)
		m.INCQ(d)
		m.CMPQ(d, dims)
		m.JL(LabelRef(loop))
		e.clamp(r2, r2, -0.5)
		e.of(r2, -0.5)
		for i := range r2 {
			m.store(m.at(dst, at, i), r2[i], i)
		}
	})
	m.end()
}

// periodicSums adds to three numbers for each column d, with h_j = a_j b_j and s and
// c the sine and cosine of the difference of angles, the sums of h s^2, of h s c and
// of h s c (x_d - y_dj). It returns the sum of h.
func periodicSums(m *machine, suffix string) {
	m.begin("sumsPeriodic", suffix, "func(acc, a, b, x, sinX, cosX, y, sinY, cosY []float64, stride int) (sum float64)")
	acc := m.Load(m.Param("acc").Base(), m.GP64())
	dims := m.Load(m.Param("x").Len(), m.GP64())
	a := m.Load(m.Param("a").Base(), m.GP64())
	b := m.Load(m.Param("b").Base(), m.GP64())
	points := [3]Register{}
	for i, name := range []string{"x", "sinX", "cosX"} {
		points[i] = m.Load(m.Param(name).Base(), m.GP64())
	}
	y := m.Load(m.Param("y").Base(), m.GP64())
	sinY := m.Load(m.Param("sinY").Base(), m.GP64())
	m.SUBQ(y, sinY)
	cosY := m.Load(m.Param("cosY").Base(), m.GP64())
	m.SUBQ(y, cosY)
	total := m.vec()
	loop := m.label("column")
	m.Label(loop)
	x, sa, ca := m.vec(), m.vec(), m.vec()
	for i, v := range []VecVirtual{x, sa, ca} {
		m.set(v, Mem{Base: points[i]})
		m.ADDQ(Imm(8), points[i])
	}
	sums := m.vecs(3)
	for _, s := range sums {
		m.zero(s)
	}
	m.zero(total)
	n := m.Load(m.Param("a").Len(), m.GP64())
	m.row(n, m.by(2, 1), func(count int, at Register) {
		column := m.GP64()
		m.LEAQ(Mem{Base: y, Index: at, Scale: 1}, column)
		for i := range count {
			h, sb, cb, s, c := m.vec(), m.vec(), m.vec(), m.vec(), m.vec()
			m.load(h, m.at(a, at, i), i)
			m.load(sb, m.at(b, at, i), i)
			m.mul(h, h, sb)
			m.add(total, total, h)
			m.load(sb, Mem{Base: column, Index: sinY, Scale: 1, Disp: i * m.size()}, i)
			m.load(cb, Mem{Base: column, Index: cosY, Scale: 1, Disp: i * m.size()}, i)
			m.sine(s, c, sa, ca, sb, cb)
			m.mul(c, ca, cb)
			m.madd(c, sa, sb)
			m.mul(h, h, s)
			m.madd(sums[0], h, s)
			m.mul(h, h, c)
			m.add(sums[1], sums[1], h)
			m.difference(s, x, Mem{Base: column, Disp: i * m.size()}, i)
			m.madd(sums[2], h, s)
		}
	})
	for i, s := range sums {
		m.addTo(Mem{Base: acc, Disp: 8 * i}, s)
	}
	m.ADDQ(Imm(24), acc)
	stride := m.Load(m.Param("stride"), m.GP64())
	m.LEAQ(Mem{Base: y, Index: stride, Scale: 8}, y)
	m.DECQ(dims)
	m.JNE(LabelRef(loop))
	m.Store(m.sum(total).AsX(), m.Return("sum"))
	m.end()
}
