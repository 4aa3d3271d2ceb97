package prob

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mathext"
)

// LogNormal is the distribution of exp(z) for a normal z of mean mu and standard
// deviation sigma,
//
//	p(x) = exp(-(log x - mu)^2 / 2 sigma^2) / (x sigma sqrt(2 pi)),  x, sigma > 0.
//
// Its median is exp(mu).
type LogNormal struct {
	Mu, Sigma float64
}

// LogProb returns the log density at x.
func (d LogNormal) LogProb(x float64) float64 {
	if !d.Support().Contains(x) {
		return outside(x)
	}
	l := math.Log(x)
	z := (l - d.Mu) / d.Sigma
	return -z*z/2 - l - math.Log(d.Sigma) - halfLogTwoPi
}

// LogProbGrad returns the log density at x and its derivative to x.
func (d LogNormal) LogProbGrad(x float64) (logProb, dx float64) {
	if !d.Support().Contains(x) {
		return outside(x), outsideGrad(x)
	}
	z := (math.Log(x) - d.Mu) / d.Sigma
	return d.LogProb(x), -(1 + z/d.Sigma) / x
}

// ParamGrad sets dst to the derivatives of LogProb(x) to mu and sigma.
func (d LogNormal) ParamGrad(dst []float64, x float64) []float64 {
	dst = gradient(dst, 2)
	if !d.Support().Contains(x) {
		return fill(dst, outsideGrad(x))
	}
	z := (math.Log(x) - d.Mu) / d.Sigma
	dst[0] = z / d.Sigma
	dst[1] = (z*z - 1) / d.Sigma
	return dst
}

// CDF returns the probability of a number up to x.
func (d LogNormal) CDF(x float64) float64 {
	if x <= 0 {
		return 0
	}
	return Normal{d.Mu, d.Sigma}.CDF(math.Log(x))
}

// Quantile returns the number with probability p up to it.
func (d LogNormal) Quantile(p float64) float64 {
	checkProbability(p)
	return math.Exp(d.Mu + d.Sigma*mathext.NormalQuantile(p))
}

// Moments returns the mean exp(mu + sigma^2/2) and the variance
// (exp(sigma^2) - 1) exp(2 mu + sigma^2).
func (d LogNormal) Moments() (mean, variance float64) {
	s := d.Sigma * d.Sigma
	return math.Exp(d.Mu + s/2), math.Expm1(s) * math.Exp(2*d.Mu+s)
}

// Support returns the positive numbers.
func (LogNormal) Support() Support { return Positive() }

// Draw returns a draw.
func (d LogNormal) Draw(r *rand.Rand) float64 {
	return Positive().inside(math.Exp(d.Mu + d.Sigma*r.NormFloat64()))
}

// Parameters returns mu and sigma.
func (d LogNormal) Parameters() []Parameter {
	return []Parameter{{"mu", d.Mu, Real()}, {"sigma", d.Sigma, Positive()}}
}

// WithParameters returns the log-normal distribution of another mu and sigma.
func (d LogNormal) WithParameters(values ...float64) Parametric {
	checkParameters("lognormal", len(values), 2)
	return LogNormal{values[0], values[1]}
}

// Validate returns an error unless mu is finite and sigma is positive.
func (d LogNormal) Validate() error {
	return firstError(checkFinite("lognormal", "mu", d.Mu), checkPositive("lognormal", "sigma", d.Sigma))
}

// String prints lognormal(mu, sigma).
func (d LogNormal) String() string { return format("lognormal", d.Mu, d.Sigma) }
