package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/reg"
)

// exp is the exponential of a row.
func exp(c *Context) {
	levels(c, newConstants(c, "exp_constants"), func(m *machine, suffix string) {
		m.begin("exp", suffix, "func(dst, x []float64)")
		dst := m.Load(m.Param("dst").Base(), m.GP64())
		x := m.Load(m.Param("x").Base(), m.GP64())
		n := m.Load(m.Param("dst").Len(), m.GP64())
		e := m.exponential(nil)
		m.row(n, m.by(4, 2), func(count int, at Register) {
			v := m.vecs(count)
			for i := range v {
				m.load(v[i], m.at(x, at, i), i)
			}
			e.clamp(v, v, 1)
			e.of(v, 1)
			for i := range v {
				m.store(m.at(dst, at, i), v[i], i)
			}
		})
		m.end()
	})
}
