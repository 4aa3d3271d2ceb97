package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// panelWriter writes kernels on as many rows at a time as a vector has lanes, which
// are transposed on the way into registers and out of them.
type panelWriter struct {
	*Context
	wide  bool // AVX-512: 8 lanes, 24 + 8 registers; otherwise AVX2: 4 lanes, 12 + 4
	lanes int
	x     []reg.VecPhysical // three groups of lanes registers
	tmp   []reg.VecPhysical // one
	masks Mem               // table of AVX2
}

func panel(c *Context) {
	masks := maskTable(c, "panelMasks", 32)
	for _, wide := range []bool{true, false} {
		w := panelWriter{Context: c, wide: wide, lanes: 4, masks: masks}
		v := ymm()
		if wide {
			w.lanes, v = 8, zmm()
		}
		w.x, w.tmp = v[:3*w.lanes], v[3*w.lanes:]
		w.transposeKernel()
		if wide {
			w.copyKernel(1)
			w.copyKernel(3)
		} else {
			w.copyKernel(2)
		}
		for g := 1; g <= 3; g++ {
			for _, upper := range []bool{false, true} {
				w.solveKernel(g, upper, false)
				w.solveKernel(g, upper, true)
			}
		}
	}
}

func (w panelWriter) suffix() string {
	if w.wide {
		return "AVX512"
	}
	return "AVX2"
}

// group returns the registers of group g.
func (w panelWriter) group(g int) []reg.VecPhysical { return w.x[g*w.lanes : (g+1)*w.lanes] }

// transposeIn leaves in the group x the transpose of what is in source(x).
func (w panelWriter) transposeIn(x []reg.VecPhysical) {
	if w.wide {
		w.unpack(w.tmp, x)
		w.shuffle(x, w.tmp)
		w.halves(w.tmp, x)
		return
	}
	w.unpack(x, w.tmp)
	w.halves(w.tmp, x)
}

// source returns the registers that transposeIn reads for the group x.
func (w panelWriter) source(x []reg.VecPhysical) []reg.VecPhysical {
	if w.wide {
		return w.tmp
	}
	return x
}

// transposeOut leaves the transpose of the group x in what it returns.
func (w panelWriter) transposeOut(x []reg.VecPhysical) []reg.VecPhysical {
	w.unpack(x, w.tmp)
	if w.wide {
		w.shuffle(w.tmp, x)
		w.halves(x, w.tmp)
		return w.tmp
	}
	w.halves(w.tmp, x)
	return x
}

// unpack pairs rows 2i and 2i+1: even columns go to to[2i], odd ones to to[2i+1].
func (w panelWriter) unpack(from, to []reg.VecPhysical) {
	for i := 0; i < w.lanes; i += 2 {
		w.VUNPCKLPD(from[i+1], from[i], to[i])
		w.VUNPCKHPD(from[i+1], from[i], to[i+1])
	}
}

// The 128-bit parts 0 and 2, or 1 and 3, of two vectors.
const (
	evenParts = 0x88
	oddParts  = 0xdd
)

// shuffle gathers four rows: of AVX-512 alone.
func (w panelWriter) shuffle(from, to []reg.VecPhysical) {
	for i := 0; i < 8; i += 4 {
		for odd := range 2 {
			w.VSHUFF64X2(Imm(evenParts), from[i+2+odd], from[i+odd], to[i+odd])
			w.VSHUFF64X2(Imm(oddParts), from[i+2+odd], from[i+odd], to[i+odd+2])
		}
	}
}

// halves gathers all rows, in order of the columns.
func (w panelWriter) halves(from, to []reg.VecPhysical) {
	h := w.lanes / 2
	for i := range h {
		if w.wide {
			w.VSHUFF64X2(Imm(evenParts), from[i+h], from[i], to[i])
			w.VSHUFF64X2(Imm(oddParts), from[i+h], from[i], to[i+h])
			continue
		}
		w.VPERM2F128(Imm(0x20), from[i+h], from[i], to[i])
		w.VPERM2F128(Imm(0x31), from[i+h], from[i], to[i+h])
	}
}

// rows sets the pointers to lanes rows of step bytes, those from n on to the last.
func (w panelWriter) rows(to []reg.GPPhysical, step, n reg.GPPhysical) {
	for r := 1; r < w.lanes; r++ {
		w.LEAQ(Mem{Base: to[r-1], Index: step, Scale: 1}, to[r])
		w.CMPQ(n, Imm(uint64(r)))
		w.CMOVQLE(to[r-1], to[r])
	}
}

// firstLanes makes the mask of the first n lanes: in K1, or in the given vector.
// It destroys RAX and RCX, which may be n.
func (w panelWriter) firstLanes(n reg.GPPhysical, mask reg.VecPhysical) {
	if n != reg.RCX {
		w.MOVQ(n, reg.RCX)
	}
	if w.wide {
		w.MOVL(U32(1), reg.EAX)
		w.SHLQ(reg.CL, reg.RAX)
		w.DECQ(reg.RAX)
		w.KMOVW(reg.EAX, reg.K1)
		return
	}
	w.SHLQ(Imm(3), reg.RCX)
	w.LEAQ(w.masks.Offset(32), reg.RAX)
	w.SUBQ(reg.RCX, reg.RAX)
	w.VMOVUPS(Mem{Base: reg.RAX}, mask)
}

// load reads a vector, of which the lanes of the mask, if one is given.
func (w panelWriter) load(from Mem, mask, to reg.VecPhysical) {
	switch {
	case mask == nil:
		w.VMOVUPD(from, to)
	case w.wide:
		w.VMOVUPD_Z(from, reg.K1, to)
	default:
		w.VMASKMOVPD(from, mask, to)
	}
}

// store is load the other way.
func (w panelWriter) store(from, mask reg.VecPhysical, to Mem) {
	switch {
	case mask == nil:
		w.VMOVUPD(from, to)
	case w.wide:
		w.VMOVUPD(from, reg.K1, to)
	default:
		w.VMASKMOVPD(from, mask, to)
	}
}
