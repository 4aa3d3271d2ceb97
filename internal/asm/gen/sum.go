package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

func sum(c *Context) {
	c.Function("sumAVX512")
	c.SignatureExpr("func(x []float64) float64")
	c.Pragma("noescape")
	c.Doc("sumAVX512 is sumGeneric.")
	p := c.Load(c.Param("x").Base(), c.GP64())
	n := c.Load(c.Param("x").Len(), c.GP64())
	acc := c.ZMM()
	c.VPXORQ(acc, acc, acc)
	c.Label("loop")
	c.CMPQ(n, Imm(8))
	c.JL(LabelRef("done"))
	c.VADDPD(Mem{Base: p}, acc, acc)
	c.ADDQ(Imm(64), p)
	c.SUBQ(Imm(8), n)
	c.JMP(LabelRef("loop"))
	c.Label("done")
	c.Store(acc.AsX(), c.ReturnIndex(0))
	c.VZEROUPPER()
	c.RET()
}
