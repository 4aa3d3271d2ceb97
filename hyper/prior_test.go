package hyper_test

import (
	"context"
	"errors"
	"math"
	"slices"
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
	ps := params(gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.3)}, Mean: gp.Constant{}}, gp.Noise(1), gp.Priors{
		"variance": variance, "lengthscale": lengthscale, "constant": level, gp.NoiseName: noise,
	})
	tg := target(t, func(c *ppl.Context) { hyper.Sample(c, ps) })
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
	for j, prior := range []interface {
		prob.Momenter
		prob.CDFer
	}{variance, lengthscale, level, noise} {
		name, chains := tg.Names()[j], d.Values()[j]
		mean, v := prior.Moments()
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
					if prior.CDF(x) < p {
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
	rbf := kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.7)}
	ps := params(gp.Prior{Kernel: rbf, Mean: gp.Linear{Slopes: []float64{0.5}}}, gp.Noise(1), gp.Priors{"intercept": prob.Normal{SD: 2}})
	other := params(gp.Prior{Kernel: rbf, Mean: gp.Linear{Slopes: []float64{0}}}, gp.Noise(0.2), nil)
	m := func(c *ppl.Context) {
		amplitude := c.Sample("amplitude", ppl.Of(prob.HalfNormal{SD: 2}))
		noise := ad.Exp(c.Sample("log noise", ppl.Of(prob.Normal{Mean: -2, SD: 1})))
		first := hyper.Sample(c, ps, hyper.Set("variance", ad.Square(amplitude)), hyper.Set(gp.NoiseName, noise))
		slope := c.Sample("slope", ppl.Of(prob.Normal{SD: 1}))
		c.Deterministic("half", ad.Scale(slope, 0.5))
		hyper.Factor(c, "obs", first, x, y)
		// What the first process has, and a slope of its own.
		second := hyper.Sample(c, other, hyper.Set("RBF.variance", first.Value("variance")), hyper.Set("Mean.slope[0]", slope))
		hyper.Factor(c, "second", second, x, y)
	}
	tg := target(t, m)
	order := []string{"Mean.intercept", "amplitude", "slope", "log noise"} // of z below
	at, grad := make([]float64, 4), make([]float64, 4)
	place := func(name string) int { return slices.Index(tg.Names(), name) }
	for i, v := range []float64{0.3, 0.2, -0.6, -1.5} {
		at[place(order[i])] = v
	}
	got := tg.LogProbGrad(grad, at)
	density := func(point []float64) float64 {
		z := make([]float64, 4)
		for i, name := range order {
			z[i] = point[place(name)]
		}
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
	posts, err := hyper.Posteriors(context.Background(), tg, hyper.Points{at}, "second")
	if err != nil {
		t.Fatal(err)
	}
	if p := exactPart(t, posts, 0).PriorMean().(gp.Linear); p.Intercept != 0 || p.Slopes[0] != -0.6 {
		t.Errorf("the posterior has the mean %+v", p)
	}
}

// A prior whose support does not fit is an error that names the parameter, whatever
// values it happens to draw first.
func TestPriorOfAnotherSupport(t *testing.T) {
	x, y := mat.NewDense(3, 1, []float64{0, 1, 2}), []float64{1, 0, 1}
	rbf := gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}}
	with := func(name string, prior prob.Distribution) ppl.Model {
		ps := params(rbf, gp.Noise(0.1), gp.Priors{name: prior})
		return func(c *ppl.Context) { hyper.Factor(c, "obs", hyper.Sample(c, ps), x, y) }
	}
	set := func(name, site string, prior prob.Distribution) ppl.Model {
		ps := params(rbf, gp.Noise(0.1), nil)
		return func(c *ppl.Context) {
			v := c.Sample(site, ppl.Of(prior))
			hyper.Factor(c, "obs", hyper.Sample(c, ps, hyper.Set(name, v)), x, y)
		}
	}
	for want, m := range map[string]ppl.Model{
		`site "RBF.lengthscale": the support of its prior is real, that of the parameter positive`:  with("lengthscale", prob.Normal{Mean: 10, SD: 0.1}),
		`site "RBF.variance": the support of its prior is (-2, 3), that of the parameter positive`:  with("variance", prob.Uniform{Lower: -2, Upper: 3}),
		`site "noise_variance": the support of its prior is real, that of the parameter positive`:   with(gp.NoiseName, prob.Normal{Mean: 5, SD: 0.1}),
		`site "v": the support of its prior is real, that of RBF.variance of site "obs" positive`:   set("variance", "v", prob.Normal{Mean: 9, SD: 1}),
		`site "s": the support of its prior is real, that of noise_variance of site "obs" positive`: set(gp.NoiseName, "s", prob.StudentT{DF: 3, Location: 9, Scale: 1}),
	} {
		_, err := ppl.NewTarget(m, rng.New(1))
		var support *ppl.SupportError
		if err == nil || err.Error() != want || !errors.As(err, &support) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

// Numbers that the program made and no parameter can have are where the density is
// zero.
func TestNumbersOutsideOfTheirSupport(t *testing.T) {
	x, y := mat.NewDense(3, 1, []float64{0, 1, 2}), []float64{1, 0, 1}
	ps := params(gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}}, gp.Noise(1), nil)
	tg := target(t, func(c *ppl.Context) {
		v := c.Sample("v", ppl.Of(prob.Normal{Mean: 3, SD: 1}))
		n := c.Sample("n", ppl.Of(prob.Normal{Mean: 3, SD: 1}))
		// Computed values: nothing says where they will be.
		p := hyper.Sample(c, ps, hyper.Set("variance", ad.Scale(v, 1)), hyper.Set(gp.NoiseName, ad.Scale(n, 1)))
		hyper.Factor(c, "obs", p, x, y)
	})
	for _, at := range [][]float64{{-1, 1}, {1, -1}, {1, 1e308}} {
		grad := []float64{1, 1}
		if lp := tg.LogProbGrad(grad, at); !math.IsInf(lp, -1) || grad[0] != 0 || grad[1] != 0 {
			t.Errorf("at %v: log density %v, gradient %v; want -Inf and zeros", at, lp, grad)
		}
	}
}
