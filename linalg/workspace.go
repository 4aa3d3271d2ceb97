package linalg

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// Workspace factorises one matrix after another, each in the storage of the matrix,
// and reuses its scratch, as a sampler needs it. The zero value is ready for use, by
// one goroutine at a time. Results have the bits of [Factorize] and of the methods of
// [Cholesky].
type Workspace struct {
	// Workers bounds the goroutines, as that of [Policy] does.
	Workers Workers

	l       blas64.General
	diag    []float64 // of the matrix
	scratch scratch
}

// begin returns a solver for work of the given flop, and end ends it.
func (w *Workspace) begin(flop float64) solver {
	if w.Workers.forWork(flop) == 1 {
		return solver{nil, &w.scratch}
	}
	return newSolver(w.Workers, flop)
}

func (w *Workspace) end(s solver) {
	if s.scratch != &w.scratch {
		s.end()
	}
}

// Factorize overwrites the lower triangle of k with the factor L of k + jitter I.
// It reads the lower triangle, and leaves the upper unspecified. k must not be changed
// until the next call, except by [Workspace.Invert]. The error is a
// *[NotPositiveDefinite], for the pivots that [Factorize] refuses. Factorize panics if
// k is empty or not square. Cost n³/3.
func (w *Workspace) Factorize(k *mat.Dense, jitter float64) error {
	a := k.RawMatrix()
	if a.Rows != a.Cols || a.Rows == 0 {
		panic(fmt.Sprintf("linalg: Workspace.Factorize: matrix is %d x %d, want a square", a.Rows, a.Cols))
	}
	w.diag = grown(w.diag, a.Rows)
	for i := range w.diag {
		d := &a.Data[i*a.Stride+i]
		w.diag[i] = *d
		*d += jitter
	}
	s := w.begin(cubed(a.Rows) / 3)
	pivot, value := s.factorize(a)
	w.end(s)
	if e := failure(a, pivot, value, w.diag, jitter, 0, a.Rows); e != nil {
		w.l = blas64.General{}
		return e
	}
	w.l = a
	return nil
}

// LogDet returns log det(K + jitter I).
func (w *Workspace) LogDet() float64 { return logDet(w.l) }

// SolveLower sets b to L⁻¹ b. Cost n n.
func (w *Workspace) SolveLower(b []float64) {
	w.solve(w.column("SolveLower", b), solver.solveLower)
}

// SolveLowerTrans sets b to L⁻ᵀ b. Cost n n.
func (w *Workspace) SolveLowerTrans(b []float64) {
	w.solve(w.column("SolveLowerTrans", b), solver.solveLowerTrans)
}

func (w *Workspace) solve(b blas64.General, f func(s solver, l, b blas64.General)) {
	s := w.begin(8 * float64(b.Rows) * float64(b.Rows))
	f(s, w.l, b)
	w.end(s)
}

// Invert overwrites the lower triangle of the factor with that of (K + jitter I)⁻¹.
// The workspace has no factor after it. Cost 2 n³/3.
func (w *Workspace) Invert() {
	s := w.begin(2 * cubed(w.l.Rows) / 3)
	s.invert(w.l)
	w.end(s)
	w.l = blas64.General{}
}

func (w *Workspace) column(op string, b []float64) blas64.General {
	if len(b) != w.l.Rows || len(b) == 0 {
		panic(fmt.Sprintf("linalg: Workspace.%s: b has %d elements, want %d", op, len(b), w.l.Rows))
	}
	return blas64.General{Rows: len(b), Cols: 1, Stride: 1, Data: b}
}

// logDet returns 2 sum log l_ii, by the logarithms of products that neither overflow
// nor underflow.
func logDet(l blas64.General) float64 {
	var s float64
	p := 1.0
	for i := range l.Rows {
		v := l.Data[i*l.Stride+i]
		if q := p * v; q > 1e-150 && q < 1e150 {
			p = q
			continue
		}
		s += math.Log(p)
		p = v
	}
	return 2 * (s + math.Log(p))
}
