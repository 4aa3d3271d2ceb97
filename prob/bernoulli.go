package prob

import (
	"math"
	"math/rand/v2"
)

// Bernoulli is the law of an event that happens (1) or not (0),
//
//	P(1) = p,  P(0) = 1 - p,  0 <= p <= 1.
//
// [BernoulliLogit] has the log odds as its parameter.
type Bernoulli struct {
	P float64
}

// LogProb returns the log probability of k.
func (d Bernoulli) LogProb(k float64) float64 {
	switch k {
	case 0:
		return math.Log1p(-d.P)
	case 1:
		return math.Log(d.P)
	}
	return outside(k)
}

// ParamGrad sets dst to the derivative of LogProb(k) to p.
func (d Bernoulli) ParamGrad(dst []float64, k float64) []float64 {
	dst = gradient(dst, 1)
	switch {
	case k == 0 && d.P < 1:
		dst[0] = -1 / (1 - d.P)
	case k == 1 && d.P > 0:
		dst[0] = 1 / d.P
	default:
		dst[0] = outsideGrad(k)
	}
	return dst
}

// CDF returns the probability of a number up to k.
func (d Bernoulli) CDF(k float64) float64 { return Binomial{1, d.P}.CDF(k) }

// Moments returns the mean p and the variance p (1-p).
func (d Bernoulli) Moments() (mean, variance float64) { return d.P, d.P * (1 - d.P) }

// Support returns 0 and 1.
func (Bernoulli) Support() Integers { return Integers{0, 1} }

// Draw returns a draw.
func (d Bernoulli) Draw(r *rand.Rand) float64 {
	if r.Float64() < d.P {
		return 1
	}
	return 0
}

// Parameters returns p.
func (d Bernoulli) Parameters() []Parameter {
	return []Parameter{{"p", d.P, Interval(0, 1)}}
}

// WithParameters returns the Bernoulli distribution of another p.
func (d Bernoulli) WithParameters(values ...float64) DiscreteParametric {
	checkParameters("bernoulli", len(values), 1)
	return Bernoulli{values[0]}
}

// Validate returns an error unless p is a probability.
func (d Bernoulli) Validate() error { return checkUnit("bernoulli", "p", d.P) }
