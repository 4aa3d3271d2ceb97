package prob_test

import (
	"math"
	"testing"

	"matheron/prob"
	"matheron/prob/probtest"
	"matheron/rng"
)

func mixtures() map[string]prob.NormalMixture {
	r := rng.New(5).Rand()
	many := prob.NormalMixture{}
	for range 500 {
		many.Means, many.SDs = append(many.Means, 100+r.NormFloat64()), append(many.SDs, 0.1+r.Float64())
	}
	return map[string]prob.NormalMixture{
		"one":       {Means: []float64{2}, SDs: []float64{3}},
		"two":       {Means: []float64{-1, 2}, SDs: []float64{0.5, 1.5}},
		"apart":     {Means: []float64{0, 1e6}, SDs: []float64{1e-3, 1}},
		"many":      many,
		"of scales": {Means: []float64{1, 1, 1}, SDs: []float64{1e-8, 1, 1e8}},
	}
}

// goldenMixture has log densities, distribution function and quantiles of a mixture
// by the means of those of Python 3.11's statistics.NormalDist, the quantiles by
// bisection.
type goldenMixture struct {
	law       prob.NormalMixture
	at        [][3]float64 // x, log density, CDF
	quantiles [][2]float64 // p, x
}

func goldenMixtures() []goldenMixture {
	return []goldenMixture{{
		prob.NormalMixture{Means: []float64{-1, 2, 2.5}, SDs: []float64{0.5, 1.5, 0.25}},
		[][3]float64{
			{-3, -7.747203457405313, 0.00015357719167665337},
			{-1, -1.2802798132138018, 0.1742500439827264},
			{0.25, -2.8722034574053126, 0.3718209464162017},
			{2.5, -0.4848558108365473, 0.7101862199389855},
			{7, -7.978571485536502, 0.9998569798889344},
		},
		[][2]float64{{0.025, -1.7427522085545215}, {0.3, -0.4799278143728193}, {0.5, 1.9485057406599604}, {0.975, 4.159297206577076}},
	}}
}

// Three means of rounded numbers: a few eps of the result, and of a logarithm's
// argument.
func TestNormalMixtureGolden(t *testing.T) {
	for _, g := range goldenMixtures() {
		for _, want := range g.at {
			if got := g.law.LogProb(want[0]); math.Abs(got-want[1]) > 1e-14*math.Max(1, math.Abs(want[1])) {
				t.Errorf("log density at %v is %v, want %v", want[0], got, want[1])
			}
			if got := g.law.CDF(want[0]); math.Abs(got-want[2]) > 1e-15 {
				t.Errorf("CDF(%v) is %v, want %v", want[0], got, want[2])
			}
		}
		for _, want := range g.quantiles {
			if got := g.law.Quantile(want[0]); math.Abs(got-want[1]) > 1e-14*math.Max(1, math.Abs(want[1])) {
				t.Errorf("quantile of %v is %v, want %v", want[0], got, want[1])
			}
		}
		probtest.Test(t, g.law)
	}
}

// The kit integrates the density, differentiates it, and compares draws with the
// CDF.
func TestNormalMixtureConforms(t *testing.T) {
	probtest.Test(t, mixtures()["two"])
	probtest.Test(t, mixtures()["one"])
}

// One component is the normal distribution.
func TestNormalMixtureOfOne(t *testing.T) {
	d, n := mixtures()["one"], prob.Normal{Mean: 2, SD: 3}
	for _, p := range []float64{1e-300, 0.025, 0.5, 0.975} {
		x := n.Quantile(p)
		if got := d.Quantile(p); got != x {
			t.Errorf("quantile of %v is %v, want %v", p, got, x)
		}
		if got := d.CDF(x); math.Abs(got-n.CDF(x)) > 1e-16 {
			t.Errorf("CDF(%v) is %v, want %v", x, got, n.CDF(x))
		}
		if got := d.LogProb(x); math.Abs(got-n.LogProb(x)) > 1e-15*math.Abs(got) {
			t.Errorf("log density at %v is %v, want %v", x, got, n.LogProb(x))
		}
	}
}

// The CDF at a quantile is the probability: to the rounding of the sum, and that
// of x times the density.
func TestNormalMixtureQuantile(t *testing.T) {
	for name, d := range mixtures() {
		last := math.Inf(-1)
		for _, p := range []float64{1e-12, 0.001, 0.025, 0.3, 0.4999, 0.5001, 0.975, 0.999999} {
			x := d.Quantile(p)
			tol := 1e-14*p + 1e-15 + 4*2.3e-16*math.Abs(x)*math.Exp(d.LogProb(x))
			if got := d.CDF(x); !(math.Abs(got-p) <= tol) {
				t.Errorf("%s: CDF(Quantile(%v) = %v) = %v", name, p, x, got)
			}
			if !(x > last) {
				t.Errorf("%s: quantile of %v is %v, below that of less", name, p, x)
			}
			last = x
		}
	}
}

// Points among the components: the quantile is where the CDF passes p, be it in a
// step.
func TestNormalMixtureOfPoints(t *testing.T) {
	d := prob.NormalMixture{Means: []float64{1, 2, 3, 10}, SDs: []float64{0, 0, 0, 1}}
	for p, want := range map[float64]float64{0.1: 1, 0.3: 2, 0.6: 3, 0.875: 10} {
		if got := d.Quantile(p); math.Abs(got-want) > 1e-14 {
			t.Errorf("quantile of %v is %v, want %v", p, got, want)
		}
	}
	if got := (prob.NormalMixture{Means: []float64{4, 4}, SDs: []float64{0, 0}}).Quantile(0.7); got != 4 {
		t.Errorf("quantile of a point is %v", got)
	}
}

func TestNormalMixtureValidate(t *testing.T) {
	for _, d := range []prob.NormalMixture{
		{}, {Means: []float64{1}}, {Means: []float64{1}, SDs: []float64{0}}, {Means: []float64{math.NaN()}, SDs: []float64{1}},
	} {
		if d.Validate() == nil {
			t.Errorf("%v is valid", d)
		}
	}
	if err := mixtures()["two"].Validate(); err != nil {
		t.Error(err)
	}
}

func BenchmarkNormalMixtureQuantile(b *testing.B) {
	d := mixtures()["many"]
	for b.Loop() {
		d.Quantile(0.975)
	}
}
