package prob

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
)

// Categorical is the distribution of one of several categories,
//
//	P(k) = weights[k] / sum of weights,  k = 0..len(weights)-1,
//
// with weights that are not negative and need not sum to 1. It does not copy the slice:
// do not change it while the value is in use.
// [CategoricalLogit] has logarithms of weights.
type Categorical struct {
	Weights []float64
}

func (d Categorical) total() float64 {
	var sum float64
	for _, w := range d.Weights {
		sum += w
	}
	return sum
}

// LogProb returns the log probability of k.
func (d Categorical) LogProb(k float64) float64 {
	if !d.Support().Contains(k) {
		return outside(k)
	}
	return math.Log(d.Weights[int(k)]) - math.Log(d.total())
}

// ParamGrad sets dst to the derivatives of LogProb(k) to the weights.
func (d Categorical) ParamGrad(dst []float64, k float64) []float64 {
	dst = gradient(dst, len(d.Weights))
	if !d.Support().Contains(k) || d.Weights[int(k)] == 0 {
		return fill(dst, outsideGrad(k))
	}
	fill(dst, -1/d.total())
	dst[int(k)] += 1 / d.Weights[int(k)]
	return dst
}

// CDF returns the probability of a number up to k.
func (d Categorical) CDF(k float64) float64 {
	k = math.Floor(k)
	switch {
	case math.IsNaN(k):
		return k
	case k < 0:
		return 0
	case k >= float64(len(d.Weights)-1):
		return 1
	}
	return Categorical{d.Weights[:int(k)+1]}.total() / d.total()
}

// Moments returns the mean and the variance of the category's number.
func (d Categorical) Moments() (mean, variance float64) {
	total := d.total()
	for k, w := range d.Weights {
		mean += w / total * float64(k)
	}
	for k, w := range d.Weights {
		variance += w / total * (float64(k) - mean) * (float64(k) - mean)
	}
	return mean, variance
}

// Support returns the numbers of the categories.
func (d Categorical) Support() Integers { return Integers{0, float64(len(d.Weights) - 1)} }

// Draw returns a draw, never a category of weight 0. Cost O(categories).
func (d Categorical) Draw(r *rand.Rand) float64 {
	u := r.Float64() * d.total()
	last := 0
	for k, w := range d.Weights {
		if w == 0 {
			continue
		}
		if u < w {
			return float64(k)
		}
		u -= w
		last = k
	}
	return float64(last) // after rounding of the sum
}

// Parameters returns the weights.
func (d Categorical) Parameters() []Parameter {
	return indexed("weights", d.Weights, Positive())
}

// WithParameters returns the distribution of the same number of other weights.
func (d Categorical) WithParameters(values ...float64) DiscreteParametric {
	checkParameters("categorical", len(values), len(d.Weights))
	return Categorical{append([]float64(nil), values...)}
}

// Validate returns an error unless there are weights, all of them finite and not
// negative, with a sum that is positive and finite.
func (d Categorical) Validate() error {
	for i, w := range d.Weights {
		if !(w >= 0) || math.IsInf(w, 1) {
			return &ParamError{"categorical", element("weights", i), w, "finite and 0 or more"}
		}
	}
	return checkPositive("categorical", "sum of weights", d.total())
}

// element names an element of a parameter.
func element(name string, i int) string { return fmt.Sprintf("%s[%d]", name, i) }

// indexed returns the elements of a parameter.
func indexed(name string, values []float64, s Support) []Parameter {
	p := make([]Parameter, len(values))
	for i, v := range values {
		p[i] = Parameter{element(name, i), v, s}
	}
	return p
}

// CategoricalLogit is [Categorical] by logarithms of its weights (the softmax),
//
//	P(k) = exp(logits[k]) / sum_j exp(logits[j]),  k = 0..len(logits)-1.
//
// It does not copy the slice: do not change it while the value is in use.
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

// categorical returns the distribution by weights, the largest of which is 1.
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

// WithParameters returns the distribution of the same number of other logits.
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
