package probtest_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"matheron/prob"
	"matheron/prob/probtest"
)

// geometric counts failures before a success, with every ability, and can be
// broken at each.
type geometric struct {
	p      float64
	broken string
}

func (d geometric) Support() prob.Integers {
	if d.broken == "support" {
		return prob.Integers{Lower: 0, Upper: -1}
	}
	return prob.Integers{Lower: 0, Upper: math.Inf(1)}
}

func (d geometric) LogProb(k float64) float64 {
	in := prob.Integers{Lower: 0, Upper: math.Inf(1)}.Contains(k)
	switch {
	case math.IsNaN(k):
		return k
	case d.broken == "fractions" && k > 0 && !math.IsInf(k, 0):
	case !in:
		return math.Inf(-1)
	}
	lp := math.Log(d.p) + k*math.Log1p(-d.p)
	if d.broken == "sum" {
		lp += 1e-6
	}
	return lp
}

func (d geometric) Draw(r *rand.Rand) float64 {
	p := d.p
	switch d.broken {
	case "draw outside":
		return -1
	case "draw fraction":
		return 0.5
	case "draw law":
		p *= 1.03
	case "draw state":
		return math.Floor(rand.ExpFloat64())
	}
	return math.Floor(r.ExpFloat64() / -math.Log1p(-p))
}

func (d geometric) Moments() (mean, variance float64) {
	mean = (1 - d.p) / d.p
	variance = mean / d.p
	switch d.broken {
	case "mean":
		mean *= 1.0001
	case "variance":
		variance *= 1.0001
	}
	return mean, variance
}

func (d geometric) CDF(k float64) float64 {
	if k < 0 {
		return 0
	}
	if d.broken != "cdf" { // between integers
		k = math.Floor(k)
	}
	return -math.Expm1((k + 1) * math.Log1p(-d.p))
}

func (d geometric) Parameters() []prob.Parameter {
	return []prob.Parameter{{Name: "p", Value: d.p, Support: prob.Interval(0, 1)}}
}

func (d geometric) WithParameters(values ...float64) prob.DiscreteParametric {
	if len(values) != 1 {
		panic("geometric: parameters")
	}
	return geometric{values[0], d.broken}
}

func (d geometric) ParamGrad(dst []float64, k float64) []float64 {
	if dst == nil {
		dst = make([]float64, 1)
	}
	if len(dst) != 1 {
		panic("geometric: derivatives")
	}
	switch {
	case math.IsNaN(k):
		dst[0] = k
	case !d.Support().Contains(k):
		dst[0] = 0
	default:
		dst[0] = 1/d.p - k/(1-d.p)
		if d.broken == "gradient" {
			dst[0] *= 1.0001
		}
	}
	return dst
}

func TestDiscreteKit(t *testing.T) {
	probtest.TestDiscrete(t, geometric{p: 0.3})
	for broken, want := range map[string]string{
		"support":       "no range of integers",
		"fractions":     "outside of the support",
		"sum":           "sums to",
		"draw outside":  "outside of the support",
		"draw fraction": "outside of the support",
		"draw law":      "do not follow",
		"draw state":    "from an equal generator",
		"mean":          "mean 2.33",
		"variance":      "variance 7.77",
		"cdf":           "CDF(",
		"gradient":      "for p",
	} {
		if err := probtest.CheckDiscrete(geometric{0.3, broken}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("broken %s: error %v, want one with %q", broken, err, want)
		}
	}
	if err := probtest.CheckDiscrete(prob.Poisson{Rate: -1}); err == nil || !strings.Contains(err.Error(), "invalid") {
		t.Errorf("invalid parameters: error %v", err)
	}
}
