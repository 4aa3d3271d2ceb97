package gp_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/gp/gptest"
	"matheron/kernel"
)

// plain is a kind of solver without any ability beside solving.
type plain struct{}

func (plain) Name() string { return "plain" }

func (plain) New(s gp.System) (gp.Solver, float64, error) {
	full, jitter, err := gp.Cholesky{}.New(s)
	if err != nil {
		return nil, 0, err
	}
	return plainSolver{full}, jitter, nil
}

// plainSolver hides the abilities of another.
type plainSolver struct{ full gp.Solver }

func (s plainSolver) Name() string            { return "plain" }
func (s plainSolver) Len() int                { return s.full.Len() }
func (s plainSolver) LogDet() float64         { return s.full.LogDet() }
func (s plainSolver) Solve(dst, b *mat.Dense) { s.full.Solve(dst, b) }

// Where a solver has no ability beside solving, all comes through Solve; and what does
// not is an error with its name.
func TestSolverWithoutAbilities(t *testing.T) {
	c := finiteCase{k: kernel.Add(kernel.Matern32{Variance: 1.2, Lengthscale: kernel.Shared(0.8)}, kernel.White{Variance: 0.01}), d: 2, mean: gp.Constant{Value: 1}}
	x, y := c.data(40)
	prior := gp.Prior{Kernel: c.k, Mean: c.mean}
	want, err := prior.Condition(x, y, gp.Noise(0.04))
	if err != nil {
		t.Fatal(err)
	}
	prior.Solver = plain{}
	got, err := prior.Condition(x, y, gp.Noise(0.04))
	if err != nil {
		t.Fatal(err)
	}
	comparePosteriors(t, got, want, c.points(9))
	gptest.Test(t, got, gptest.Options{Points: c.points(5)})
	v, g, err := gp.NewEvidence(x, y).EvalGrad(prior, gp.Noise(0.04))
	if err != nil {
		t.Fatal(err)
	}
	prior.Solver = nil
	w, h, err := gp.NewEvidence(x, y).EvalGrad(prior, gp.Noise(0.04))
	if err != nil {
		t.Fatal(err)
	}
	close(t, "evidence", []float64{v}, []float64{w})
	close(t, "gradient", slices.Concat(g.Kernel, g.Mean, g.Noise), slices.Concat(h.Kernel, h.Mean, h.Noise))
	_, err = got.Append(c.points(2), []float64{1, 2}, gp.Noise(0.1))
	var missing *gp.SolverError
	if !errors.As(err, &missing) || !strings.Contains(err.Error(), "plain") {
		t.Errorf("Append: %v", err)
	}
	// f at a row without noise is known, whatever the solver.
	prior.Solver = plain{}
	prior.Kernel = kernel.Matern32{Variance: 1.2, Lengthscale: kernel.Shared(0.8)}
	known, err := prior.Condition(x, y, gp.Noise(0))
	if err != nil {
		t.Fatal(err)
	}
	if v := known.Variance(nil, x); slices.Max(v) != 0 {
		t.Errorf("variances %v at rows without noise", v)
	}
}

func TestSolverNamed(t *testing.T) {
	for name, want := range map[string]gp.SolverKind{"": gp.Cholesky{}, "cholesky": gp.Cholesky{}, "woodbury": gp.Woodbury{}} {
		if got, err := gp.SolverNamed(name); err != nil || got != want {
			t.Errorf("%q is %v, %v", name, got, err)
		}
	}
	if _, err := gp.SolverNamed("lu"); err == nil || !strings.Contains(err.Error(), `"woodbury"`) {
		t.Errorf("error %v", err)
	}
}
