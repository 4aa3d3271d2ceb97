package prob_test

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"strconv"
	"testing"

	"matheron/prob"
	"matheron/prob/probtest"
	"matheron/rng"
)

// ability is all that each distribution of the package can do.
type ability interface {
	prob.Parametric
	prob.Grader
	prob.Momenter
	prob.CDFer
	prob.Quantiler
	prob.Validator
	String() string
}

// goldenCase is a row of the one table of the tests, made by testdata/scipy.py.
type goldenCase struct {
	Text           string
	Mean, Variance string
	Points         [][3]float64 // x, log density, probability
	Quantiles      [][2]float64 // probability, x
}

func table(t testing.TB) []goldenCase {
	t.Helper()
	text, err := os.ReadFile("testdata/scipy.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []goldenCase
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

func mustParse(t testing.TB, text string) ability {
	t.Helper()
	d, err := prob.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d.(ability)
}

func near(got, want, tol float64) bool {
	return got == want || math.Abs(got-want) <= tol*max(1, math.Abs(want))
}

func TestAgainstSciPy(t *testing.T) {
	// Terms of a log density are up to 2e5 (shape 20000), of which an ulp is
	// 3e-11; some of them round on either side.
	const tol = 1e-10
	for _, c := range table(t) {
		d := mustParse(t, c.Text)
		if d.String() != c.Text {
			t.Errorf("%s prints as %s", c.Text, d)
		}
		for _, p := range c.Points {
			if got := d.LogProb(p[0]); !near(got, p[1], tol) {
				t.Errorf("%s: LogProb(%v) = %v, want %v", c.Text, p[0], got, p[1])
			}
			if got := d.CDF(p[0]); !near(got, p[2], tol) {
				t.Errorf("%s: CDF(%v) = %v, want %v", c.Text, p[0], got, p[2])
			}
		}
		for _, q := range c.Quantiles {
			// A relative error, since priors are chosen by their smallest quantiles.
			if got := d.Quantile(q[0]); math.Abs(got-q[1]) > 1e-9*math.Abs(q[1]) {
				t.Errorf("%s: Quantile(%v) = %v, want %v", c.Text, q[0], got, q[1])
			}
		}
		mean, variance := d.Moments()
		for _, m := range []struct {
			name string
			got  float64
			want string
		}{{"mean", mean, c.Mean}, {"variance", variance, c.Variance}} {
			want, err := strconv.ParseFloat(m.want, 64)
			if err != nil {
				t.Fatal(err)
			}
			if !(m.got == want || math.IsNaN(m.got) && math.IsNaN(want) || math.Abs(m.got-want) <= tol*math.Abs(want)) {
				t.Errorf("%s: %s %v, want %v", c.Text, m.name, m.got, want)
			}
		}
	}
}

func TestConformance(t *testing.T) {
	for _, c := range table(t) {
		t.Run(c.Text, func(t *testing.T) {
			t.Parallel()
			probtest.Test(t, mustParse(t, c.Text))
		})
	}
}

// TestDrawsAtTheEdge draws where most numbers underflow or overflow: they are
// moved to the nearest number of the support.
func TestDrawsAtTheEdge(t *testing.T) {
	for _, d := range []ability{
		prob.Gamma{Shape: 1e-3, Rate: 1},
		prob.Gamma{Shape: 2, Rate: 1e-308},
		prob.InverseGamma{Shape: 1e-3, Scale: 1},
		prob.LogNormal{Mu: 0, Sigma: 1000},
		prob.Uniform{Lower: 1, Upper: 1 + 0x1p-51},
		prob.HalfNormal{SD: 5e-324},
		prob.Normal{Mean: 1e308, SD: 1e308},
		prob.Cauchy{Location: -1e308, Scale: 1e308},
		prob.HalfCauchy{Scale: 5e-324},
		prob.StudentT{DF: 0.01, Location: 0, Scale: 1},
		prob.Exponential{Rate: 1e-308},
		prob.Beta{A: 1e-4, B: 1e-4},
	} {
		if err := d.Validate(); err != nil {
			t.Fatal(err)
		}
		r := rng.New(1).Rand()
		for range 2000 {
			x := d.Draw(r)
			if !d.Support().Contains(x) {
				t.Fatalf("%v: draw %v is outside of the support", d, x)
			}
			if lp := d.LogProb(x); math.IsNaN(lp) {
				t.Fatalf("%v: log density NaN at the draw %v", d, x)
			}
		}
	}
}

func TestValidate(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		d         ability
		parameter string
	}{
		{prob.Normal{Mean: nan, SD: 1}, "mean"},
		{prob.Normal{Mean: inf, SD: 1}, "mean"},
		{prob.Normal{Mean: 0, SD: 0}, "sd"},
		{prob.Normal{Mean: 0, SD: -1}, "sd"},
		{prob.Normal{Mean: 0, SD: nan}, "sd"},
		{prob.Normal{Mean: 0, SD: inf}, "sd"},
		{prob.LogNormal{Mu: -inf, Sigma: 1}, "mu"},
		{prob.LogNormal{Mu: 0, Sigma: -1}, "sigma"},
		{prob.HalfNormal{}, "sd"},
		{prob.Gamma{Shape: -1, Rate: 1}, "shape"},
		{prob.Gamma{Shape: 1, Rate: 0}, "rate"},
		{prob.InverseGamma{Shape: nan, Scale: 1}, "shape"},
		{prob.InverseGamma{Shape: 1, Scale: inf}, "scale"},
		{prob.Cauchy{Location: nan, Scale: 1}, "location"},
		{prob.Cauchy{}, "scale"},
		{prob.HalfCauchy{Scale: inf}, "scale"},
		{prob.StudentT{DF: 0, Scale: 1}, "df"},
		{prob.StudentT{DF: 3, Location: inf, Scale: 1}, "location"},
		{prob.StudentT{DF: 3, Scale: -1}, "scale"},
		{prob.Exponential{}, "rate"},
		{prob.Beta{A: -1, B: 1}, "a"},
		{prob.Beta{A: 1, B: nan}, "b"},
		{prob.Uniform{}, "upper"},
		{prob.Uniform{Lower: 1, Upper: 0}, "upper"},
		{prob.Uniform{Lower: nan, Upper: 0}, "lower"},
		{prob.Uniform{Lower: 0, Upper: inf}, "upper"},
		{prob.Uniform{Lower: 1, Upper: math.Nextafter(1, 2)}, "upper"},
		{prob.Uniform{Lower: -math.MaxFloat64, Upper: math.MaxFloat64}, "upper"},
	} {
		var bad *prob.ParamError
		if err := c.d.Validate(); !errors.As(err, &bad) || bad.Parameter != c.parameter {
			t.Errorf("%v: error %v, want one of %s", c.d, err, c.parameter)
		}
	}
}

func TestAllocations(t *testing.T) {
	for _, c := range table(t) {
		d := mustParse(t, c.Text)
		x := d.Quantile(0.5)
		dst := make([]float64, len(d.Parameters()))
		if n := testing.AllocsPerRun(100, func() {
			d.LogProb(x)
			d.LogProbGrad(x)
			d.ParamGrad(dst, x)
		}); n != 0 {
			t.Errorf("%s: %v allocations for the log density and its gradients", c.Text, n)
		}
	}
}

func BenchmarkLogProbGrad(b *testing.B) {
	for _, text := range []string{"normal(0, 1)", "lognormal(0, 0.3)", "halfnormal(1)", "gamma(2, 0.5)", "inversegamma(5, 5)", "uniform(0, 1)"} {
		d := mustParse(b, text)
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				d.LogProbGrad(0.7)
			}
		})
	}
}

func BenchmarkDraw(b *testing.B) {
	for _, text := range []string{"normal(0, 1)", "lognormal(0, 0.3)", "halfnormal(1)", "gamma(2, 0.5)", "gamma(0.15, 1)", "inversegamma(5, 5)", "uniform(0, 1)"} {
		d := mustParse(b, text)
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			r := rng.New(1).Rand()
			for range b.N {
				d.Draw(r)
			}
		})
	}
}
