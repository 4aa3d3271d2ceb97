package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// copyKernel writes the packing of rows into panels of so many vectors: row by row,
// as the processor expects memory to be read.
func (w panelWriter) copyKernel(vecs int) {
	name := fmt.Sprintf("copyPanels%d%s", vecs, w.suffix())
	w.Function(name)
	w.SignatureExpr("func(k, panels int, src *float64, srcRow int, dst *float64, dstPanel int)")
	w.Pragma("noescape")
	w.Doc(fmt.Sprintf("%s is PackPanels of whole panels, at least one, of %d columns.", name, vecs*w.lanes))
	k, panels, src, srcRow, dst, dstPanel := reg.RCX, reg.RBX, reg.RSI, reg.R8, reg.RDI, reg.R9
	from, to, left := reg.R10, reg.R11, reg.R12
	w.Load(w.Param("k"), k)
	w.Load(w.Param("panels"), panels)
	w.Load(w.Param("src"), src)
	w.Load(w.Param("srcRow"), srcRow)
	w.SHLQ(Imm(3), srcRow)
	w.Load(w.Param("dst"), dst)
	w.Load(w.Param("dstPanel"), dstPanel)
	w.SHLQ(Imm(3), dstPanel)
	size := 8 * w.lanes

	w.Label("row")
	w.MOVQ(src, from)
	w.MOVQ(dst, to)
	w.MOVQ(panels, left)
	w.Label("panel")
	for v := range vecs {
		w.VMOVUPD(Mem{Base: from, Disp: size * v}, w.x[v])
	}
	for v := range vecs {
		w.VMOVUPD(w.x[v], Mem{Base: to, Disp: size * v})
	}
	w.ADDQ(U32(size*vecs), from)
	w.ADDQ(dstPanel, to)
	w.DECQ(left)
	w.JNE(LabelRef("panel"))
	w.ADDQ(srcRow, src)
	w.ADDQ(U32(size*vecs), dst)
	w.DECQ(k)
	w.JNE(LabelRef("row"))
	w.VZEROUPPER()
	w.RET()
}
