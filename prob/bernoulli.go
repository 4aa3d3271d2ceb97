package prob

import (
	"math"
	"math/rand/v2"
)

// Bernoulli is the distribution of an event that happens (1) or not (0),
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

// BernoulliLogit is [Bernoulli] by its log odds,
//
//	P(1) = 1 / (1 + exp(-logit)),  P(0) = 1 / (1 + exp(logit)),
//
// which is accurate where p would round to 0 or 1.
type BernoulliLogit struct {
	Logit float64
}

// LogProb returns the log probability of k.
func (d BernoulliLogit) LogProb(k float64) float64 {
	switch k {
	case 0:
		return -softplus(d.Logit)
	case 1:
		return -softplus(-d.Logit)
	}
	return outside(k)
}

// ParamGrad sets dst to the derivative of LogProb(k) to the logit.
func (d BernoulliLogit) ParamGrad(dst []float64, k float64) []float64 {
	dst = gradient(dst, 1)
	switch k {
	case 0:
		dst[0] = -logistic(d.Logit)
	case 1:
		dst[0] = logistic(-d.Logit)
	default:
		dst[0] = outsideGrad(k)
	}
	return dst
}

// CDF returns the probability of a number up to k.
func (d BernoulliLogit) CDF(k float64) float64 {
	switch {
	case math.IsNaN(k):
		return k
	case k < 0:
		return 0
	case k < 1:
		return logistic(-d.Logit)
	}
	return 1
}

// Moments returns the mean p and the variance p (1-p).
func (d BernoulliLogit) Moments() (mean, variance float64) {
	p := logistic(d.Logit)
	return p, p * logistic(-d.Logit)
}

// Support returns 0 and 1.
func (BernoulliLogit) Support() Integers { return Integers{0, 1} }

// Draw returns a draw.
func (d BernoulliLogit) Draw(r *rand.Rand) float64 { return Bernoulli{logistic(d.Logit)}.Draw(r) }

// Parameters returns the logit.
func (d BernoulliLogit) Parameters() []Parameter {
	return []Parameter{{"logit", d.Logit, Real()}}
}

// WithParameters returns the Bernoulli distribution of another logit.
func (d BernoulliLogit) WithParameters(values ...float64) DiscreteParametric {
	checkParameters("bernoullilogit", len(values), 1)
	return BernoulliLogit{values[0]}
}

// Validate returns an error unless the logit is finite.
func (d BernoulliLogit) Validate() error { return checkFinite("bernoullilogit", "logit", d.Logit) }
