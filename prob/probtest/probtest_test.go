package probtest_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"matheron/prob"
	"matheron/prob/probtest"
)

// triangle has the density 2x on (0, 1), with every ability, and can be broken
// at each.
type triangle struct {
	broken string
}

func (d triangle) Support() prob.Support {
	if d.broken == "support" {
		return prob.Support{}
	}
	return prob.Interval(0, 1)
}

func (d triangle) LogProb(x float64) float64 {
	switch {
	case math.IsNaN(x):
		return x
	case !prob.Interval(0, 1).Contains(x):
		if d.broken == "outside" {
			return 0
		}
		return math.Inf(-1)
	case d.broken == "mass":
		return math.Log(2.001 * x)
	}
	return math.Log(2 * x)
}

func (d triangle) LogProbGrad(x float64) (logProb, dx float64) {
	logProb = d.LogProb(x)
	switch {
	case math.IsNaN(x):
		return x, x
	case math.IsInf(logProb, -1):
		return logProb, 0
	case d.broken == "gradient":
		return logProb, 1.0001 / x
	}
	return logProb, 1 / x
}

func (d triangle) Draw(r *rand.Rand) float64 {
	x := math.Sqrt((float64(r.Uint64()>>12) + 0.5) * 0x1p-52)
	switch d.broken {
	case "draw outside":
		return 2 * x
	case "draw law":
		return math.Pow(x, 1.05)
	case "draw state":
		return math.Sqrt(rand.Float64())
	}
	return x
}

func (d triangle) Moments() (mean, variance float64) {
	switch d.broken {
	case "mean":
		return 0.667, 1.0 / 18
	case "variance":
		return 2.0 / 3, 0.0556
	}
	return 2.0 / 3, 1.0 / 18
}

func (d triangle) CDF(x float64) float64 {
	x = min(max(x, 0), 1)
	if d.broken == "cdf" {
		return math.Pow(x, 2.0001)
	}
	return x * x
}

func (d triangle) Quantile(p float64) float64 {
	if !(p >= 0 && p <= 1) {
		panic("triangle: probability")
	}
	if d.broken == "quantile" {
		return math.Pow(p, 0.5001)
	}
	return math.Sqrt(p)
}

func TestKit(t *testing.T) {
	probtest.Test(t, triangle{})
	for broken, want := range map[string]string{
		"support":      "is empty",
		"outside":      "outside of the support",
		"mass":         "integrates to",
		"gradient":     "has the derivative",
		"draw outside": "outside of the support",
		"draw law":     "do not follow",
		"draw state":   "from an equal generator",
		"mean":         "mean 0.667",
		"variance":     "variance 0.0556",
		"cdf":          "CDF(",
		"quantile":     "CDF(Quantile(",
	} {
		if err := probtest.Check(triangle{broken}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("broken %s: error %v, want one with %q", broken, err, want)
		}
	}
}

// shifted is an exponential distribution below its parameter, and its ParamGrad
// can be broken.
type shifted struct {
	upper, rate float64
	broken      bool
}

func (d shifted) Support() prob.Support { return prob.Interval(math.Inf(-1), d.upper) }

func (d shifted) LogProb(x float64) float64 {
	if x >= d.upper || math.IsInf(x, 0) {
		return math.Inf(-1)
	}
	return math.Log(d.rate) - d.rate*(d.upper-x)
}

func (d shifted) Draw(r *rand.Rand) float64 { return d.upper - r.ExpFloat64()/d.rate }

func (d shifted) Parameters() []prob.Parameter {
	return []prob.Parameter{{Name: "upper", Value: d.upper, Support: prob.Real()}, {Name: "rate", Value: d.rate, Support: prob.Positive()}}
}

func (d shifted) WithParameters(values ...float64) prob.Parametric {
	if len(values) != 2 {
		panic("shifted: parameters")
	}
	return shifted{values[0], values[1], d.broken}
}

func (d shifted) ParamGrad(dst []float64, x float64) []float64 {
	if dst == nil {
		dst = make([]float64, 2)
	}
	if len(dst) != 2 {
		panic("shifted: derivatives")
	}
	switch {
	case math.IsNaN(x):
		dst[0], dst[1] = x, x
	case x >= d.upper || math.IsInf(x, 0):
		dst[0], dst[1] = 0, 0
	default:
		dst[0], dst[1] = -d.rate, 1/d.rate-(d.upper-x)
		if d.broken {
			dst[1] += 1e-4
		}
	}
	return dst
}

func TestKitParametric(t *testing.T) {
	probtest.Test(t, shifted{upper: 2, rate: 3})
	if err := probtest.Check(shifted{2, 3, true}); err == nil || !strings.Contains(err.Error(), "for rate") {
		t.Errorf("broken gradient to the rate: error %v", err)
	}
	if err := probtest.Check(prob.Gamma{Shape: -1, Rate: 1}); err == nil || !strings.Contains(err.Error(), "invalid") {
		t.Errorf("invalid parameters: error %v", err)
	}
}

func BenchmarkCheck(b *testing.B) {
	for range b.N {
		if err := probtest.Check(prob.Gamma{Shape: 2, Rate: 1}); err != nil {
			b.Fatal(err)
		}
	}
}
