package dist_test

import (
	"math"
	"testing"

	"matheron/dist"
	"matheron/dist/disttest"
	"matheron/rng"
)

func mixtures() map[string]dist.NormalMixture {
	r := rng.New(5).Rand()
	many := dist.NormalMixture{}
	for range 500 {
		many.Means, many.SDs = append(many.Means, 100+r.NormFloat64()), append(many.SDs, 0.1+r.Float64())
	}
	return map[string]dist.NormalMixture{
		"one":       {Means: []float64{2}, SDs: []float64{3}},
		"two":       {Means: []float64{-1, 2}, SDs: []float64{0.5, 1.5}},
		"apart":     {Means: []float64{0, 1e6}, SDs: []float64{1e-3, 1}},
		"many":      many,
		"of scales": {Means: []float64{1, 1, 1}, SDs: []float64{1e-8, 1, 1e8}},
	}
}

// The kit integrates the density, differentiates it, and compares draws with the
// CDF.
func TestNormalMixtureConforms(t *testing.T) {
	disttest.Test(t, mixtures()["two"])
	disttest.Test(t, mixtures()["one"])
}

// One component is the normal distribution.
func TestNormalMixtureOfOne(t *testing.T) {
	d, n := mixtures()["one"], dist.Normal{Mean: 2, SD: 3}
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
	d := dist.NormalMixture{Means: []float64{1, 2, 3, 10}, SDs: []float64{0, 0, 0, 1}}
	for p, want := range map[float64]float64{0.1: 1, 0.3: 2, 0.6: 3, 0.875: 10} {
		if got := d.Quantile(p); math.Abs(got-want) > 1e-14 {
			t.Errorf("quantile of %v is %v, want %v", p, got, want)
		}
	}
	if got := (dist.NormalMixture{Means: []float64{4, 4}, SDs: []float64{0, 0}}).Quantile(0.7); got != 4 {
		t.Errorf("quantile of a point is %v", got)
	}
}

func TestNormalMixtureValidate(t *testing.T) {
	for _, d := range []dist.NormalMixture{
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
