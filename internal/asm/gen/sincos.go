package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/reg"
)

// sincos is the sine and the cosine of a row.
func sincos(c *Context) {
	levels(c, newConstants(c, "sincos_constants"), func(m *machine, suffix string) {
		m.begin("sinCos", suffix, "func(sin, cos, x []float64) (largest float64)")
		sin := m.Load(m.Param("sin").Base(), m.GP64())
		cos := m.Load(m.Param("cos").Base(), m.GP64())
		x := m.Load(m.Param("x").Base(), m.GP64())
		n := m.Load(m.Param("x").Len(), m.GP64())
		far := m.vec()
		m.zero(far)
		m.row(n, m.by(3, 2), func(count int, at Register) {
			v := m.vecs(count)
			for i := range v {
				m.load(v[i], m.at(x, at, i), i)
			}
			s, c := m.sinCos(v, far)
			for i := range v {
				m.store(m.at(sin, at, i), s[i], i)
				m.store(m.at(cos, at, i), c[i], i)
			}
		})
		m.Store(m.largest(far).AsX(), m.Return("largest"))
		m.end()
	})
}
