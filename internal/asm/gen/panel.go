package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// transposeKernel writes the packing of up to lanes rows: column k of src goes to
// row k of dst. All lanes are stored; what lies beyond h rows repeats the last.
func (w panelWriter) transposeKernel() {
	w.Function("transpose" + w.suffix())
	w.SignatureExpr("func(h, k int, src *float64, srcRow int, dst *float64, dstRow int)")
	w.Pragma("noescape")
	w.Doc(fmt.Sprintf("transpose%s is the panel of Transpose of up to %d rows.", w.suffix(), w.lanes))
	rows := rowPointers
	step, n, dst, dstRow := reg.RAX, reg.RCX, reg.RDX, reg.RBX
	w.Load(w.Param("src"), rows[0])
	w.Load(w.Param("srcRow"), step)
	w.SHLQ(Imm(3), step)
	w.Load(w.Param("h"), n)
	w.rows(rows, step, n)
	w.Load(w.Param("dst"), dst)
	w.Load(w.Param("dstRow"), dstRow)
	w.SHLQ(Imm(3), dstRow)
	k, at := reg.R14, reg.R15
	if !w.wide {
		at = reg.R12 // R15 would not survive the address of the masks in a shared library
	}
	w.Load(w.Param("k"), k)
	w.XORQ(at, at)
	x := w.group(0)

	w.Label("block")
	w.SUBQ(Imm(uint64(w.lanes)), k)
	w.JL(LabelRef("tail"))
	for r, v := range w.source(x) {
		w.load(Mem{Base: rows[r], Index: at, Scale: 1}, nil, v)
	}
	w.transposeIn(x)
	for _, v := range x {
		w.VMOVUPD(v, Mem{Base: dst})
		w.ADDQ(dstRow, dst)
	}
	w.ADDQ(Imm(uint64(8*w.lanes)), at)
	w.JMP(LabelRef("block"))

	w.Label("tail")
	w.ADDQ(Imm(uint64(w.lanes)), k)
	w.JE(LabelRef("done"))
	mask := w.group(1)[0]
	w.firstLanes(k, mask)
	for r, v := range w.source(x) {
		w.load(Mem{Base: rows[r], Index: at, Scale: 1}, mask, v)
	}
	w.transposeIn(x)
	for _, v := range x[:w.lanes-1] {
		w.VMOVUPD(v, Mem{Base: dst})
		w.ADDQ(dstRow, dst)
		w.DECQ(k)
		w.JE(LabelRef("done"))
	}
	w.Label("done")
	w.VZEROUPPER()
	w.RET()
}
