package hyper_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/ad"
	"matheron/gp"
	"matheron/hyper"
	"matheron/infer"
	"matheron/infer/diag"
	"matheron/kernel"
	"matheron/ppl"
	"matheron/prob"
	"matheron/rng"
)

// Without data the draws are those of the prior: moments and quartiles of each
// site, kernel, mean and noise.
func TestPriorOnlyRunRecoversThePrior(t *testing.T) {
	variance, lengthscale := prob.LogNormal{Mu: 0, Sigma: 0.3}, prob.LogNormal{Mu: math.Log(0.3), Sigma: 0.3}
	noise, level := prob.Gamma{Shape: 3, Rate: 4}, prob.Normal{Mean: -1, SD: 2}
	tg := target(t, func(c *ppl.Context) {
		hyper.Kernel(c, kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.3)}, hyper.Priors{"variance": variance, "lengthscale": lengthscale})
		hyper.Mean(c, gp.Constant{}, hyper.Priors{"constant": level})
		hyper.NoiseVariance(c, ppl.Of(noise))
	})
	if got := strings.Join(tg.Names(), " "); got != "RBF.variance RBF.lengthscale Mean.constant noise_variance" {
		t.Fatalf("sites %q", got)
	}
	d, err := infer.NUTS{TargetAccept: 0.9}.Run(context.Background(), tg, infer.Run{Key: rng.New(3), Warmup: 500, Draws: 2000})
	if err != nil {
		t.Fatal(err)
	}
	if n := d.Divergences(); n != 0 {
		t.Errorf("%d divergences", n)
	}
	for j, law := range []interface {
		prob.Momenter
		prob.CDFer
	}{variance, lengthscale, level, noise} {
		name, chains := tg.Names()[j], d.Values()[j]
		mean, v := law.Moments()
		squares := square(chains, mean)
		check := func(what string, statistics [][]float64, want float64) {
			if got, e := average(statistics), diag.MCSEMean(statistics); math.Abs(got-want) > 4*e {
				t.Errorf("%s: %s %v, prior %v, Monte Carlo error %v", name, what, got, want, e)
			}
		}
		check("mean", chains, mean)
		check("variance", squares, v)
		for _, p := range []float64{0.25, 0.5, 0.75} {
			below := square(chains, 0)
			for c := range below {
				for i, x := range chains[c] {
					below[c][i] = 0
					if law.CDF(x) < p {
						below[c][i] = 1
					}
				}
			}
			check("share below a quartile", below, p)
		}
		if r := diag.RHat(chains); !(r < 1.01) {
			t.Errorf("%s: R-hat %v", name, r)
		}
	}
}

// Parameters of the mean, and those that the program computes, have their
// gradients through the evidence.
func TestMeanAndComputedParameters(t *testing.T) {
	x := mat.NewDense(5, 1, []float64{-1, -0.2, 0.1, 0.8, 1.5})
	y := []float64{2, 1.4, 1, 0.3, -0.4}
	m := func(c *ppl.Context) {
		mean := hyper.Mean(c, gp.Linear{Slopes: []float64{0.5}}, hyper.Priors{"intercept": prob.Normal{SD: 2}})
		amplitude := c.Sample("amplitude", ppl.Of(prob.HalfNormal{SD: 2}))
		k := hyper.KernelOf(kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.7)}, hyper.Values{"variance": ad.Square(amplitude)})
		slope := c.Sample("slope", ppl.Of(prob.Normal{SD: 1}))
		c.Deterministic("half", ad.Scale(slope, 0.5))
		hyper.Factor(c, "obs", gp.Prior{Kernel: k, Mean: mean}, x, y, hyper.NoiseOf(ad.Exp(c.Sample("log noise", ppl.Of(prob.Normal{Mean: -2, SD: 1})))))
		other := hyper.MeanOf(gp.Linear{Slopes: []float64{0}}, hyper.Values{"Mean.slope[0]": slope})
		hyper.Factor(c, "second", gp.Prior{Kernel: k, Mean: other}, x, y, gp.Noise(0.2))
	}
	tg := target(t, m)
	at, grad := []float64{0.3, 0.2, -0.6, -1.5}, make([]float64, 4)
	got := tg.LogProbGrad(grad, at)
	density := func(z []float64) float64 {
		a := math.Exp(z[1])
		k := kernel.RBF{Variance: a * a, Lengthscale: kernel.Shared(0.7)}
		first, err := gp.NewEvidence(x, y).Eval(gp.Prior{Kernel: k, Mean: gp.Linear{Intercept: z[0], Slopes: []float64{0.5}}}, gp.Noise(math.Exp(z[3])))
		if err != nil {
			t.Fatal(err)
		}
		second, err := gp.NewEvidence(x, y).Eval(gp.Prior{Kernel: k, Mean: gp.Linear{Slopes: []float64{z[2]}}}, gp.Noise(0.2))
		if err != nil {
			t.Fatal(err)
		}
		return first + second + prob.Normal{SD: 2}.LogProb(z[0]) + prob.HalfNormal{SD: 2}.LogProb(a) + z[1] +
			prob.Normal{SD: 1}.LogProb(z[2]) + prob.Normal{Mean: -2, SD: 1}.LogProb(z[3])
	}
	// The same terms summed in another order.
	if want := density(at); math.Abs(got-want) > 1e-12*math.Abs(want) {
		t.Errorf("log density %v, want %v", got, want)
	}
	for i := range at {
		const h = 1e-5
		up, down := append([]float64(nil), at...), append([]float64(nil), at...)
		up[i] += h
		down[i] -= h
		if d := (density(up) - density(down)) / (2 * h); math.Abs(grad[i]-d) > 1e-7*math.Max(1, math.Abs(d)) {
			t.Errorf("gradient to %s is %v, central difference %v", tg.Names()[i], grad[i], d)
		}
	}
	posts, err := hyper.Posteriors(context.Background(), m, tg, [][]float64{at}, "second")
	if err != nil {
		t.Fatal(err)
	}
	if p := posts[0].PriorMean().(gp.Linear); p.Intercept != 0 || p.Slopes[0] != -0.6 {
		t.Errorf("the posterior has the mean %+v", p)
	}
}

