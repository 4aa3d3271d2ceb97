package gptest

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/rng"
)

// TestSolver runs every check of a kind of solver on a system, each as a subtest.
func TestSolver(t *testing.T, kind gp.SolverKind, s gp.System) {
	t.Helper()
	for _, c := range solverChecks() {
		t.Run(c.name, func(t *testing.T) {
			if err := runSolver(c, kind, s); err != nil {
				t.Error(err)
			}
		})
	}
}

// CheckSolver checks that the solvers of a kind keep the promises of [gp.Solver], and of
// each ability that they have, against a dense H = K_XX + diag(s.Diag) + jitter I whose
// condition number should be below 1e6: to 1e-8 of the greatest magnitude. It returns all
// that failed, joined; each starts with the name of its check.
func CheckSolver(kind gp.SolverKind, s gp.System) error {
	var all []error
	for _, c := range solverChecks() {
		if err := runSolver(c, kind, s); err != nil {
			all = append(all, fmt.Errorf("%s: %w", c.name, err))
		}
	}
	return errors.Join(all...)
}

// solverCheck is one promise of a solver.
type solverCheck struct {
	name string
	run  func(*solved) error
}

func solverChecks() []solverCheck {
	return []solverCheck{
		{"solve", (*solved).checkSolve},
		{"determinant", (*solved).checkLogDet},
		{"half", (*solved).checkHalf},
		{"inverse", (*solved).checkInverse},
		{"contraction", (*solved).checkContract},
		{"append", (*solved).checkAppend},
		{"prediction", (*solved).checkPredict},
		{"finite rank", (*solved).checkFiniteRank},
	}
}

// solved is a solver beside the matrix that it is for.
type solved struct {
	kind    gp.SolverKind
	system  gp.System
	solver  gp.Solver
	jitter  float64
	h       *mat.Dense
	inverse *mat.Dense
	b       *mat.Dense // right-hand sides, N x 3
}

func runSolver(c solverCheck, kind gp.SolverKind, s gp.System) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	v := &solved{kind: kind, system: s}
	if v.solver, v.jitter, err = kind.New(s); err != nil {
		return err
	}
	n := len(s.Diag)
	v.h, v.inverse, v.b = mat.NewDense(n, n, nil), mat.NewDense(n, n, nil), mat.NewDense(n, 3, nil)
	s.Kernel.Cov(v.h, s.X, s.X)
	for i, e := range s.Diag {
		v.h.Set(i, i, v.h.At(i, i)+e+v.jitter)
	}
	if err := v.inverse.Inverse(v.h); err != nil {
		return fmt.Errorf("the system is not one to check by: %w", err)
	}
	r := rng.New(5).Rand()
	v.b.Apply(func(int, int, float64) float64 { return r.NormFloat64() }, v.b)
	return c.run(v)
}

// near compares two matrices.
func near(what string, got, want *mat.Dense) error {
	r, c := want.Dims()
	if gr, gc := got.Dims(); gr != r || gc != c {
		return fmt.Errorf("%s is %d x %d, want %d x %d", what, gr, gc, r, c)
	}
	size := greatest(mat.DenseCopyOf(want).RawMatrix().Data)
	for i := range r {
		for j := range c {
			if d := math.Abs(got.At(i, j) - want.At(i, j)); !(d <= 1e-8*math.Max(1, size)) {
				return fmt.Errorf("element %d, %d of %s is %v, want %v", i, j, what, got.At(i, j), want.At(i, j))
			}
		}
	}
	return nil
}

func product(a, b mat.Matrix) *mat.Dense {
	out := new(mat.Dense)
	out.Mul(a, b)
	return out
}

func (v *solved) checkSolve() error {
	if v.solver.Name() != v.kind.Name() || v.kind.Name() == "" {
		return fmt.Errorf("a solver called %q of a kind called %q", v.solver.Name(), v.kind.Name())
	}
	if n := len(v.system.Diag); v.solver.Len() != n {
		return fmt.Errorf("a solver of %d rows for %d", v.solver.Len(), n)
	}
	n, _ := v.b.Dims()
	before, dst := mat.DenseCopyOf(v.b), mat.NewDense(n, 3, nil)
	v.solver.Solve(dst, v.b)
	if !mat.Equal(before, v.b) {
		return fmt.Errorf("the right-hand side of Solve is modified")
	}
	if err := near("H⁻¹ b", dst, product(v.inverse, v.b)); err != nil {
		return err
	}
	same := mat.DenseCopyOf(v.b)
	v.solver.Solve(same, same)
	if !mat.Equal(same, dst) {
		return fmt.Errorf("in place, Solve gives other numbers")
	}
	one := mat.DenseCopyOf(v.b.Slice(0, n, 1, 2))
	v.solver.Solve(one, one)
	for i := range n {
		if one.At(i, 0) != dst.At(i, 1) {
			return fmt.Errorf("a column depends on the others: element %d is %v alone, %v among them", i, one.At(i, 0), dst.At(i, 1))
		}
	}
	return nil
}

func (v *solved) checkLogDet() error {
	want, sign := mat.LogDet(v.h)
	if got := v.solver.LogDet(); sign != 1 || !(math.Abs(got-want) <= 1e-8*math.Max(1, math.Abs(want))) {
		return fmt.Errorf("log det H is %v, want %v", got, want)
	}
	return nil
}

