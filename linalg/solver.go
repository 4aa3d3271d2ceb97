package linalg

import (
	"gonum.org/v1/gonum/blas/blas64"

	"matheron/internal/asm"
)

// solver does the steps of one factorisation or solve: on the goroutine that has
// the scratch, and the large ones on a team, if there is one.
//
// Matrices are halved until a triangle fits the registers; where they are halved
// depends on the order alone. Nothing is summed across the rows (of products and
// solves from the right) or columns (of solves from the left) that a step is cut
// along, so that how it is cut shows in no bit.
type solver struct {
	team *team
	*scratch
}

// newSolver returns a solver for so many flop; end must be called.
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

// stepBelow is the work, in flop, under which a step is not shared: a team is told
// of it within a microsecond.
const stepBelow = 4e5

// shares reports whether so much work is for the team.
func (s solver) shares(flop float64) bool { return s.team != nil && flop >= stepBelow }

// multiply computes a product.
func (s solver) multiply(p product) {
	if p.c.Rows == 0 || p.c.Cols == 0 {
		return
	}
	p.turn()
	if s.shares(p.flop()) {
		s.team.multiply(p)
		return
	}
	p.compute(s.scratch, 0, p.c.Rows, 0, p.c.Cols)
}

// columns cuts n columns into pieces for solves, of whole panels if they are many.
func (t *team) columns(n int, f func(s *scratch, from, to int)) {
	step, pieces := 8, 2*t.size
	if panel := asm.GemmTile[float64]().Cols; n >= 4*pieces*panel {
		step = panel
	}
	t.pieces(n, step, pieces, false, f)
}

// half returns where the order n is cut, a multiple of what fits the registers.
func half(n int) int {
	if order := asm.TriangleOrder(); n > order {
		return roundUp(n/2, order)
	}
	return roundUp(n/2, 8)
}

// quarters cuts a symmetric or triangular matrix: the square before row n1, what is
// below it, and the square from row n1 on.
func quarters(m blas64.General, n1 int) (first, below, second blas64.General) {
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
