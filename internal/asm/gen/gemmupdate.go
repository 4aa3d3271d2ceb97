package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Registers of the update of C.
var (
	gemmC    = reg.RSI
	gemmCRow = reg.RDI
	gemmM    = reg.R8
	gemmCols = reg.R9
	gemmDiag = reg.R10
	gemmAdd  = reg.R11
	gemmTmp  = reg.RAX
	gemmTake = reg.RCX // columns that a row takes, shifts
	gemmZero = reg.RDX
)

// update stores alpha times the sums, with C added or not.
func (w gemmWriter) update() {
	w.Load(w.Param("c"), gemmC)
	w.Load(w.Param("cRow"), gemmCRow)
	w.bytes(gemmCRow)
	w.Load(w.Param("m"), gemmM)
	w.Load(w.Param("cols"), gemmCols)
	w.Load(w.Param("diag"), gemmDiag)
	w.Load(w.Param("add"), gemmAdd)
	alpha := w.vec[alphaAt]
	factor, err := w.Param("alpha").Resolve()
	if err != nil {
		panic(err)
	}
	w.op(w.VBROADCASTSD, w.VBROADCASTSS, factor.Addr, alpha)
	w.CMPQ(gemmCols, Imm(uint64(w.vecs*w.lanes)))
	w.JNE(LabelRef("edge"))
	w.CMPQ(gemmDiag, gemmCols)
	w.JL(LabelRef("edge"))
	w.TESTQ(gemmAdd, gemmAdd)
	w.JE(LabelRef("set"))
	w.rowsOf("add", func(r int) {
		for v := range w.vecs {
			at := Mem{Base: gemmC, Disp: v * w.lanes * w.size}
			w.op(w.VFMADD213PD, w.VFMADD213PS, at, alpha, w.acc(r, v))
			w.op(w.VMOVUPD, w.VMOVUPS, w.acc(r, v), at)
		}
	})
	w.Label("set")
	w.rowsOf("set", func(r int) {
		for v := range w.vecs {
			at := Mem{Base: gemmC, Disp: v * w.lanes * w.size}
			w.op(w.VMULPD, w.VMULPS, alpha, w.acc(r, v), w.acc(r, v))
			w.op(w.VMOVUPD, w.VMOVUPS, w.acc(r, v), at)
		}
	})
	w.Label("edge")
	w.XORQ(gemmZero, gemmZero)
	w.rowsOf("edge", func(r int) { w.edgeRow(r, alpha) })
}

// rowsOf writes what is done with each row, until m rows are done; then it returns.
func (w gemmWriter) rowsOf(name string, row func(r int)) {
	for r := range w.rows {
		row(r)
		if r < w.rows-1 {
			w.CMPQ(gemmM, Imm(uint64(r+1)))
			w.JE(LabelRef(name + "_done"))
			w.ADDQ(gemmCRow, gemmC)
		}
	}
	w.Label(name + "_done")
	w.VZEROUPPER()
	w.RET()
}

// Vectors of the update, where the loop over k kept B and an element of A.
const (
	alphaAt = iota
	laneAt  // the lanes of a vector that a row takes, of AVX2
	cAt
)

// edgeRow stores what row r takes: columns before cols, and before r + diag.
func (w gemmWriter) edgeRow(r int, alpha Op) {
	w.LEAQ(Mem{Base: gemmDiag, Disp: r}, gemmTake)
	w.CMPQ(gemmTake, gemmCols)
	w.CMOVQGT(gemmCols, gemmTake)
	w.TESTQ(gemmTake, gemmTake)
	w.CMOVQLT(gemmZero, gemmTake)
	w.firstLanes(gemmTake, gemmTmp)
	set, next := fmt.Sprint("edge_set", r), fmt.Sprint("edge_next", r)
	w.TESTQ(gemmAdd, gemmAdd)
	w.JE(LabelRef(set))
	for v := range w.vecs {
		at := Mem{Base: gemmC, Disp: v * w.lanes * w.size}
		w.lanesOf(v, gemmTmp)
		w.maskedLoad(at, v, w.vec[cAt])
		w.op(w.VFMADD213PD, w.VFMADD213PS, w.vec[cAt], alpha, w.acc(r, v))
		w.maskedStore(w.acc(r, v), v, at)
	}
	w.JMP(LabelRef(next))
	w.Label(set)
	for v := range w.vecs {
		w.op(w.VMULPD, w.VMULPS, alpha, w.acc(r, v), w.acc(r, v))
		w.lanesOf(v, gemmTmp)
		w.maskedStore(w.acc(r, v), v, Mem{Base: gemmC, Disp: v * w.lanes * w.size})
	}
	w.Label(next)
}

// firstLanes prepares masks of the first count elements of a row; tmp is kept
// until the last lanesOf of that row.
func (w gemmWriter) firstLanes(count, tmp reg.GPPhysical) {
	if w.level == "AVX2" {
		w.bytes(count)
		w.LEAQ(w.masks.Offset(maskBytes), tmp)
		w.SUBQ(count, tmp)
		return
	}
	w.MOVL(U32(1), tmp.As32())
	w.SHLQ(reg.CL, tmp) // count is in CX
	w.DECQ(tmp)
	for v := range w.vecs {
		w.KMOVW(tmp.As32(), lanesK[v])
		if v < w.vecs-1 {
			w.SHRQ(Imm(uint64(w.lanes)), tmp)
		}
	}
}

var lanesK = []reg.Register{reg.K1, reg.K2, reg.K3}

// lanesOf makes the mask of vector v that firstLanes prepared the present one.
func (w gemmWriter) lanesOf(v int, tmp reg.GPPhysical) {
	if w.level == "AVX2" {
		w.VMOVUPS(Mem{Base: tmp, Disp: 32 * v}, w.vec[laneAt])
	}
}

func (w gemmWriter) maskedLoad(from Mem, v int, to Op) {
	if w.level == "AVX2" {
		w.op3(w.VMASKMOVPD, w.VMASKMOVPS, from, w.vec[laneAt], to)
		return
	}
	w.op3(w.VMOVUPD_Z, w.VMOVUPS_Z, from, lanesK[v], to)
}

func (w gemmWriter) maskedStore(from Op, v int, to Mem) {
	if w.level == "AVX2" {
		w.op3(w.VMASKMOVPD, w.VMASKMOVPS, from, w.vec[laneAt], to)
		return
	}
	w.op(w.VMOVUPD, w.VMOVUPS, from, lanesK[v], to)
}

// op3 is op of instructions with three operands.
func (w gemmWriter) op3(double, single func(a, b, c Op), a, b, c Op) {
	if w.single {
		single(a, b, c)
	} else {
		double(a, b, c)
	}
}

// maskBytes is the length of a row of a tile of AVX2.
const maskBytes = 64
