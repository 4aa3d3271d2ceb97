package linalg

import (
	"gonum.org/v1/gonum/blas/blas64"

	"matheron/internal/asm"
)

// solver does the steps of one factorisation or solve: large steps on a team, if there
// is one, and the others on the goroutine that has the scratch.
//
// Matrices are halved until a triangle fits the registers; where they are halved
// depends on their order alone. A step is cut along rows (products and solves from the
// right) or columns (solves from the left), and no sum crosses such a cut, so that the
// cuts change no bit.
type solver struct {
	team *team
	*scratch
}

// newSolver returns a solver for work of the given flop; end must be called.
func newSolver(w Workers, flop float64) solver {
	if size := w.forWork(flop); size > 1 {
		t := newTeam(size)
		return solver{t, t.own}
	}
	return solver{nil, scratches.Get().(*scratch)}
}

func (s solver) end() {
	if s.team != nil {
		s.team.stop()
		return
	}
	scratches.Put(s.scratch)
}

// stepBelow is the work, in flop, below which a step stays on one goroutine: to start
// a step on a team takes up to a microsecond.
const stepBelow = 4e5

// onTeam reports whether a step of the given work is for the team.
func (s solver) onTeam(flop float64) bool { return s.team != nil && flop >= stepBelow }

// multiply computes a product.
func (s solver) multiply(p product) {
	if p.c.Rows == 0 || p.c.Cols == 0 {
		return
	}
	p.transposeVector()
	if s.onTeam(p.flop()) {
		s.team.multiply(p)
		return
	}
	p.compute(s.scratch, 0, p.c.Rows, 0, p.c.Cols)
}

// columns calls f for ranges of n columns of a solve, which are whole panels if there
// are enough columns.
func (t *team) columns(n int, f func(s *scratch, from, to int)) {
	step, pieces := 8, 2*t.size
	if panel := asm.GemmTile[float64]().Cols; n >= 4*pieces*panel {
		step = panel
	}
	t.pieces(n, step, pieces, false, f)
}

// half returns the row at which a matrix of order n is cut: a multiple of the order
// that fits the registers.
func half(n int) int {
	if order := asm.TriangleOrder(); n > order {
		return roundUp(n/2, order)
	}
	return roundUp(n/2, 8)
}

// partition cuts a symmetric or lower triangular matrix at row n1 into its blocks
// (1, 1), (2, 1) and (2, 2).
func partition(m blas64.General, n1 int) (first, below, second blas64.General) {
	n2 := m.Rows - n1
	return view(m, 0, 0, n1, n1), view(m, n1, 0, n2, n1), view(m, n1, n1, n2, n2)
}

// splitRows returns the first n1 rows of m and the others.
func splitRows(m blas64.General, n1 int) (first, second blas64.General) {
	return view(m, 0, 0, n1, m.Cols), view(m, n1, 0, m.Rows-n1, m.Cols)
}

// splitCols returns the first n1 columns of m and the others.
func splitCols(m blas64.General, n1 int) (first, second blas64.General) {
	return view(m, 0, 0, m.Rows, n1), view(m, 0, n1, m.Rows, m.Cols-n1)
}

// lower is a lower triangular matrix L of order n. The elements above the diagonal are
// not read, and of a unit triangle the diagonal, which is one, neither.
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

// solveLeft sets b to L⁻¹ b, or L⁻ᵀ b:
//
//	L X = B:   X_1 = L_11^-1 B_1,   X_2 = L_22^-1 (B_2 - L_21 X_1)
//	L' X = B:  X_2 = L_22^-T B_2,   X_1 = L_11^-T (B_1 - L_21' X_2)
func (s solver) solveLeft(l lower, b blas64.General, trans bool) {
	n := l.n
	flop := float64(n) * float64(n) * float64(b.Cols)
	if b.Cols > 8 && s.onTeam(flop) {
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
	if b.Rows > 8 && s.onTeam(flop) {
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
