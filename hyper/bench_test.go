package hyper_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/ad"
	"matheron/gp"
	"matheron/hyper"
	"matheron/infer"
	"matheron/infer/diag"
	"matheron/infer/infertest"
	"matheron/kernel"
	"matheron/ppl"
	"matheron/prob"
	"matheron/rng"
)

// ardTable is x ~ U(0,1), y = sin(3 sum x) + 0.1 z.
func ardTable(n, d int) (*mat.Dense, []float64) {
	r := rng.New(0).Rand()
	x, y := mat.NewDense(n, d, nil), make([]float64, n)
	for i := range y {
		sum := 0.0
		for c := range d {
			v := r.Float64()
			x.Set(i, c, v)
			sum += v
		}
		y[i] = math.Sin(3*sum) + 0.1*r.NormFloat64()
	}
	return x, y
}

// ardModel has the priors LogNormal(0, 1) on the variance and each lengthscale, and
// LogNormal(-2, 1) on the standard deviation of the noise.
func ardModel(x *mat.Dense, y []float64) ppl.Model {
	_, d := x.Dims()
	ones := make([]float64, d)
	for i := range ones {
		ones[i] = 1
	}
	ps := params(gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.ARD(ones...)}, Jitter: 1e-6}, gp.Noise(0.1), gp.Priors{
		"variance":    prob.LogNormal{Mu: 0, Sigma: 1},
		"lengthscale": prob.LogNormal{Mu: 0, Sigma: 1},
		gp.NoiseName:  prob.LogNormal{Mu: -4, Sigma: 2},
	})
	return func(c *ppl.Context) { hyper.Factor(c, "obs", hyper.Sample(c, ps), x, y) }
}

var benchSizes = []struct{ n, d int }{{28, 1}, {100, 2}, {200, 4}, {500, 4}}

// BenchmarkLogProbGrad is what a leapfrog step evaluates: one evidence with its
// gradient, priors and Jacobians.
func BenchmarkLogProbGrad(b *testing.B) {
	for _, s := range benchSizes {
		b.Run(fmt.Sprintf("%dx%d", s.n, s.d), func(b *testing.B) {
			tg := target(b, ardModel(ardTable(s.n, s.d)))
			at, grad := make([]float64, tg.Dim()), make([]float64, tg.Dim())
			at[tg.Dim()-1] = -4
			b.ReportAllocs()
			for b.Loop() {
				tg.LogProbGrad(grad, at)
			}
		})
	}
}

// BenchmarkNUTS is a run of 2 chains of 500 + 500: the least effective sample size
// of a parameter by the second, warm-up and all.
func BenchmarkNUTS(b *testing.B) {
	for _, s := range benchSizes[:3] {
		if s.n == 100 {
			continue
		}
		b.Run(fmt.Sprintf("%dx%d", s.n, s.d), func(b *testing.B) {
			tg := target(b, ardModel(ardTable(s.n, s.d)))
			var ess, leapfrogs float64
			for i := 0; b.Loop(); i++ {
				d, err := infer.NUTS{}.Run(context.Background(), tg, infer.Run{Key: rng.New(uint64(i)), Warmup: 500, Draws: 500, Chains: 2})
				if err != nil {
					b.Fatal(err)
				}
				least := math.Inf(1)
				for j := range d.Dim {
					chains := d.Coordinate(j)
					for _, c := range chains {
						for k, z := range c {
							c[k] = math.Exp(z)
						}
					}
					least = min(least, diag.ESSMean(chains))
				}
				ess += least
				leapfrogs += float64(d.Leapfrogs())
				for _, c := range d.Chains {
					leapfrogs += float64(c.WarmupLeapfrogs)
				}
			}
			b.ReportMetric(ess/b.Elapsed().Seconds(), "ESS/s")
			b.ReportMetric(b.Elapsed().Seconds()/leapfrogs*1e6, "us/leapfrog")
			b.ReportMetric(leapfrogs/float64(b.N), "leapfrogs")
			b.ReportMetric(ess/float64(b.N), "ESS")
		})
	}
}

// The density of a program with a Gaussian process is what samplers want of one: on
// any number of goroutines, which 320 rows are enough for.
func TestDensityOfAProgram(t *testing.T) {
	x, y := ardTable(320, 2)
	infertest.TestTarget(t, target(t, ardModel(x, y)), []float64{0.5, -1, 0.3, -3})
}

// A density with its gradient allocates nothing once it has been evaluated, and so
// does a transition of a chain: with distributions that are made anew each run, and with
// computed values, too.
func TestLogProbGradAllocatesNothing(t *testing.T) {
	x, y := ardTable(28, 2)
	k := kernel.RBF{Variance: 1, Lengthscale: kernel.ARD(1, 1)}
	fixed := kernel.Mul(k, kernel.Fix(kernel.Periodic{Variance: 1, Lengthscale: kernel.Shared(1), Period: kernel.Shared(1)}, "variance"))
	variance := gp.Priors{"variance": prob.LogNormal{Mu: 0, Sigma: 0.3}}
	of := func(k kernel.Kernel, m gp.Mean, priors gp.Priors) *gp.Parameters {
		return params(gp.Prior{Kernel: k, Mean: m, Jitter: 1e-4}, gp.Noise(0.15*0.15), priors)
	}
	held, known := of(fixed, nil, variance), of(k, nil, variance)
	mean := of(k, gp.Constant{}, gp.Priors{"variance": prob.LogNormal{Mu: 0, Sigma: 0.3}, "constant": prob.Normal{SD: 1}})
	for name, m := range map[string]ppl.Model{
		"priors": ardModel(x, y),
		"computed": func(c *ppl.Context) {
			level := c.Sample("level", c.Of(prob.Normal{Mean: -1, SD: 0.3}))
			noise := c.Sample(gp.NoiseName, c.Of(prob.LogNormal{Mu: -4, Sigma: 1}))
			hyper.Factor(c, "obs", hyper.Sample(c, known, hyper.Set("lengthscale", ad.Exp(level)), hyper.Set(gp.NoiseName, noise)), x, y)
		},
		"fixed":       func(c *ppl.Context) { hyper.Factor(c, "obs", hyper.Sample(c, held), x, y) },
		"mean":        func(c *ppl.Context) { hyper.Factor(c, "obs", hyper.Sample(c, mean), x, y) },
		"noise known": func(c *ppl.Context) { hyper.Factor(c, "obs", hyper.Sample(c, known), x, y) },
	} {
		tg := target(t, m)
		at, grad := make([]float64, tg.Dim()), make([]float64, tg.Dim())
		evaluate := tg.Evaluator(1)
		if a := testing.AllocsPerRun(50, func() {
			at[0] += 0.01
			evaluate(grad, at)
		}); a != 0 {
			t.Errorf("%s: %v allocations an evaluation", name, a)
		}
		chain := infer.NUTS{}.Transition(tg)
		tuning := infer.Tuning{StepSize: 0.1, Metric: infer.UnitMetric(tg.Dim())}
		state, key := infer.NewState(tg, at), rng.New(1)
		// The generator of a key is one allocation.
		if a := testing.AllocsPerRun(20, func() {
			chain.Step(&state, state, tuning, key)
			key = key.Split(1)
		}); a > 1 {
			t.Errorf("%s: %v allocations a transition", name, a)
		}
	}
}
