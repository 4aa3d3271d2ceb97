package prob

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mathext"
)

// Beta is the beta distribution,
//
//	p(x) = x^(a-1) (1-x)^(b-1) / B(a, b),  0 < x < 1,  a, b > 0.
type Beta struct {
	A, B float64
}

// LogProb returns the log density at x.
func (d Beta) LogProb(x float64) float64 {
	if !d.Support().Contains(x) {
		return outside(x)
	}
	return (d.A-1)*math.Log(x) + (d.B-1)*math.Log1p(-x) - logBeta(d.A, d.B)
}

// LogProbGrad returns the log density at x and its derivative to x.
func (d Beta) LogProbGrad(x float64) (logProb, dx float64) {
	if !d.Support().Contains(x) {
		return outside(x), outsideGrad(x)
	}
	return d.LogProb(x), (d.A-1)/x - (d.B-1)/(1-x)
}

// ParamGrad sets dst to the derivatives of LogProb(x) to a and b.
func (d Beta) ParamGrad(dst []float64, x float64) []float64 {
	dst = gradient(dst, 2)
	if !d.Support().Contains(x) {
		return fill(dst, outsideGrad(x))
	}
	both := mathext.Digamma(d.A + d.B)
	dst[0] = math.Log(x) + both - mathext.Digamma(d.A)
	dst[1] = math.Log1p(-x) + both - mathext.Digamma(d.B)
	return dst
}

// CDF returns the probability of a number up to x.
func (d Beta) CDF(x float64) float64 {
	switch {
	case x <= 0:
		return 0
	case x >= 1:
		return 1
	}
	p, _, _ := incBeta(d.A, d.B, x, 1-x)
	return p
}

// Quantile returns the number with probability p up to it.
func (d Beta) Quantile(p float64) float64 {
	checkProbability(p)
	switch p {
	case 0, 1:
		return p
	}
	return logistic(incBetaLogit(d.A, d.B, p, 1-p))
}

// Moments returns the mean a/(a+b) and the variance a b / ((a+b)^2 (a+b+1)).
func (d Beta) Moments() (mean, variance float64) {
	n := d.A + d.B
	return d.A / n, d.A / n * (d.B / n) / (n + 1)
}

// Support returns the numbers between 0 and 1.
func (Beta) Support() Support { return Interval(0, 1) }

// Draw returns a draw.
func (d Beta) Draw(r *rand.Rand) float64 {
	return Interval(0, 1).inside(logistic(drawLogit(d.A, d.B, r)))
}

// drawLogit returns log(x / (1-x)) for a beta distributed x: the logarithm of a ratio
// of two gamma variates. It draws their logarithms, since both may underflow.
func drawLogit(a, b float64, r *rand.Rand) float64 {
	x := drawLogGamma(a, r)
	return x - drawLogGamma(b, r)
}

// drawLogGamma returns log x for a gamma distributed x of rate 1. For a shape below 1,
// x is a gamma variate of shape + 1 times u^(1/shape) for a uniform u (Marsaglia and
// Tsang 2000, section 6).
func drawLogGamma(shape float64, r *rand.Rand) float64 {
	if shape >= 1 {
		return math.Log(Gamma{shape, 1}.Draw(r))
	}
	return math.Log(Gamma{shape + 1, 1}.Draw(r)) - r.ExpFloat64()/shape
}

// Parameters returns a and b.
func (d Beta) Parameters() []Parameter {
	return []Parameter{{"a", d.A, Positive()}, {"b", d.B, Positive()}}
}

// WithParameters returns the beta distribution of another a and b.
func (d Beta) WithParameters(values ...float64) Parametric {
	checkParameters("beta", len(values), 2)
	return Beta{values[0], values[1]}
}

// Validate returns an error unless a and b are positive.
func (d Beta) Validate() error {
	return firstError(checkPositive("beta", "a", d.A), checkPositive("beta", "b", d.B))
}

// String prints beta(a, b).
func (d Beta) String() string { return format("beta", d.A, d.B) }
