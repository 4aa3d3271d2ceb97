package prob

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mathext"
)

// halfLogTwoPi is log(2 pi) / 2.
const halfLogTwoPi = 0.918938533204672741780329736405617639861

// Normal is the normal distribution,
//
//	p(x) = exp(-(x-mean)^2 / 2 sd^2) / (sd sqrt(2 pi)),  sd > 0.
type Normal struct {
	Mean, SD float64
}

// LogProb returns the log density at x.
func (d Normal) LogProb(x float64) float64 {
	z := (x - d.Mean) / d.SD
	return -z*z/2 - math.Log(d.SD) - halfLogTwoPi
}

// LogProbGrad returns the log density at x and its derivative to x.
func (d Normal) LogProbGrad(x float64) (logProb, dx float64) {
	if math.IsInf(x, 0) {
		return math.Inf(-1), 0
	}
	return d.LogProb(x), -(x - d.Mean) / d.SD / d.SD
}

// ParamGrad sets dst to the derivatives of LogProb(x) to the mean and the sd.
func (d Normal) ParamGrad(dst []float64, x float64) []float64 {
	dst = gradient(dst, 2)
	if math.IsInf(x, 0) {
		return fill(dst, 0)
	}
	z := (x - d.Mean) / d.SD
	dst[0] = z / d.SD
	dst[1] = (z*z - 1) / d.SD
	return dst
}

// CDF returns the probability of a number up to x.
func (d Normal) CDF(x float64) float64 {
	return math.Erfc(-(x-d.Mean)/d.SD/math.Sqrt2) / 2
}

// Quantile returns the number with probability p up to it.
func (d Normal) Quantile(p float64) float64 {
	checkProbability(p)
	return d.Mean + d.SD*mathext.NormalQuantile(p)
}

// Moments returns the mean and the variance.
func (d Normal) Moments() (mean, variance float64) { return d.Mean, d.SD * d.SD }

// Support returns the real line.
func (Normal) Support() Support { return Real() }

// Draw returns a draw.
func (d Normal) Draw(r *rand.Rand) float64 {
	return Real().inside(d.Mean + d.SD*r.NormFloat64())
}

// Parameters returns the mean and the sd.
func (d Normal) Parameters() []Parameter {
	return []Parameter{{"mean", d.Mean, Real()}, {"sd", d.SD, Positive()}}
}

// WithParameters returns the normal distribution of another mean and sd.
func (d Normal) WithParameters(values ...float64) Parametric {
	checkParameters("normal", len(values), 2)
	return Normal{values[0], values[1]}
}

// Validate returns an error unless the mean is finite and the sd is positive.
func (d Normal) Validate() error {
	return firstError(checkFinite("normal", "mean", d.Mean), checkPositive("normal", "sd", d.SD))
}

// String prints normal(mean, sd).
func (d Normal) String() string { return format("normal", d.Mean, d.SD) }
