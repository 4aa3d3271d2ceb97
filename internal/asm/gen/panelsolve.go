package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// solveKernel writes the solve with a packed triangle of up to groups*lanes rows,
// for as many right-hand sides as there are lanes: each register holds one element
// of all of them. If they are rows in memory, they are transposed on the way.
//
// The triangle holds column j from order*j on, with the reciprocal of the element
// on the diagonal; a lower one is solved from the first element on, an upper one
// from the last, and is padded by zeros.
func (w panelWriter) solveKernel(groups int, upper, transposed bool) {
	name, what := "solveLower", "columns"
	if upper {
		name = "solveUpper"
	}
	if transposed {
		name, what = name+"Rows", "rows"
	}
	name = fmt.Sprintf("%s%d%s", name, groups, w.suffix())
	w.Function(name)
	w.SignatureExpr("func(n, m int, tri, b *float64, bRow int)")
	w.Pragma("noescape")
	w.Doc(fmt.Sprintf("%s is the panel of a Triangle's solve of m <= %d right-hand sides, the %s of b, of n elements, %d < n <= %d.",
		name, w.lanes, what, (groups-1)*w.lanes, groups*w.lanes))
	if transposed {
		w.solveRows(groups, upper)
	} else {
		w.solveColumns(groups, upper)
	}
	w.VZEROUPPER()
	w.RET()
}

// eliminate is the solve in registers.
func (w panelWriter) eliminate(groups int, upper bool, tri reg.GPPhysical) {
	order := 3 * w.lanes
	n := groups * w.lanes
	for step := range n {
		j, from, to := step, step+1, n
		if upper {
			j, from, to = n-1-step, 0, n-1-step
		}
		at := func(i int) Mem { return Mem{Base: tri, Disp: 8 * (order*j + i)} }
		if w.wide {
			w.VMULPD_BCST(at(j), w.x[j], w.x[j])
		} else {
			w.VBROADCASTSD(at(j), w.tmp[0])
			w.VMULPD(w.tmp[0], w.x[j], w.x[j])
		}
		for q := range to - from {
			i := from + q
			if upper {
				i = to - 1 - q // the next to be solved first
			}
			if w.wide {
				w.VFNMADD231PD_BCST(at(i), w.x[j], w.x[i])
				continue
			}
			t := w.tmp[i%len(w.tmp)]
			w.VBROADCASTSD(at(i), t)
			w.VFNMADD231PD(t, w.x[j], w.x[i])
		}
	}
}

// solveColumns writes the solve of right-hand sides that are columns in memory.
func (w panelWriter) solveColumns(groups int, upper bool) {
	n, m, tri, b, step, p := reg.R8, reg.RCX, reg.RDX, reg.RSI, reg.RBX, reg.RDI
	mask := w.tmp[1]
	w.Load(w.Param("m"), m)
	w.firstLanes(m, mask)
	w.Load(w.Param("n"), n)
	w.Load(w.Param("tri"), tri)
	w.Load(w.Param("b"), b)
	w.Load(w.Param("bRow"), step)
	w.SHLQ(Imm(3), step)
	w.MOVQ(b, p)
	// Elements from n on are zero, which changes nothing where they are eliminated.
	for _, x := range w.group(groups - 1) {
		w.VXORPD(x, x, x)
	}
	w.eachElement(groups, n, step, p, "loaded", func(i int) { w.load(Mem{Base: p}, mask, w.x[i]) })
	w.eliminate(groups, upper, tri)
	w.Load(w.Param("m"), m)
	w.firstLanes(m, mask)
	w.eachElement(groups, n, step, b, "stored", func(i int) { w.store(w.x[i], mask, Mem{Base: b}) })
}

// eachElement writes f for each of the n elements, p moving from one to the next.
func (w panelWriter) eachElement(groups int, n, step, p reg.GPPhysical, end string, f func(i int)) {
	last := groups*w.lanes - 1
	for i := range last {
		f(i)
		if i >= (groups-1)*w.lanes {
			w.CMPQ(n, Imm(uint64(i+1)))
			w.JE(LabelRef(end))
		}
		w.ADDQ(step, p)
	}
	f(last)
	w.Label(end)
}

// solveRows writes the solve of right-hand sides that are rows in memory.
func (w panelWriter) solveRows(groups int, upper bool) {
	rows := rowPointers
	n, m, tri, step := reg.RCX, reg.RBX, reg.RDX, reg.R14
	w.Load(w.Param("b"), rows[0])
	w.Load(w.Param("bRow"), step)
	w.SHLQ(Imm(3), step)
	w.Load(w.Param("m"), m)
	w.rows(rows, step, m)
	w.Load(w.Param("tri"), tri)
	for g := range groups {
		x := w.group(g)
		var mask reg.VecPhysical
		if g == groups-1 {
			w.lastColumns(groups, n)
			mask = w.tmp[0]
			if w.wide {
				mask = w.tmp[7] // any: the mask is in K1
			}
		}
		for r, v := range w.source(x) {
			w.load(Mem{Base: rows[r], Disp: 8 * g * w.lanes}, mask, v)
		}
		w.transposeIn(x)
	}
	w.eliminate(groups, upper, tri)
	// Rows are stored group by group, the last first, where its mask is at hand.
	for g := groups - 1; g >= 0; g-- {
		out := w.transposeOut(w.group(g))
		var mask reg.VecPhysical
		if g == groups-1 {
			w.lastColumns(groups, n)
			mask = w.tmp[0]
			if w.wide {
				mask = w.x[0]
			}
		}
		for r, v := range out {
			w.store(v, mask, Mem{Base: rows[r], Disp: 8 * g * w.lanes})
			if r < w.lanes-1 {
				w.CMPQ(m, Imm(uint64(r+1)))
				w.JE(LabelRef(fmt.Sprint("stored", g)))
			}
		}
		w.Label(fmt.Sprint("stored", g))
	}
}

// lastColumns makes the mask of the columns of the last group.
func (w panelWriter) lastColumns(groups int, n reg.GPPhysical) {
	w.Load(w.Param("n"), n)
	w.SUBQ(Imm(uint64((groups-1)*w.lanes)), n)
	w.firstLanes(n, w.tmp[0])
}
