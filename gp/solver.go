package gp

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/linalg"
)

// Solver solves linear systems with the covariance of N observations,
//
//	H = K_XX + diag(s),  s = noise + white + jitter
//
// It is immutable and safe for many goroutines. What some solvers can do beside is an
// interface of its own: [HalfSolver], [Inverter], [Contractor], [Appender],
// [Predictor]. Where one is missing the result comes through Solve, or is a
// [*SolverError] that names the solver.
type Solver interface {
	// Name is that of the solver's kind, such as "cholesky".
	Name() string
	// Len returns the number of rows N.
	Len() int
	// Solve sets dst to H⁻¹ b, both N x S. dst may be b, and must not overlap it
	// otherwise. Column j depends on column j of b alone.
	Solve(dst, b *mat.Dense)
	// LogDet returns log det H.
	LogDet() float64
}

// HalfSolver is the ability of solving with a square root of H,
//
//	H = L Lᵀ,  b' H⁻¹ b = |L⁻¹ b|²
//
// whose rows Solve takes in order: L is lower triangular. dst is as in Solve.
type HalfSolver interface {
	Solver
	SolveHalf(dst, b *mat.Dense)      // L⁻¹ b
	SolveHalfTrans(dst, b *mat.Dense) // L⁻ᵀ b
}

// Inverter is the ability of setting dst, N x N, to H⁻¹, both triangles, in less time
// than N solves.
type Inverter interface {
	Inverse(dst *mat.Dense)
}

// Contractor is the ability of the gradient of the evidence without H⁻¹. With
// a = H⁻¹ (y - m(X)) and
//
//	W = 1/2 (a aᵀ - H⁻¹)
//
// Contract adds sum_ij W_ij dK_ij/dt to dst for each parameter t of the kernel, in the
// order of [kernel.Params], and sets diag to W_ii.
type Contractor interface {
	Contract(dst, diag, a []float64)
}

// Appender is the ability of taking more rows. The first Len rows of s are those that
// the solver has, and only the others' [System].Diag is read: no jitter is added beyond
// that of the solver. The error is that of a pivot or of a value that is not finite.
type Appender interface {
	Append(s System) (Solver, error)
}

// Predictor is the ability of knowing the posterior without passing by all rows.
type Predictor interface {
	// Regress sets dst, T x S, to k(x, X) H⁻¹ b; b is N x S.
	Regress(dst, x, b *mat.Dense)
	// Variance sets dst to var f(x_i), and Covariance dst to cov f(x_i, x_j), T x T.
	Variance(dst []float64, x *mat.Dense)
	Covariance(dst, x *mat.Dense)
}

// System is what a [SolverKind] makes a solver of: the covariance K_XX of N rows and
// what is on the diagonal besides.
type System struct {
	Kernel kernel.Kernel
	X      *mat.Dense
	// Diag is the noise with the white noise of each row, without jitter.
	Diag []float64
	// Policy says which jitter is added, and on how many goroutines. Its Scale is the
	// solver's to set: it is the mean of the diagonal of K_XX.
	Policy linalg.Policy
}

// SolverKind makes solvers: [Cholesky] or [Woodbury], or one of your own. It is a
// choice, of [Prior].Solver, and holds no data.
type SolverKind interface {
	// Name is what files and errors call it.
	Name() string
	// New returns a solver for the system, and the jitter that was used in all.
	New(s System) (solver Solver, jitter float64, err error)
}

// SolverNamed returns the kind of solver of this package with that name, which
// [SolverKind].Name returns; "" is [Cholesky]. The error lists the names.
func SolverNamed(name string) (SolverKind, error) {
	kinds := []SolverKind{Cholesky{}, Woodbury{}}
	if name == "" {
		return kinds[0], nil
	}
	for _, k := range kinds {
		if k.Name() == name {
			return k, nil
		}
	}
	return nil, fmt.Errorf("no solver is called %q: there are %q and %q", name, kinds[0].Name(), kinds[1].Name())
}

// SolverError is the error of asking a solver for what it has no ability for.
type SolverError struct {
	Solver string
	What   string
}

func (e *SolverError) Error() string {
	return fmt.Sprintf("the %s solver does not %s", e.Solver, e.What)
}

// solver returns the kind that p is conditioned with.
func (p Prior) solver() SolverKind {
	if p.Solver == nil {
		return Cholesky{}
	}
	return p.Solver
}

// dense reports whether p is conditioned with a [Cholesky] factor.
func (p Prior) dense() bool {
	_, ok := p.solver().(Cholesky)
	return ok
}

// on returns s with a bound on the goroutines of what follows from it, where it has
// one.
func on(s Solver, w linalg.Workers) Solver {
	if b, ok := s.(interface{ On(w linalg.Workers) Solver }); ok {
		return b.On(w)
	}
	return s
}

// invert sets dst to H⁻¹.
func invert(dst *mat.Dense, s Solver) {
	if i, ok := s.(Inverter); ok {
		i.Inverse(dst)
		return
	}
	dst.Zero()
	for i := range s.Len() {
		dst.Set(i, i, 1)
	}
	s.Solve(dst, dst)
}
