package prob

import (
	"math"
	"math/rand/v2"
)

// HalfNormal is the distribution of |z| for a normal z of mean 0 and standard deviation
// sd,
//
//	p(x) = sqrt(2/pi) exp(-x^2 / 2 sd^2) / sd,  x, sd > 0.
//
// SD is that of z; the standard deviation of |z| is sd sqrt(1 - 2/pi).
type HalfNormal struct {
	SD float64
}

// LogProb returns the log density at x.
func (d HalfNormal) LogProb(x float64) float64 {
	if !d.Support().Contains(x) {
		return outside(x)
	}
	z := x / d.SD
	return math.Ln2 - z*z/2 - math.Log(d.SD) - halfLogTwoPi
}

// LogProbGrad returns the log density at x and its derivative to x.
func (d HalfNormal) LogProbGrad(x float64) (logProb, dx float64) {
	if !d.Support().Contains(x) {
		return outside(x), outsideGrad(x)
	}
	return d.LogProb(x), -x / d.SD / d.SD
}

// ParamGrad sets dst to the derivative of LogProb(x) to the sd.
func (d HalfNormal) ParamGrad(dst []float64, x float64) []float64 {
	dst = gradient(dst, 1)
	if !d.Support().Contains(x) {
		return fill(dst, outsideGrad(x))
	}
	z := x / d.SD
	dst[0] = (z*z - 1) / d.SD
	return dst
}

// CDF returns the probability of a number up to x.
func (d HalfNormal) CDF(x float64) float64 {
	if x <= 0 {
		return 0
	}
	return math.Erf(x / d.SD / math.Sqrt2)
}

// Quantile returns the number with probability p up to it.
func (d HalfNormal) Quantile(p float64) float64 {
	checkProbability(p)
	return d.SD * math.Sqrt2 * math.Erfinv(p)
}

// Moments returns the mean sd sqrt(2/pi) and the variance sd^2 (1 - 2/pi).
func (d HalfNormal) Moments() (mean, variance float64) {
	return d.SD * math.Sqrt(2/math.Pi), d.SD * d.SD * (1 - 2/math.Pi)
}

// Support returns the positive numbers.
func (HalfNormal) Support() Support { return Positive() }

// Draw returns a draw.
func (d HalfNormal) Draw(r *rand.Rand) float64 {
	return Positive().inside(math.Abs(d.SD * r.NormFloat64()))
}

// Parameters returns the sd.
func (d HalfNormal) Parameters() []Parameter {
	return []Parameter{{"sd", d.SD, Positive()}}
}

// WithParameters returns the half-normal distribution of another sd.
func (d HalfNormal) WithParameters(values ...float64) Parametric {
	checkParameters("halfnormal", len(values), 1)
	return HalfNormal{values[0]}
}

// Validate returns an error unless the sd is positive.
func (d HalfNormal) Validate() error { return checkPositive("halfnormal", "sd", d.SD) }

// String prints halfnormal(sd).
func (d HalfNormal) String() string { return format("halfnormal", d.SD) }
