package prob

import (
	"math"
	"math/rand/v2"
)

// HalfCauchy is the distribution of |z| for a Cauchy distributed z of location 0,
//
//	p(x) = 2 / (pi scale (1 + (x/scale)^2)),  x, scale > 0.
//
// Its scale is its median.
type HalfCauchy struct {
	Scale float64
}

// LogProb returns the log density at x.
func (d HalfCauchy) LogProb(x float64) float64 {
	if !d.Support().Contains(x) {
		return outside(x)
	}
	return math.Ln2 - logPi - math.Log(d.Scale) - logOnePlusSquare(x/d.Scale)
}

// LogProbGrad returns the log density at x and its derivative to x.
func (d HalfCauchy) LogProbGrad(x float64) (logProb, dx float64) {
	if !d.Support().Contains(x) {
		return outside(x), outsideGrad(x)
	}
	return d.LogProb(x), -2 * overOnePlusSquare(x/d.Scale) / d.Scale
}

// ParamGrad sets dst to the derivative of LogProb(x) to the scale.
func (d HalfCauchy) ParamGrad(dst []float64, x float64) []float64 {
	dst = gradient(dst, 1)
	if !d.Support().Contains(x) {
		return fill(dst, outsideGrad(x))
	}
	dst[0] = (2*squareOverOnePlus(x/d.Scale) - 1) / d.Scale
	return dst
}

// CDF returns the probability of a number up to x.
func (d HalfCauchy) CDF(x float64) float64 {
	if x <= 0 {
		return 0
	}
	return math.Atan(x/d.Scale) / (math.Pi / 2)
}

// Quantile returns the number with probability p up to it.
func (d HalfCauchy) Quantile(p float64) float64 {
	checkProbability(p)
	if p > 0.5 {
		return d.Scale / math.Tan(math.Pi/2*(1-p))
	}
	return d.Scale * math.Tan(math.Pi/2*p)
}

// Moments returns +Inf and +Inf.
func (HalfCauchy) Moments() (mean, variance float64) { return math.Inf(1), math.Inf(1) }

// Support returns the positive numbers.
func (HalfCauchy) Support() Support { return Positive() }

// Draw returns a draw.
func (d HalfCauchy) Draw(r *rand.Rand) float64 {
	return Positive().inside(d.Scale * math.Abs(cauchy(r)))
}

// Parameters returns the scale.
func (d HalfCauchy) Parameters() []Parameter {
	return []Parameter{{"scale", d.Scale, Positive()}}
}

// WithParameters returns the half-Cauchy distribution of another scale.
func (d HalfCauchy) WithParameters(values ...float64) Parametric {
	checkParameters("halfcauchy", len(values), 1)
	return HalfCauchy{values[0]}
}

// Validate returns an error unless the scale is positive.
func (d HalfCauchy) Validate() error { return checkPositive("halfcauchy", "scale", d.Scale) }

// String prints halfcauchy(scale).
func (d HalfCauchy) String() string { return format("halfcauchy", d.Scale) }
