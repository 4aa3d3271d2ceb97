package gp

import (
	"gonum.org/v1/gonum/mat"

	"matheron/linalg"
)

// Cholesky is the kind of solver that factorises H as a dense matrix, for any kernel:
// N³/3 flop and one N x N matrix. Its solvers have every ability but [Contractor] and
// [Predictor].
type Cholesky struct{}

var _ SolverKind = Cholesky{}

// Name returns "cholesky".
func (Cholesky) Name() string { return "cholesky" }

// New implements [SolverKind]. The error is a *[NotFinite] for a value of the kernel,
// or a *[linalg.NotPositiveDefinite] if the last retry fails.
func (Cholesky) New(s System) (Solver, float64, error) {
	n := len(s.Diag)
	h := mat.NewDense(n, n, nil)
	lowerCovariance(h, triangle(s.Kernel, s.X), int(s.Policy.Workers))
	if bad := notFinite(h); bad != nil {
		return nil, 0, bad
	}
	s.Policy.Scale = max(diagonalMean(h), 0)
	addDiagonal(h, s.Diag)
	c, err := linalg.Factorize(h, s.Policy)
	if err != nil {
		return nil, 0, err
	}
	return choleskySolver{c.On(0)}, c.Jitter(), nil
}

// CholeskySolver returns the solver with the factor c.
func CholeskySolver(c *linalg.Cholesky) Solver { return choleskySolver{c} }

// choleskySolver is the solver of [Cholesky].
type choleskySolver struct{ *linalg.Cholesky }

var (
	_ HalfSolver = choleskySolver{}
	_ Inverter   = choleskySolver{}
	_ Appender   = choleskySolver{}
)

func (choleskySolver) Name() string { return Cholesky{}.Name() }

func (d choleskySolver) Len() int { return d.N() }

func (d choleskySolver) Solve(dst, b *mat.Dense) {
	copyUnlessSame(dst, b)
	d.Cholesky.Solve(dst)
}

func (d choleskySolver) SolveHalf(dst, b *mat.Dense) {
	copyUnlessSame(dst, b)
	d.SolveLower(dst)
}

func (d choleskySolver) SolveHalfTrans(dst, b *mat.Dense) {
	copyUnlessSame(dst, b)
	d.SolveLowerTrans(dst)
}

// On bounds the goroutines.
func (d choleskySolver) On(w linalg.Workers) Solver { return choleskySolver{d.Cholesky.On(w)} }

// copyUnlessSame copies b to dst, if that is another matrix.
func copyUnlessSame(dst, b *mat.Dense) {
	if dst != b {
		dst.Copy(b)
	}
}

// Append implements [Appender]: O(N²) a row.
func (d choleskySolver) Append(s System) (Solver, error) {
	n, m := d.Len(), len(s.Diag)-d.Len()
	fresh, known := rows(s.X, n, n+m), rows(s.X, 0, n)
	k21, k22 := mat.NewDense(m, n, nil), mat.NewDense(m, m, nil)
	s.Kernel.Cov(k21, fresh, known)
	s.Kernel.Cov(k22, fresh, fresh)
	for i := range m {
		for j := range n + i + 1 {
			v := 0.0
			if j < n {
				v = k21.At(i, j)
			} else {
				v = k22.At(i, j-n)
			}
			if !finite(v) {
				return nil, &NotFinite{What: "covariance", Row: n + i, Column: j, Value: v}
			}
		}
	}
	addDiagonal(k22, s.Diag[n:])
	c, err := d.Cholesky.Append(k21, k22)
	if err != nil {
		return nil, err
	}
	return choleskySolver{c}, nil
}