// A prior whose support does not fit is an error that names the parameter, whatever
// values it happens to draw first.
func TestPriorOfAnotherSupport(t *testing.T) {
	x, y := mat.NewDense(3, 1, []float64{0, 1, 2}), []float64{1, 0, 1}
	rbf := kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}
	for want, m := range map[string]ppl.Model{
		`site "RBF.lengthscale": the support of its prior is real, that of the parameter positive`: func(c *ppl.Context) {
			k := hyper.Kernel(c, rbf, hyper.Priors{"lengthscale": prob.Normal{Mean: 10, SD: 0.1}})
			hyper.Factor(c, "obs", gp.Prior{Kernel: k}, x, y, gp.Noise(0.1))
		},
		`site "RBF.variance": the support of its prior is (-2, 1), that of the parameter positive`: func(c *ppl.Context) {
			k := hyper.Kernel(c, rbf, hyper.Priors{"variance": prob.Uniform{Lower: -2, Upper: 1}})
			hyper.Factor(c, "obs", gp.Prior{Kernel: k}, x, y, gp.Noise(0.1))
		},
		`site "noise_variance": the support of its prior is real, that of the parameter positive`: func(c *ppl.Context) {
			n := hyper.NoiseVariance(c, ppl.Normal(c.Const(5), c.Const(0.1)))
			hyper.Factor(c, "obs", gp.Prior{Kernel: rbf}, x, y, n)
		},
		`site "v": the support of its prior is real, that of RBF.variance of site "obs" positive`: func(c *ppl.Context) {
			v := c.Sample("v", ppl.Of(prob.Normal{Mean: 9, SD: 1}))
			k := hyper.KernelOf(rbf, hyper.Values{"variance": v})
			hyper.Factor(c, "obs", gp.Prior{Kernel: k}, x, y, gp.Noise(0.1))
		},
		`site "s": the support of its prior is real, that of noise variance of site "obs" positive`: func(c *ppl.Context) {
			s := c.Sample("s", ppl.Of(prob.StudentT{DF: 3, Location: 9, Scale: 1}))
			hyper.Factor(c, "obs", gp.Prior{Kernel: rbf}, x, y, hyper.NoiseOf(s))
		},
	} {
		_, err := ppl.NewTarget(m, rng.New(1))
		var support *ppl.SupportError
		if err == nil || err.Error() != want || !errors.As(err, &support) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

// Numbers that the program did not make are wrong for good, and named; those that
// it made are where the density is zero.
func TestNumbersOutsideOfTheirSupport(t *testing.T) {
	x, y := mat.NewDense(3, 1, []float64{0, 1, 2}), []float64{1, 0, 1}
	_, err := ppl.NewTarget(func(c *ppl.Context) {
		k := hyper.Kernel(c, kernel.RBF{Variance: -1, Lengthscale: kernel.Shared(1)}, hyper.Priors{"lengthscale": prob.HalfNormal{SD: 1}})
		hyper.Factor(c, "obs", gp.Prior{Kernel: k}, x, y, gp.Noise(0.1))
	}, rng.New(1))
	if err == nil || !strings.HasPrefix(err.Error(), `site "obs": RBF.variance is -1`) {
		t.Errorf("a variance that is negative: %v", err)
	}
	tg := target(t, func(c *ppl.Context) {
		v := c.Sample("v", ppl.Of(prob.Normal{Mean: 3, SD: 1}))
		n := c.Sample("n", ppl.Of(prob.Normal{Mean: 3, SD: 1}))
		// Computed values: nothing says where they will be.
		k := hyper.KernelOf(kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}, hyper.Values{"variance": ad.Scale(v, 1)})
		hyper.Factor(c, "obs", gp.Prior{Kernel: k}, x, y, hyper.NoiseOf(ad.Scale(n, 1)))
	})
	for _, at := range [][]float64{{-1, 1}, {1, -1}, {1, 1e308}} {
		grad := []float64{1, 1}
		if lp := tg.LogProbGrad(grad, at); !math.IsInf(lp, -1) || grad[0] != 0 || grad[1] != 0 {
			t.Errorf("at %v: log density %v, gradient %v; want -Inf and zeros", at, lp, grad)
		}
	}
}
