package gptest_test

import (
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/gp/gptest"
	"matheron/kernel"
	"matheron/linalg"
	"matheron/rng"
)

func system(k kernel.Kernel, n int) gp.System {
	x, diag := mat.NewDense(n, 2, nil), make([]float64, n)
	r := rng.New(3).Rand()
	x.Apply(func(int, int, float64) float64 { return 4*r.Float64() - 2 }, x)
	for i := range diag {
		diag[i] = 0.05 + 0.1*float64(i%3)
	}
	return gp.System{Kernel: k, X: x, Diag: diag, Policy: linalg.Policy{Jitter: 1e-3}}
}

var (
	smooth = kernel.RBF{Variance: 1.2, Lengthscale: kernel.Shared(0.8)}
	cubic  = kernel.Polynomial{Variance: 0.1, Bias: 1.2, Degree: 3}
)

func TestSolversPass(t *testing.T) {
	gptest.TestSolver(t, gp.Cholesky{}, system(smooth, 20))
	for _, k := range []kernel.Kernel{
		cubic, kernel.Add(kernel.Linear{Bias: 0.4, Variance: []float64{0.8, 1.9}}, kernel.White{Variance: 1}, kernel.Cosine{Variance: 0.9, Period: kernel.Shared(1.7)}),
		kernel.White{Variance: 1}, kernel.Add(cubic, cubic),
	} {
		for _, n := range []int{1, 4, 40} {
			gptest.TestSolver(t, gp.Woodbury{}, system(k, n))
		}
	}
}

// wrong is a kind whose solvers have a fault.
type wrong struct {
	kind  gp.SolverKind
	fault func(gp.Solver) gp.Solver
}

func (w wrong) Name() string { return w.kind.Name() }

func (w wrong) New(s gp.System) (gp.Solver, float64, error) {
	solver, jitter, err := w.kind.New(s)
	if err != nil {
		return nil, 0, err
	}
	return w.fault(solver), jitter, nil
}

// full is a solver with the abilities of the dense one, finite with those of Woodbury's.
type full interface {
	gp.HalfSolver
	gp.Inverter
	gp.Appender
}

type finite interface {
	gp.Solver
	gp.Contractor
	gp.Appender
	gp.Predictor
	gp.FiniteRank
}

type otherName struct{ full }

func (otherName) Name() string { return "other" }

type modifies struct{ full }

func (s modifies) Solve(dst, b *mat.Dense) {
	s.full.Solve(dst, b)
	if dst != b {
		b.Set(0, 0, 0)
	}
}

type notSolved struct{ full }

func (s notSolved) Solve(dst, b *mat.Dense) { s.SolveHalf(dst, b) }

type determinant struct{ full }

func (s determinant) LogDet() float64 { return s.full.LogDet() / 2 }

type half struct{ full }

func (s half) SolveHalfTrans(dst, b *mat.Dense) { s.SolveHalf(dst, b) }

type inverse struct{ full }

func (s inverse) Inverse(dst *mat.Dense) {
	s.full.Inverse(dst)
	dst.Set(0, 1, 0)
}

type appends struct{ full }

func (s appends) Append(gp.System) (gp.Solver, error) { return s, nil }

type contracts struct{ finite }

func (s contracts) Contract(dst, diag, a []float64) {
	s.finite.Contract(dst, diag, a)
	dst[0] *= 1.001
}

type predicts struct{ finite }

func (s predicts) Variance(dst []float64, x *mat.Dense) {
	s.finite.Variance(dst, x)
	dst[3] = 0
}

type gains struct{ finite }

func (s gains) Gain(phi *mat.Dense) *mat.Dense {
	g := s.finite.Gain(phi)
	g.Scale(2, g)
	return g
}

// Each fault of a solver is found by the check that is there for it.
func TestSolverFaultsAreFound(t *testing.T) {
	dense := func(f func(full) gp.Solver) wrong {
		return wrong{gp.Cholesky{}, func(s gp.Solver) gp.Solver { return f(s.(full)) }}
	}
	woodbury := func(f func(finite) gp.Solver) wrong {
		return wrong{gp.Woodbury{}, func(s gp.Solver) gp.Solver { return f(s.(finite)) }}
	}
	for _, c := range []struct {
		what, check string
		kind        wrong
	}{
		{"another name", "solve", dense(func(s full) gp.Solver { return otherName{s} })},
		{"modifies its argument", "solve", dense(func(s full) gp.Solver { return modifies{s} })},
		{"half a solve", "solve", dense(func(s full) gp.Solver { return notSolved{s} })},
		{"half a determinant", "determinant", dense(func(s full) gp.Solver { return determinant{s} })},
		{"not the transpose", "half", dense(func(s full) gp.Solver { return half{s} })},
		{"an element of the inverse", "inverse", dense(func(s full) gp.Solver { return inverse{s} })},
		{"appends nothing", "append", dense(func(s full) gp.Solver { return appends{s} })},
		{"a derivative", "contraction", woodbury(func(s finite) gp.Solver { return contracts{s} })},
		{"a variance", "prediction", woodbury(func(s finite) gp.Solver { return predicts{s} })},
		{"the gain", "finite rank", woodbury(func(s finite) gp.Solver { return gains{s} })},
	} {
		err := gptest.CheckSolver(c.kind, system(cubic, 20))
		if err == nil {
			t.Errorf("%s: passed", c.what)
			continue
		}
		found := false
		for _, line := range strings.Split(err.Error(), "\n") {
			found = found || strings.HasPrefix(line, c.check+": ")
		}
		if !found {
			t.Errorf("%s: not found by the check %q, but: %v", c.what, c.check, err)
		}
	}
}
