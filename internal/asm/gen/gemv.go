package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// gemv is a row times a matrix: the tile of Gemm for one row, with as many vectors
// of C in registers as hide the latency of their sums.
func gemv(c *Context) {
	levels(c, newConstants(c, "gemv_constants"), func(m *machine, suffix string) {
		m.begin("rowTimes", suffix, "func(c, a, b []float64, stride, add int)")
		dst := m.Load(m.Param("c").Base(), m.GP64())
		n := m.Load(m.Param("c").Len(), m.GP64())
		a := m.Load(m.Param("a").Base(), m.GP64())
		depth := m.Load(m.Param("a").Len(), m.GP64())
		b := m.Load(m.Param("b").Base(), m.GP64())
		stride := m.Load(m.Param("stride"), m.GP64())
		add := m.Load(m.Param("add"), m.GP64())
		m.SHLQ(Imm(3), stride)
		m.row(n, m.by(8, 2), func(count int, at Register) {
			acc, v, ak := m.vecs(count), m.vec(), m.vec()
			for _, s := range acc {
				m.zero(s)
			}
			from, row, left := m.GP64(), m.GP64(), m.GP64()
			m.MOVQ(a, from)
			m.LEAQ(Mem{Base: b, Index: at, Scale: 1}, row)
			m.MOVQ(depth, left)
			loop, summed, done := m.label("terms"), m.label("summed"), m.label("stored")
			m.TESTQ(left, left)
			m.JE(LabelRef(summed))
			m.Label(loop)
			m.set(ak, Mem{Base: from})
			for i := range acc {
				place := Mem{Base: row, Disp: i * m.size()}
				if m.masks[i] == nil {
					m.madd(acc[i], ak, place)
					continue
				}
				m.load(v, place, i)
				m.madd(acc[i], ak, v)
			}
			m.ADDQ(Imm(8), from)
			m.ADDQ(stride, row)
			m.DECQ(left)
			m.JNE(LabelRef(loop))
			m.Label(summed)
			m.TESTQ(add, add)
			m.JE(LabelRef(done))
			for i := range acc {
				m.load(v, m.at(dst, at, i), i)
				m.add(acc[i], acc[i], v)
			}
			m.Label(done)
			for i := range acc {
				m.store(m.at(dst, at, i), acc[i], i)
			}
		})
		m.end()
	})
}
