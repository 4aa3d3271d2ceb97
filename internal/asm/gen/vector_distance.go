package main

import (
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// points are the parameters of a row of distances: from x, of dims numbers, to the
// points whose numbers d are at y[d*stride] and behind.
type points struct{ x, dims, scale, y, stride Register }

// pointsParams are those parameters in a signature.
const pointsParams = "x, scale, y []float64, stride int"

func (m *machine) loadPoints() points {
	g := points{
		x:      m.Load(m.Param("x").Base(), m.GP64()),
		dims:   m.Load(m.Param("x").Len(), m.GP64()),
		scale:  m.Load(m.Param("scale").Base(), m.GP64()),
		y:      m.Load(m.Param("y").Base(), m.GP64()),
		stride: m.Load(m.Param("stride"), m.GP64()),
	}
	m.SHLQ(Imm(3), g.stride)
	return g
}

// distance returns the scaled squared distances sum_d ((x_d - y_d) scale_d)^2 of a
// group, 0 in lanes beyond the row. The difference is formed first: the result is
// right to rounding however far the points are from the origin, and exactly 0 for
// equal ones.
func (m *machine) distance(g points, count int, at Register) []VecVirtual {
	r2, t := m.vecs(count), m.vecs(count)
	xd, scale := m.vec(), m.vec()
	for i := range r2 {
		m.zero(r2[i])
	}
	column, d := m.GP64(), m.GP64()
	m.LEAQ(Mem{Base: g.y, Index: at, Scale: 1}, column)
	m.XORQ(d, d)
	loop := m.label("distance")
	m.Label(loop)
	m.set(xd, Mem{Base: g.x, Index: d, Scale: 8})
	m.set(scale, Mem{Base: g.scale, Index: d, Scale: 8})
	for i := range r2 {
		m.difference(t[i], xd, Mem{Base: column, Disp: i * m.size()}, i)
	}
	for i := range r2 {
		m.mul(t[i], t[i], scale)
	}
	for i := range r2 {
		m.madd(r2[i], t[i], t[i])
	}
	m.ADDQ(g.stride, column)
	m.INCQ(d)
	m.CMPQ(d, g.dims)
	m.JL(LabelRef(loop))
	return r2
}

// difference is dst = a - y for vector i of a group, 0 in lanes beyond the row.
func (m *machine) difference(dst, a Op, y Mem, i int) {
	switch {
	case m.masks[i] == nil:
		m.VSUBPD(y, a, dst)
	case m.wide:
		m.VSUBPD_Z(y, a, m.masks[i], dst)
	default:
		m.VMASKMOVPD(y, m.masks[i], dst)
		m.VSUBPD(dst, a, dst)
		m.VANDPD(m.masks[i], dst, dst)
	}
}
