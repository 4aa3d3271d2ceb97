package prob

import (
	"math"
	"math/rand/v2"
)

// Exponential is the exponential distribution,
//
//	p(x) = rate exp(-rate x),  x, rate > 0.
type Exponential struct {
	Rate float64
}

// LogProb returns the log density at x.
func (d Exponential) LogProb(x float64) float64 {
	if !d.Support().Contains(x) {
		return outside(x)
	}
	return math.Log(d.Rate) - d.Rate*x
}

// LogProbGrad returns the log density at x and its derivative to x.
func (d Exponential) LogProbGrad(x float64) (logProb, dx float64) {
	if !d.Support().Contains(x) {
		return outside(x), outsideGrad(x)
	}
	return d.LogProb(x), -d.Rate
}

// ParamGrad sets dst to the derivative of LogProb(x) to the rate.
func (d Exponential) ParamGrad(dst []float64, x float64) []float64 {
	dst = gradient(dst, 1)
	if !d.Support().Contains(x) {
		return fill(dst, outsideGrad(x))
	}
	dst[0] = 1/d.Rate - x
	return dst
}

// CDF returns the probability of a number up to x.
func (d Exponential) CDF(x float64) float64 {
	if x <= 0 {
		return 0
	}
	return -math.Expm1(-d.Rate * x)
}

// Quantile returns the number with probability p up to it.
func (d Exponential) Quantile(p float64) float64 {
	checkProbability(p)
	return math.Abs(math.Log1p(-p)) / d.Rate // 0 and not -0 at 0
}

// Moments returns the mean 1/rate and the variance 1/rate^2.
func (d Exponential) Moments() (mean, variance float64) { return 1 / d.Rate, 1 / d.Rate / d.Rate }

// Support returns the positive numbers.
func (Exponential) Support() Support { return Positive() }

// Draw returns a draw.
func (d Exponential) Draw(r *rand.Rand) float64 {
	return Positive().inside(r.ExpFloat64() / d.Rate)
}

// Parameters returns the rate.
func (d Exponential) Parameters() []Parameter {
	return []Parameter{{"rate", d.Rate, Positive()}}
}

// WithParameters returns the exponential distribution of another rate.
func (d Exponential) WithParameters(values ...float64) Parametric {
	checkParameters("exponential", len(values), 1)
	return Exponential{values[0]}
}

// Validate returns an error unless the rate is positive.
func (d Exponential) Validate() error { return checkPositive("exponential", "rate", d.Rate) }

// String prints exponential(rate).
func (d Exponential) String() string { return format("exponential", d.Rate) }
