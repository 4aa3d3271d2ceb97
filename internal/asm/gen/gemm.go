package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// gemmTile is the shape of a product kernel: rows x vectors of C are kept in
// registers while one row of B, in vectors, and one element of A at a time pass by.
type gemmTile struct {
	level  string // AVX512 or AVX2
	single bool   // float32 instead of float64
	rows   int
	vecs   int // vectors in a row
}

func gemm(c *Context) {
	masks := maskTable(c, "gemmMasks", maskBytes)
	for _, single := range []bool{false, true} {
		for v := 1; v <= 3; v++ {
			gemmKernel(c, masks, gemmTile{level: "AVX512", single: single, rows: 8, vecs: v})
		}
		for v := 1; v <= 2; v++ {
			gemmKernel(c, masks, gemmTile{level: "AVX2", single: single, rows: 6, vecs: v})
		}
	}
}

// gemmWriter writes one kernel. Its vectors are registers by number: accumulators
// from the end, then B, then what is left for one element of A.
type gemmWriter struct {
	*Context
	gemmTile
	vec   []reg.VecPhysical
	size  int // bytes of an element
	lanes int
	masks Mem // table of AVX2
}

// Registers of the loop over k, beside the pointers to rows of A.
var (
	gemmIndex   = reg.RAX // the offset of column k of A
	gemmAStep   = reg.RBX
	gemmB       = reg.RDX
	gemmBStep   = reg.R14 // g, which calls into assembly restore
	gemmCounter = reg.RCX
	gemmAhead   = reg.R15
)

func gemmKernel(c *Context, masks Mem, t gemmTile) {
	w := gemmWriter{Context: c, gemmTile: t, masks: masks, size: 8, lanes: 8}
	typ := "float64"
	if t.single {
		w.size, typ = 4, "float32"
	}
	if t.level == "AVX512" {
		w.vec, w.lanes = zmm(), 64/w.size
	} else {
		w.vec, w.lanes = ymm(), 32/w.size
	}
	name := fmt.Sprintf("gemm%d%s", t.vecs, t.level)
	if t.single {
		name = "s" + name
	}
	c.Function(name)
	c.SignatureExpr(fmt.Sprintf("func(m, k int, a *%[1]s, aRow, aCol int, b *%[1]s, bRow int, c *%[1]s, cRow, cols, diag int, alpha %[1]s, add int)", typ))
	c.Pragma("noescape")
	c.Doc(fmt.Sprintf("%s is the tile of Gemm of up to %d rows and of cols columns, %d < cols <= %d.",
		name, t.rows, (t.vecs-1)*w.lanes, t.vecs*w.lanes))
	w.loop()
	w.update()
}

// acc is the accumulator of row r and vector v.
func (w gemmWriter) acc(r, v int) reg.VecPhysical {
	return w.vec[len(w.vec)-w.rows*w.vecs+r*w.vecs+v]
}

// op appends an instruction of the type of the elements: D or S.
func (w gemmWriter) op(double, single func(...Op), ops ...Op) {
	if w.single {
		single(ops...)
	} else {
		double(ops...)
	}
}

// bytes turns a count of elements into one of bytes.
func (w gemmWriter) bytes(r Op) {
	if w.size == 8 {
		w.SHLQ(Imm(3), r)
	} else {
		w.SHLQ(Imm(2), r)
	}
}

