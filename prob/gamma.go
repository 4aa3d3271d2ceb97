package prob

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"

	"matheron/internal/gammainc"
)

// Gamma is the gamma distribution,
//
//	p(x) = rate^shape x^(shape-1) exp(-rate x) / Gamma(shape),  x, shape, rate > 0.
//
// Its scale is 1/rate.
type Gamma struct {
	Shape, Rate float64
}

// LogProb returns the log density at x.
func (d Gamma) LogProb(x float64) float64 {
	if !d.Support().Contains(x) {
		return outside(x)
	}
	lg, _ := math.Lgamma(d.Shape)
	return d.Shape*math.Log(d.Rate) - lg + (d.Shape-1)*math.Log(x) - d.Rate*x
}

// LogProbGrad returns the log density at x and its derivative to x.
func (d Gamma) LogProbGrad(x float64) (logProb, dx float64) {
	if !d.Support().Contains(x) {
		return outside(x), outsideGrad(x)
	}
	return d.LogProb(x), (d.Shape-1)/x - d.Rate
}

// ParamGrad sets dst to the derivatives of LogProb(x) to the shape and the rate.
func (d Gamma) ParamGrad(dst []float64, x float64) []float64 {
	dst = gradient(dst, 2)
	if !d.Support().Contains(x) {
		return fill(dst, outsideGrad(x))
	}
	dst[0] = math.Log(d.Rate) - mathext.Digamma(d.Shape) + math.Log(x)
	dst[1] = d.Shape/d.Rate - x
	return dst
}

// CDF returns the probability of a number up to x.
func (d Gamma) CDF(x float64) float64 {
	z := d.Rate * x
	switch {
	case math.IsNaN(z):
		return z
	case z <= 0:
		return 0
	case math.IsInf(z, 1):
		return 1
	}
	return mathext.GammaIncReg(d.Shape, z)
}

// Quantile returns the number with probability p up to it.
func (d Gamma) Quantile(p float64) float64 {
	checkProbability(p)
	switch p {
	case 0:
		return 0
	case 1:
		return math.Inf(1)
	}
	return math.Exp(gammainc.LogQuantile(d.Shape, p, 1-p)) / d.Rate
}

// Moments returns the mean shape/rate and the variance shape/rate^2.
func (d Gamma) Moments() (mean, variance float64) {
	mean = d.Shape / d.Rate
	return mean, mean / d.Rate
}

// Support returns the positive numbers.
func (Gamma) Support() Support { return Positive() }

// Draw returns a draw (Marsaglia and Tsang 2000; for a shape below 0.2 Liu,
// Martin and Syring 2013).
func (d Gamma) Draw(r *rand.Rand) float64 {
	return Positive().inside(distuv.Gamma{Alpha: d.Shape, Beta: d.Rate, Src: r}.Rand())
}

// Parameters returns the shape and the rate.
func (d Gamma) Parameters() []Parameter {
	return []Parameter{{"shape", d.Shape, Positive()}, {"rate", d.Rate, Positive()}}
}

// WithParameters returns the gamma distribution of another shape and rate.
func (d Gamma) WithParameters(values ...float64) Parametric {
	checkParameters("gamma", len(values), 2)
	return Gamma{values[0], values[1]}
}

// Validate returns an error unless shape and rate are positive.
func (d Gamma) Validate() error {
	return firstError(checkPositive("gamma", "shape", d.Shape), checkPositive("gamma", "rate", d.Rate))
}

// String prints gamma(shape, rate).
func (d Gamma) String() string { return format("gamma", d.Shape, d.Rate) }
