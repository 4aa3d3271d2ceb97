package prob

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
)

// CategoricalLogit is [Categorical] by logarithms of its weights (the softmax),
//
//	P(k) = exp(logits[k]) / sum_j exp(logits[j]),  k = 0..len(logits)-1.
//
// It reads the slice and never writes to it; do not change it while the value is
// in use.
type CategoricalLogit struct {
	Logits []float64
}

// LogProb returns the log probability of k.
func (d CategoricalLogit) LogProb(k float64) float64 {
	if !d.Support().Contains(k) {
		return outside(k)
	}
	return d.Logits[int(k)] - floats.LogSumExp(d.Logits)
}

// ParamGrad sets dst to the derivatives of LogProb(k) to the logits.
func (d CategoricalLogit) ParamGrad(dst []float64, k float64) []float64 {
	dst = gradient(dst, len(d.Logits))
	if !d.Support().Contains(k) {
		return fill(dst, outsideGrad(k))
	}
	total := floats.LogSumExp(d.Logits)
	for j, l := range d.Logits {
		dst[j] = -math.Exp(l - total)
	}
	dst[int(k)]++
	return dst
}

// categorical returns the same law by weights of which the largest is 1.
func (d CategoricalLogit) categorical() Categorical {
	largest := floats.Max(d.Logits)
	weights := make([]float64, len(d.Logits))
	for i, l := range d.Logits {
		weights[i] = math.Exp(l - largest)
	}
	return Categorical{weights}
}

// CDF returns the probability of a number up to k.
func (d CategoricalLogit) CDF(k float64) float64 { return d.categorical().CDF(k) }

// Moments returns the mean and the variance of the category's number.
func (d CategoricalLogit) Moments() (mean, variance float64) { return d.categorical().Moments() }

// Support returns the numbers of the categories.
func (d CategoricalLogit) Support() Integers { return Integers{0, float64(len(d.Logits) - 1)} }

// Draw returns a draw. Cost O(categories).
func (d CategoricalLogit) Draw(r *rand.Rand) float64 { return d.categorical().Draw(r) }

// Parameters returns the logits.
func (d CategoricalLogit) Parameters() []Parameter {
	return indexed("logits", d.Logits, Real())
}

// WithParameters returns the distribution of other logits, as many.
func (d CategoricalLogit) WithParameters(values ...float64) DiscreteParametric {
	checkParameters("categoricallogit", len(values), len(d.Logits))
	return CategoricalLogit{append([]float64(nil), values...)}
}

// Validate returns an error unless there are logits and all of them are finite.
func (d CategoricalLogit) Validate() error {
	if len(d.Logits) == 0 {
		return &ParamError{"categoricallogit", "number of logits", 0, "1 or more"}
	}
	for i, l := range d.Logits {
		if err := checkFinite("categoricallogit", element("logits", i), l); err != nil {
			return err
		}
	}
	return nil
}