// loop sums the products over k.
func (w gemmWriter) loop() {
	// Rows from m on are aliases of the last: computed, never stored.
	m, step := gemmCounter, gemmAStep
	w.Load(w.Param("m"), m)
	w.Load(w.Param("a"), rowPointers[0])
	w.Load(w.Param("aRow"), step)
	w.bytes(step)
	for r := 1; r < w.rows; r++ {
		w.LEAQ(Mem{Base: rowPointers[r-1], Index: step, Scale: 1}, rowPointers[r])
		w.CMPQ(m, Imm(uint64(r)))
		w.CMOVQLE(rowPointers[r-1], rowPointers[r])
	}
	// The rows of C are on their way meanwhile.
	w.Load(w.Param("c"), gemmB)
	w.Load(w.Param("cRow"), gemmBStep)
	w.bytes(gemmBStep)
	for r := range w.rows {
		for v := range w.vecs * w.lanes * w.size / 64 {
			w.PREFETCHT0(Mem{Base: gemmB, Disp: 64 * v})
		}
		if r < w.rows-1 {
			w.ADDQ(gemmBStep, gemmB)
		}
	}
	for r := range w.rows {
		for v := range w.vecs {
			w.zero(w.acc(r, v))
		}
	}
	w.lastLanes()
	w.Load(w.Param("aCol"), gemmAStep)
	w.bytes(gemmAStep)
	w.Load(w.Param("b"), gemmB)
	w.Load(w.Param("bRow"), gemmBStep)
	w.bytes(gemmBStep)
	w.Load(w.Param("k"), gemmCounter)
	w.XORQ(gemmIndex, gemmIndex)
	w.Load(w.Param("cols"), reg.R15)
	w.CMPQ(reg.R15, Imm(uint64(w.vecs*w.lanes)))
	w.JNE(LabelRef("masked"))
	w.MOVQ(gemmBStep, gemmAhead)
	w.SHLQ(Imm(4), gemmAhead) // 16 rows
	w.steps("full", 4, false)
	w.JMP(LabelRef("summed"))
	w.Label("masked")
	w.steps("part", 2, true)
	w.Label("summed")
}

// steps is the loop over k, in rounds of n steps and then one by one.
func (w gemmWriter) steps(name string, n uint64, masked bool) {
	w.SUBQ(Imm(n), gemmCounter)
	w.JL(LabelRef(name + "_rest"))
	w.Label(name + "_round")
	for range n {
		w.step(masked)
	}
	w.SUBQ(Imm(n), gemmCounter)
	w.JGE(LabelRef(name + "_round"))
	w.Label(name + "_rest")
	w.ADDQ(Imm(n), gemmCounter)
	w.JE(LabelRef(name + "_end"))
	w.Label(name + "_single")
	w.step(masked)
	w.DECQ(gemmCounter)
	w.JNE(LabelRef(name + "_single"))
	w.Label(name + "_end")
}

// step adds the products of one k.
func (w gemmWriter) step(masked bool) {
	for v := range w.vecs {
		at := Mem{Base: gemmB, Disp: v * w.lanes * w.size}
		if masked && v == w.vecs-1 {
			w.maskedLast(at, w.vec[v])
		} else {
			w.op(w.VMOVUPD, w.VMOVUPS, at, w.vec[v])
		}
	}
	if !masked && w.vecs == 3 {
		// For a B as it is, whose rows the processor does not foresee; a packed one
		// does not notice.
		for v := range 3 {
			w.PREFETCHT0(Mem{Base: gemmB, Index: gemmAhead, Scale: 1, Disp: 64 * v})
		}
	}
	x := w.vec[w.vecs]
	for r := range w.rows {
		at := Mem{Base: rowPointers[r], Index: gemmIndex, Scale: 1}
		w.op(w.VBROADCASTSD, w.VBROADCASTSS, at, x)
		for v := range w.vecs {
			w.op(w.VFMADD231PD, w.VFMADD231PS, x, w.vec[v], w.acc(r, v))
		}
	}
	w.ADDQ(gemmAStep, gemmIndex)
	w.ADDQ(gemmBStep, gemmB)
}

// zero clears a vector.
func (w gemmWriter) zero(v Op) {
	if w.level == "AVX512" {
		w.VPXORQ(v, v, v)
	} else {
		w.VXORPS(v, v, v)
	}
}

// lastLanes prepares the mask of the last vector of a row of B.
func (w gemmWriter) lastLanes() {
	n, tmp := reg.RCX, reg.RAX
	w.Load(w.Param("cols"), n)
	w.SUBQ(Imm(uint64((w.vecs-1)*w.lanes)), n)
	if w.level == "AVX2" {
		w.bytes(n)
		w.LEAQ(w.masks.Offset(maskBytes), tmp)
		w.SUBQ(n, tmp)
		w.VMOVUPS(Mem{Base: tmp}, w.vec[w.vecs+1])
		return
	}
	w.MOVL(U32(1), tmp.As32())
	w.SHLQ(reg.CL, tmp)
	w.DECQ(tmp)
	w.KMOVW(tmp.As32(), reg.K1)
}

func (w gemmWriter) maskedLast(from Mem, to Op) {
	if w.level == "AVX2" {
		w.op3(w.VMASKMOVPD, w.VMASKMOVPS, from, w.vec[w.vecs+1], to)
		return
	}
	w.op3(w.VMOVUPD_Z, w.VMOVUPS_Z, from, reg.K1, to)
}
