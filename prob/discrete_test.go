package prob_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"testing"

	"matheron/prob"
	"matheron/prob/probtest"
	"matheron/rng"
)

// discreteAbility is all that each discrete distribution of the package can do.
type discreteAbility interface {
	prob.DiscreteParametric
	prob.Momenter
	prob.CDFer
	prob.Validator
}

// discreteCase is a row of the table of the tests, made by testdata/discrete.py.
type discreteCase struct {
	Family         string
	Parameters     []float64
	Mean, Variance float64
	Points         [][3]float64 // k, log probability, probability up to k
}

func (c discreteCase) String() string { return fmt.Sprintf("%s%v", c.Family, c.Parameters) }

func (c discreteCase) law(t testing.TB) discreteAbility {
	p := c.Parameters
	switch c.Family {
	case "bernoulli":
		return prob.Bernoulli{P: p[0]}
	case "bernoullilogit":
		return prob.BernoulliLogit{Logit: p[0]}
	case "binomial":
		return prob.Binomial{Trials: int(p[0]), P: p[1]}
	case "poisson":
		return prob.Poisson{Rate: p[0]}
	case "categorical":
		return prob.Categorical{Weights: p}
	case "categoricallogit":
		return prob.CategoricalLogit{Logits: p}
	}
	t.Fatalf("no distribution %s", c.Family)
	return nil
}

func discreteTable(t testing.TB) []discreteCase {
	t.Helper()
	text, err := os.ReadFile("testdata/discrete.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []discreteCase
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

func TestDiscreteAgainstSciPy(t *testing.T) {
	// Terms of a log probability are up to 2e5 (a rate of 20000), of which an ulp
	// is 3e-11.
	const tol = 1e-10
	for _, c := range discreteTable(t) {
		d := c.law(t)
		for _, p := range c.Points {
			if got := d.LogProb(p[0]); !near(got, p[1], tol) {
				t.Errorf("%v: LogProb(%v) = %v, want %v", c, p[0], got, p[1])
			}
			if got := d.CDF(p[0]); !near(got, p[2], tol) {
				t.Errorf("%v: CDF(%v) = %v, want %v", c, p[0], got, p[2])
			}
		}
		if mean, variance := d.Moments(); !near(mean, c.Mean, tol) || !near(variance, c.Variance, tol) {
			t.Errorf("%v: moments %v and %v, want %v and %v", c, mean, variance, c.Mean, c.Variance)
		}
	}
}

func TestDiscreteConformance(t *testing.T) {
	var laws []discreteAbility
	for _, c := range discreteTable(t) {
		laws = append(laws, c.law(t))
	}
	// The edges that Validate accepts.
	for _, d := range append(laws,
		prob.Bernoulli{P: 0}, prob.Bernoulli{P: 1},
		prob.BernoulliLogit{Logit: 800},
		prob.Binomial{Trials: 0, P: 0.5}, prob.Binomial{Trials: 5, P: 0}, prob.Binomial{Trials: 50, P: 1},
		prob.Poisson{Rate: 0},
		prob.Categorical{Weights: []float64{0, 2, 0, 1, 0}},
		prob.Categorical{Weights: []float64{3}},
		prob.CategoricalLogit{Logits: []float64{-800, 0, 700}},
	) {
		t.Run(fmt.Sprintf("%T%v", d, d), func(t *testing.T) {
			t.Parallel()
			probtest.TestDiscrete(t, d)
		})
	}
}

// TestPoissonZero: at a rate of 10, where rejection takes over, the number 0
// still has its probability of 4.5e-5; 1e6 draws expect 45 of them, give or take
// 5 standard deviations.
func TestPoissonZero(t *testing.T) {
	const n = 1000000
	d := prob.Poisson{Rate: 10}
	r := rng.New(3).Rand()
	zeros := 0.0
	for range n {
		if d.Draw(r) == 0 {
			zeros++
		}
	}
	if want := n * math.Exp(-10); math.Abs(zeros-want) > 5*math.Sqrt(want) {
		t.Errorf("%v zeros among %d draws, want %.1f", zeros, n, want)
	}
}

func TestDiscreteValidate(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		d         discreteAbility
		parameter string
	}{
		{prob.Bernoulli{P: -0.1}, "p"},
		{prob.Bernoulli{P: nan}, "p"},
		{prob.BernoulliLogit{Logit: inf}, "logit"},
		{prob.Binomial{Trials: -1, P: 0.5}, "trials"},
		{prob.Binomial{Trials: 1, P: 1.5}, "p"},
		{prob.Poisson{Rate: -1}, "rate"},
		{prob.Poisson{Rate: inf}, "rate"},
		{prob.Categorical{}, "sum of weights"},
		{prob.Categorical{Weights: []float64{0, 0}}, "sum of weights"},
		{prob.Categorical{Weights: []float64{1, -1}}, "weights[1]"},
		{prob.CategoricalLogit{}, "number of logits"},
		{prob.CategoricalLogit{Logits: []float64{0, inf}}, "logits[1]"},
	} {
		var bad *prob.ParamError
		if err := c.d.Validate(); !errors.As(err, &bad) || bad.Parameter != c.parameter {
			t.Errorf("%v: error %v, want one of %s", c.d, err, c.parameter)
		}
	}
}

func TestIntegersString(t *testing.T) {
	for s, want := range map[prob.Integers]string{
		{Lower: 0, Upper: 3}:           "{0..3}",
		{Lower: 0, Upper: math.Inf(1)}: "{0..}",
	} {
		if s.String() != want {
			t.Errorf("%s, want %s", s, want)
		}
	}
}

func BenchmarkDiscreteDraw(b *testing.B) {
	for _, c := range discreteTable(b) {
		d := c.law(b)
		b.Run(c.String(), func(b *testing.B) {
			r := rng.New(1).Rand()
			for range b.N {
				d.Draw(r)
			}
		})
	}
}
