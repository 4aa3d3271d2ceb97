package main

import . "github.com/mmcloughlin/avo/reg"

// roots replaces x >= 0 by its square root, that of at most most, and unless it is
// nil sets half to 1/(2 sqrt x). Numbers below 1e-280, 0 too, may count as it.
//
// The instruction of AVX-512 takes longer than an exponential. Here are, from its
// 14 bits of 1/sqrt x, a step of Goldschmidt for both and one of Newton, together
// within 1 ulp.
func (m *machine) roots(x, half []VecVirtual, most float64) {
	limit := m.vec()
	m.set(limit, m.num(most))
	for i := range x {
		m.min(x[i], limit, x[i])
	}
	if !m.wide {
		for i := range x {
			m.sqrt(x[i], x[i])
			if half != nil {
				m.set(half[i], m.num(0.5))
				m.div(half[i], half[i], x[i])
			}
		}
		return
	}
	m.set(limit, m.num(1e-280))
	for i := range x {
		m.max(x[i], limit, x[i])
	}
	s, h, d := m.vecs(len(x)), m.vecs(len(x)), m.vecs(len(x))
	if half != nil {
		h = half
	}
	correct := func() {
		for i := range x {
			m.set(d[i], m.num(0.5))
			m.msub(d[i], s[i], h[i])
		}
	}
	for i := range x {
		m.VRSQRT14PD(x[i], h[i])
		m.mul(s[i], x[i], h[i])
		m.mul(h[i], h[i], m.num(0.5))
	}
	correct()
	for i := range x {
		m.madd(s[i], s[i], d[i])
		m.madd(h[i], h[i], d[i])
	}
	for i := range x {
		m.msub(x[i], s[i], s[i])
		m.horner(x[i], h[i], s[i])
	}
	if half != nil {
		// The root is right now, so that all of the error is that of h.
		copy(s, x)
		correct()
		for i := range x {
			m.add(d[i], d[i], d[i])
			m.madd(h[i], h[i], d[i])
		}
	}
}
