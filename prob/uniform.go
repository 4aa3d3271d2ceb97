package prob

import (
	"math"
	"math/rand/v2"
)

// Uniform is the uniform distribution on the open interval between two bounds,
//
//	p(x) = 1 / (upper - lower),  lower < x < upper.
type Uniform struct {
	Lower, Upper float64
}

// LogProb returns the log density at x.
func (d Uniform) LogProb(x float64) float64 {
	if !d.Support().Contains(x) {
		return outside(x)
	}
	return -math.Log(d.Upper - d.Lower)
}

// LogProbGrad returns the log density at x and its derivative to x.
func (d Uniform) LogProbGrad(x float64) (logProb, dx float64) {
	return d.LogProb(x), outsideGrad(x)
}

// ParamGrad sets dst to the derivatives of LogProb(x) to the lower and the upper
// bound, while x stays between them.
func (d Uniform) ParamGrad(dst []float64, x float64) []float64 {
	dst = gradient(dst, 2)
	if !d.Support().Contains(x) {
		return fill(dst, outsideGrad(x))
	}
	dst[0] = 1 / (d.Upper - d.Lower)
	dst[1] = -dst[0]
	return dst
}

// CDF returns the probability of a number up to x.
func (d Uniform) CDF(x float64) float64 {
	switch {
	case x <= d.Lower:
		return 0
	case x >= d.Upper:
		return 1
	}
	return (x - d.Lower) / (d.Upper - d.Lower)
}

// Quantile returns the number with probability p up to it.
func (d Uniform) Quantile(p float64) float64 {
	checkProbability(p)
	return (1-p)*d.Lower + p*d.Upper
}

// Moments returns the mean (lower+upper)/2 and the variance (upper-lower)^2/12.
func (d Uniform) Moments() (mean, variance float64) {
	w := d.Upper - d.Lower
	return d.Lower + w/2, w * w / 12
}

// Support returns the numbers between the bounds.
func (d Uniform) Support() Support { return Interval(d.Lower, d.Upper) }

// Draw returns a draw.
func (d Uniform) Draw(r *rand.Rand) float64 {
	return d.Support().inside(d.Lower + (d.Upper-d.Lower)*r.Float64())
}

// Parameters returns the bounds.
func (d Uniform) Parameters() []Parameter {
	return []Parameter{{"lower", d.Lower, Real()}, {"upper", d.Upper, Real()}}
}

// WithParameters returns the uniform distribution between other bounds.
func (d Uniform) WithParameters(values ...float64) Parametric {
	checkParameters("uniform", len(values), 2)
	return Uniform{values[0], values[1]}
}

// Validate returns an error unless the bounds are finite, their difference does
// not overflow, and there is a number between them.
func (d Uniform) Validate() error {
	if err := firstError(checkFinite("uniform", "lower", d.Lower), checkFinite("uniform", "upper", d.Upper)); err != nil {
		return err
	}
	if !(math.Nextafter(d.Lower, math.Inf(1)) < d.Upper) {
		return &ParamError{"uniform", "upper", d.Upper, "above lower"}
	}
	if math.IsInf(d.Upper-d.Lower, 1) {
		return &ParamError{"uniform", "upper", d.Upper, "within the largest number of lower"}
	}
	return nil
}

// String prints uniform(lower, upper).
func (d Uniform) String() string { return format("uniform", d.Lower, d.Upper) }
