package hyper_test

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/hyper"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/ppl"
	"matheron/prob"
	"matheron/rng"
)

// A program over a prior with another solver has the same density, with its gradient, and
// its posteriors and their functions are those of that solver.
func TestSolverOfAFactor(t *testing.T) {
	x, y := mat.NewDense(60, 1, nil), make([]float64, 60)
	r := rng.New(1).Rand()
	for i := range y {
		v := -1 + 2*float64(i)/59
		x.Set(i, 0, v)
		y[i] = 1 + v - v*v + 0.1*r.NormFloat64()
	}
	program := func(s gp.SolverKind) ppl.Model {
		prior := gp.Prior{Kernel: kernel.Polynomial{Variance: 1, Bias: 1, Degree: 2}, Mean: gp.Constant{}, Jitter: 1e-6, Solver: s}
		params, err := gp.NewParameters(prior, gp.Noise(0.01), gp.ParameterOptions{Priors: gp.Priors{
			"variance":   prob.LogNormal{Mu: 0, Sigma: 0.5},
			"bias":       prob.LogNormal{Mu: 0, Sigma: 0.5},
			"constant":   prob.Normal{Mean: 0, SD: 1},
			gp.NoiseName: prob.LogNormal{Mu: math.Log(0.01), Sigma: 0.5},
		}.List()})
		if err != nil {
			t.Fatal(err)
		}
		return func(c *ppl.Context) { hyper.Factor(c, "obs", hyper.Sample(c, params), x, y) }
	}
	usual, other := program(nil), program(gp.Woodbury{})
	at := []float64{0.3, -0.2, 0.4, -4.4}
	want, got := make([]float64, 4), make([]float64, 4)
	v := target(t, usual).LogProbGrad(want, at)
	tg := target(t, other)
	w := tg.LogProbGrad(got, at)
	if math.Abs(v-w) > 1e-8*math.Abs(v) {
		t.Errorf("log density %v, with a Cholesky factor %v", w, v)
	}
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-8*math.Max(1, math.Abs(want[i])) {
			t.Errorf("derivative %d is %v, with a Cholesky factor %v", i, got[i], want[i])
		}
	}
	posts, err := hyper.Posteriors(context.Background(), tg, hyper.Points{at, {0, 0, 0, -4}})
	if err != nil {
		t.Fatal(err)
	}
	if name := exactPart(t, posts, 1).Solver().Name(); name != "woodbury" {
		t.Errorf("a posterior by the %s solver", name)
	}
	paths, err := pathwise.Sampler{Posterior: posts}.Draw(rng.New(2), 4)
	if err != nil {
		t.Fatal(err)
	}
	far := mat.NewDense(1, 1, []float64{3})
	mean, variance := posts.Moments(far)
	for s, f := range paths.Eval(far).RawMatrix().Data {
		if math.Abs(f-mean[0]) > 6*math.Sqrt(variance[0]) {
			t.Errorf("path %d is %v, the mixture %v with variance %v", s, f, mean[0], variance[0])
		}
	}
}
