package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// narrow rounds a row to single precision, in groups of 8 elements: what is left of
// a row is the caller's.
func narrow(c *Context) {
	levels(c, newConstants(c, "narrow_constants"), func(m *machine, suffix string) {
		m.Function("narrow" + suffix)
		m.SignatureExpr("func(dst []float32, src []float64)")
		m.Pragma("noescape")
		m.Doc("narrow" + suffix + " is narrowGeneric for a multiple of 8 elements.")
		dst := m.Load(m.Param("dst").Base(), m.GP64())
		src := m.Load(m.Param("src").Base(), m.GP64())
		n := m.Load(m.Param("src").Len(), m.GP64())
		m.Label("group")
		m.CMPQ(n, Imm(8))
		m.JL(LabelRef("done"))
		if m.wide {
			v := m.YMM()
			m.VCVTPD2PS(Mem{Base: src}, v)
			m.VMOVUPS(v, Mem{Base: dst})
		} else {
			for i := range 2 {
				v := m.XMM()
				m.VCVTPD2PSY(Mem{Base: src, Disp: 32 * i}, v)
				m.VMOVUPS(v, Mem{Base: dst, Disp: 16 * i})
			}
		}
		m.ADDQ(Imm(64), src)
		m.ADDQ(Imm(32), dst)
		m.SUBQ(Imm(8), n)
		m.JMP(LabelRef("group"))
		m.Label("done")
		m.VZEROUPPER()
		m.RET()
	})
}
