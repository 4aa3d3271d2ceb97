package prob

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mathext"

	"matheron/internal/gammainc"
)

// InverseGamma is the distribution of 1/z for a gamma distributed z of the same shape,
// whose rate is the scale,
//
//	p(x) = scale^shape x^(-shape-1) exp(-scale/x) / Gamma(shape),  x, shape, scale > 0.
type InverseGamma struct {
	Shape, Scale float64
}

// LogProb returns the log density at x.
func (d InverseGamma) LogProb(x float64) float64 {
	if !d.Support().Contains(x) {
		return outside(x)
	}
	lg, _ := math.Lgamma(d.Shape)
	return d.Shape*math.Log(d.Scale) - lg - (d.Shape+1)*math.Log(x) - d.Scale/x
}

// LogProbGrad returns the log density at x and its derivative to x.
func (d InverseGamma) LogProbGrad(x float64) (logProb, dx float64) {
	if !d.Support().Contains(x) {
		return outside(x), outsideGrad(x)
	}
	return d.LogProb(x), (d.Scale/x - (d.Shape + 1)) / x
}

// ParamGrad sets dst to the derivatives of LogProb(x) to the shape and the scale.
func (d InverseGamma) ParamGrad(dst []float64, x float64) []float64 {
	dst = gradient(dst, 2)
	if !d.Support().Contains(x) {
		return fill(dst, outsideGrad(x))
	}
	dst[0] = math.Log(d.Scale) - mathext.Digamma(d.Shape) - math.Log(x)
	dst[1] = d.Shape/d.Scale - 1/x
	return dst
}

// CDF returns the probability of a number up to x.
func (d InverseGamma) CDF(x float64) float64 {
	z := d.Scale / x
	switch {
	case math.IsNaN(z):
		return z
	case x <= 0 || math.IsInf(z, 1):
		return 0
	case z == 0:
		return 1
	}
	return mathext.GammaIncRegComp(d.Shape, z)
}

// Quantile returns the number with probability p up to it.
func (d InverseGamma) Quantile(p float64) float64 {
	checkProbability(p)
	switch p {
	case 0:
		return 0
	case 1:
		return math.Inf(1)
	}
	return d.Scale / math.Exp(gammainc.LogQuantile(d.Shape, 1-p, p))
}

// Moments returns the mean scale/(shape-1), infinite up to a shape of 1, and the
// variance scale^2 / ((shape-1)^2 (shape-2)), infinite up to a shape of 2.
func (d InverseGamma) Moments() (mean, variance float64) {
	mean, variance = math.Inf(1), math.Inf(1)
	if d.Shape > 1 {
		mean = d.Scale / (d.Shape - 1)
	}
	if d.Shape > 2 {
		variance = mean * mean / (d.Shape - 2)
	}
	return mean, variance
}

// Support returns the positive numbers.
func (InverseGamma) Support() Support { return Positive() }

// Draw returns a draw.
func (d InverseGamma) Draw(r *rand.Rand) float64 {
	return Positive().inside(d.Scale / Gamma{d.Shape, 1}.Draw(r))
}

// Parameters returns the shape and the scale.
func (d InverseGamma) Parameters() []Parameter {
	return []Parameter{{"shape", d.Shape, Positive()}, {"scale", d.Scale, Positive()}}
}

// WithParameters returns the inverse gamma distribution of another shape and
// scale.
func (d InverseGamma) WithParameters(values ...float64) Parametric {
	checkParameters("inversegamma", len(values), 2)
	return InverseGamma{values[0], values[1]}
}

// Validate returns an error unless shape and scale are positive.
func (d InverseGamma) Validate() error {
	return firstError(checkPositive("inversegamma", "shape", d.Shape), checkPositive("inversegamma", "scale", d.Scale))
}

// String prints inversegamma(shape, scale).
func (d InverseGamma) String() string { return format("inversegamma", d.Shape, d.Scale) }