func (v *solved) checkHalf() error {
	s, ok := v.solver.(gp.HalfSolver)
	if !ok {
		return nil
	}
	n, _ := v.b.Dims()
	half := mat.NewDense(n, 3, nil)
	s.SolveHalf(half, v.b)
	if err := near("b' L⁻ᵀ L⁻¹ b", product(half.T(), half), product(v.b.T(), product(v.inverse, v.b))); err != nil {
		return err
	}
	s.SolveHalfTrans(half, half)
	return near("L⁻ᵀ L⁻¹ b", half, product(v.inverse, v.b))
}

func (v *solved) checkInverse() error {
	s, ok := v.solver.(gp.Inverter)
	if !ok {
		return nil
	}
	n, _ := v.b.Dims()
	dst := mat.NewDense(n, n, nil)
	s.Inverse(dst)
	return near("H⁻¹", dst, v.inverse)
}

func (v *solved) checkContract() error {
	s, ok := v.solver.(gp.Contractor)
	if !ok {
		return nil
	}
	n, _ := v.b.Dims()
	a := mat.Col(nil, 0, product(v.inverse, v.b))
	w := mat.NewDense(n, n, nil)
	wantDiag := mat.NewDense(n, 1, nil)
	for i := range n {
		for j := range n {
			w.Set(i, j, 0.5*(a[i]*a[j]-v.inverse.At(i, j)))
		}
		wantDiag.Set(i, 0, w.At(i, i))
	}
	params := len(kernel.Params(v.system.Kernel))
	want, got, diag := mat.NewDense(max(1, params), 1, nil), mat.NewDense(max(1, params), 1, nil), mat.NewDense(n, 1, nil)
	if params > 0 {
		v.system.Kernel.(kernel.ParamGrader).ParamGrad(want.RawMatrix().Data, w, nil, v.system.X, v.system.X)
	}
	s.Contract(got.RawMatrix().Data[:params], diag.RawMatrix().Data, a)
	return errors.Join(near("the contraction", got, want), near("the diagonal of W", diag, wantDiag))
}

func (v *solved) checkAppend() error {
	if _, ok := v.solver.(gp.Appender); !ok {
		return nil
	}
	n, d := v.system.X.Dims()
	if n < 2 {
		return nil
	}
	first := v.system
	first.X, first.Diag = v.system.X.Slice(0, n-1, 0, d).(*mat.Dense), v.system.Diag[:n-1]
	first.Policy.Jitter = v.jitter
	less, jitter, err := v.kind.New(first)
	if err != nil {
		return err
	}
	if jitter != v.jitter {
		return fmt.Errorf("the jitter is %v where %v was asked for", jitter, v.jitter)
	}
	all, err := less.(gp.Appender).Append(v.system)
	if err != nil {
		return err
	}
	if less.Len() != n-1 || all.Len() != n {
		return fmt.Errorf("%d rows became %d, and are %d now", n-1, all.Len(), less.Len())
	}
	dst := mat.NewDense(n, 3, nil)
	all.Solve(dst, v.b)
	return near("H⁻¹ b of all rows", dst, product(v.inverse, v.b))
}

// points are where predictions are checked: midway between rows, and beyond them.
func (v *solved) points() *mat.Dense {
	n, d := v.system.X.Dims()
	x := mat.NewDense(4, d, nil)
	for i := range 4 {
		for j := range d {
			a, b := v.system.X.At(i%n, j), v.system.X.At((i+n/2)%n, j)
			x.Set(i, j, []float64{0.5*(a+b) + 0.01, 2*a - b}[i%2])
		}
	}
	return x
}

func (v *solved) checkPredict() error {
	s, ok := v.solver.(gp.Predictor)
	if !ok {
		return nil
	}
	x := v.points()
	n, _ := v.b.Dims()
	k, prior := mat.NewDense(4, n, nil), mat.NewDense(4, 4, nil)
	v.system.Kernel.Cov(k, x, v.system.X)
	v.system.Kernel.Cov(prior, x, x)
	got := mat.NewDense(4, 3, nil)
	s.Regress(got, x, v.b)
	gain := product(k, v.inverse)
	var want mat.Dense
	want.Sub(prior, product(gain, k.T()))
	cov, variance := mat.NewDense(4, 4, nil), mat.NewDense(4, 1, nil)
	s.Covariance(cov, x)
	s.Variance(variance.RawMatrix().Data, x)
	diag := mat.NewDense(4, 1, nil)
	for i := range 4 {
		diag.Set(i, 0, want.At(i, i))
	}
	return errors.Join(
		near("k(x, X) H⁻¹ b", got, product(gain, v.b)),
		near("the covariance", cov, &want),
		near("the variance", variance, diag),
	)
}

func (v *solved) checkFiniteRank() error {
	s, ok := v.solver.(gp.FiniteRank)
	if !ok || s.Features().Len() == 0 {
		return nil
	}
	x := v.points()
	n, _ := v.b.Dims()
	phi := mat.NewDense(4, s.Features().Len(), nil)
	s.Features().Eval(phi, x)
	k, prior := mat.NewDense(4, n, nil), mat.NewDense(4, 4, nil)
	v.system.Kernel.Cov(k, x, v.system.X)
	v.system.Kernel.Cov(prior, x, x)
	gain := product(k, v.inverse)
	return errors.Join(
		near("the kernel of the features", product(phi, phi.T()), prior),
		near("the gain", s.Gain(phi), gain),
		near("phi(x) Coefficients(b)", product(phi, s.Coefficients(v.b)), product(gain, v.b)),
	)
}
