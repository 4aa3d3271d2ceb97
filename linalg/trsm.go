package linalg

import (
	"gonum.org/v1/gonum/blas/blas64"

	"matheron/internal/asm"
)

// lower is a lower triangular matrix L of order n, the elements above the diagonal
// not being read, nor that of a unit triangle, which is one.
type lower struct {
	operand
	n    int
	unit bool
}

// factorIn is the lower triangle of a square matrix.
func factorIn(m blas64.General) lower { return lower{plain(m), m.Rows, false} }

// transpose returns the transpose of the operand.
func (o operand) transpose() operand { return operand{o.data, o.col, o.row} }

// halves cuts L at row n1.
func (l lower) halves(n1 int) (l11 lower, l21 operand, l22 lower) {
	return lower{l.operand, n1, l.unit}, l.from(n1, 0), lower{l.from(n1, n1), l.n - n1, l.unit}
}

// The triangular solves, with L lower: from the left, which goes along the columns
// of B, and from the right, along its rows.

// solveLeft sets b to L⁻¹ b, or L⁻ᵀ b:
//
//	L X = B:   X_1 = L_11^-1 B_1,   X_2 = L_22^-1 (B_2 - L_21 X_1)
//	L' X = B:  X_2 = L_22^-T B_2,   X_1 = L_11^-T (B_1 - L_21' X_2)
func (s solver) solveLeft(l lower, b blas64.General, trans bool) {
	n := l.n
	flop := float64(n) * float64(n) * float64(b.Cols)
	if b.Cols > 8 && s.shares(flop) {
		s.team.columns(b.Cols, func(q *scratch, j0, j1 int) {
			solver{nil, q}.solveLeft(l, view(b, 0, j0, n, j1-j0), trans)
		})
		return
	}
	if n <= asm.TriangleOrder() {
		s.set(l, trans)
		s.tri.SolveColumns(b.Data, b.Stride, b.Cols)
		return
	}
	n1 := half(n)
	l11, l21, l22 := l.halves(n1)
	b1, b2 := splitRows(b, n1)
	if trans {
		s.solveLeft(l22, b2, true)
		s.multiply(product{c: b1, alpha: -1, a: l21.transpose(), b: plain(b2), k: n - n1, diag: whole, add: true})
		s.solveLeft(l11, b1, true)
		return
	}
	s.solveLeft(l11, b1, false)
	s.multiply(product{c: b2, alpha: -1, a: l21, b: plain(b1), k: n1, diag: whole, add: true})
	s.solveLeft(l22, b2, false)
}

// solveRight sets b to b L⁻¹, or b L⁻ᵀ:
//
//	X L = B:   X_2 = B_2 L_22^-1,   X_1 = (B_1 - X_2 L_21) L_11^-1
//	X L' = B:  X_1 = B_1 L_11^-T,   X_2 = (B_2 - X_1 L_21') L_22^-T
func (s solver) solveRight(l lower, b blas64.General, trans bool) {
	n := l.n
	flop := float64(n) * float64(n) * float64(b.Rows)
	if b.Rows > 8 && s.shares(flop) {
		s.team.pieces(b.Rows, 8, 2*s.team.size, false, func(q *scratch, i0, i1 int) {
			solver{nil, q}.solveRight(l, view(b, i0, 0, i1-i0, n), trans)
		})
		return
	}
	if n <= asm.TriangleOrder() {
		s.set(l, !trans)
		s.tri.SolveRows(b.Data, b.Stride, b.Rows)
		return
	}
	n1 := half(n)
	l11, l21, l22 := l.halves(n1)
	b1, b2 := splitCols(b, n1)
	if trans {
		s.solveRight(l11, b1, true)
		s.multiply(product{c: b2, alpha: -1, a: plain(b1), b: l21.transpose(), k: n1, diag: whole, add: true})
		s.solveRight(l22, b2, true)
		return
	}
	s.solveRight(l22, b2, false)
	s.multiply(product{c: b1, alpha: -1, a: plain(b2), b: l21, k: n - n1, diag: whole, add: true})
	s.solveRight(l11, b1, false)
}

// set packs the triangle of l or its transpose.
func (s solver) set(l lower, trans bool) {
	s.tri.Set(l.data, l.row, l.col, l.n, trans, l.unit)
}
