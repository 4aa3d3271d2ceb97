package ppl

import (
	"errors"
	"fmt"

	"matheron/ad"
	"matheron/prob"
)

var errCounts = errors.New("its values are counts, which have no gradient: sum them out, or give them")

// family makes distributions from parameters.
type family[D paramGrader] struct {
	with func(p []float64) D
	// grad returns the log density and its derivative, and support the numbers
	// where it is positive; nil for counts.
	grad    func(d D, x float64) (logProb, dx float64)
	support func(d D) prob.Support
	// location and scale are the indices of such parameters, or -1.
	location, scale int
	// constants is how many of the parameters, the first ones, are constants that
	// ParamGrad leaves out.
	constants int
}

// continuous returns a family of densities.
func continuous[D differentiable](location, scale int, with func(p []float64) D) *family[D] {
	return &family[D]{
		with:     with,
		grad:     func(d D, x float64) (logProb, dx float64) { return d.LogProbGrad(x) },
		support:  func(d D) prob.Support { return d.Support() },
		location: location,
		scale:    scale,
	}
}

// counts returns a family of distributions of integers.
func counts[D paramGrader](constants int, with func(p []float64) D) *family[D] {
	return &family[D]{with: with, location: -1, scale: -1, constants: constants}
}

// of returns the distribution with the given parameters, broadcast.
func (f *family[D]) of(params ...ad.Value) Distribution {
	e := &elementwise[D]{family: f}
	e.params = append(e.buf[:0], params...)
	for _, p := range params {
		to, ok := e.shape.broadcast(ShapeOf(p))
		if !ok {
			panic(fmt.Sprintf("ppl: parameters of shapes %v and %v do not broadcast", e.shape, ShapeOf(p)))
		}
		e.shape = to
	}
	return e
}

// The families are constants: each says how a distribution is made of its parameters.
var (
	normal       = continuous(0, 1, func(p []float64) prob.Normal { return prob.Normal{Mean: p[0], SD: p[1]} })
	logNormal    = continuous(-1, -1, func(p []float64) prob.LogNormal { return prob.LogNormal{Mu: p[0], Sigma: p[1]} })
	halfNormal   = continuous(-1, -1, func(p []float64) prob.HalfNormal { return prob.HalfNormal{SD: p[0]} })
	gamma        = continuous(-1, -1, func(p []float64) prob.Gamma { return prob.Gamma{Shape: p[0], Rate: p[1]} })
	inverseGamma = continuous(-1, -1, func(p []float64) prob.InverseGamma { return prob.InverseGamma{Shape: p[0], Scale: p[1]} })
	uniform      = continuous(-1, -1, func(p []float64) prob.Uniform { return prob.Uniform{Lower: p[0], Upper: p[1]} })
	cauchy       = continuous(0, 1, func(p []float64) prob.Cauchy { return prob.Cauchy{Location: p[0], Scale: p[1]} })
	halfCauchy   = continuous(-1, -1, func(p []float64) prob.HalfCauchy { return prob.HalfCauchy{Scale: p[0]} })
	studentT     = continuous(1, 2, func(p []float64) prob.StudentT { return prob.StudentT{DF: p[0], Location: p[1], Scale: p[2]} })
	exponential  = continuous(-1, -1, func(p []float64) prob.Exponential { return prob.Exponential{Rate: p[0]} })
	beta         = continuous(-1, -1, func(p []float64) prob.Beta { return prob.Beta{A: p[0], B: p[1]} })

	bernoulli      = counts(0, func(p []float64) prob.Bernoulli { return prob.Bernoulli{P: p[0]} })
	bernoulliLogit = counts(0, func(p []float64) prob.BernoulliLogit { return prob.BernoulliLogit{Logit: p[0]} })
	poisson        = counts(0, func(p []float64) prob.Poisson { return prob.Poisson{Rate: p[0]} })
	binomial       = counts(1, func(p []float64) prob.Binomial { return prob.Binomial{Trials: integer(p[0]), P: p[1]} })
)

// integer returns n as an int, or -1 if n is not an integer.
func integer(n float64) int {
	if k := int(n); float64(k) == n {
		return k
	}
	return -1
}

// Normal returns independent normal numbers.
func Normal(mean, sd ad.Value) Distribution { return normal.of(mean, sd) }

// LogNormal returns independent numbers whose logarithms are normal.
func LogNormal(mu, sigma ad.Value) Distribution { return logNormal.of(mu, sigma) }

// HalfNormal returns the absolute values of independent normal numbers of mean 0.
func HalfNormal(sd ad.Value) Distribution { return halfNormal.of(sd) }

// Gamma returns independent gamma distributed numbers.
func Gamma(shape, rate ad.Value) Distribution { return gamma.of(shape, rate) }

// InverseGamma returns independent inverse-gamma distributed numbers.
func InverseGamma(shape, scale ad.Value) Distribution { return inverseGamma.of(shape, scale) }

// Uniform returns independent uniform numbers between two bounds. The bounds of a
// latent site of a [Target] do not depend on other sites.
func Uniform(lower, upper ad.Value) Distribution { return uniform.of(lower, upper) }

// Cauchy returns independent Cauchy distributed numbers.
func Cauchy(location, scale ad.Value) Distribution { return cauchy.of(location, scale) }

// HalfCauchy returns the absolute values of independent Cauchy numbers around 0.
func HalfCauchy(scale ad.Value) Distribution { return halfCauchy.of(scale) }

// StudentT returns independent numbers of Student's t distribution.
func StudentT(df, location, scale ad.Value) Distribution { return studentT.of(df, location, scale) }

// Exponential returns independent exponentially distributed numbers.
func Exponential(rate ad.Value) Distribution { return exponential.of(rate) }

// Beta returns independent beta distributed numbers.
func Beta(a, b ad.Value) Distribution { return beta.of(a, b) }

// Bernoulli returns independent events, 1 or 0, of probability p.
func Bernoulli(p ad.Value) Distribution { return bernoulli.of(p) }

// BernoulliLogit returns independent events, 1 or 0, of the given log odds.
func BernoulliLogit(logit ad.Value) Distribution { return bernoulliLogit.of(logit) }

// Poisson returns independent counts.
func Poisson(rate ad.Value) Distribution { return poisson.of(rate) }

// Binomial returns independent numbers of successes in as many trials, which are
// constants.
func Binomial(trials, p ad.Value) Distribution {
	if !trials.IsConst() {
		panic("ppl: Binomial: the number of trials is a variable")
	}
	return binomial.of(trials, p)
}
