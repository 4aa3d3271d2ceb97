package prob

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mathext"
)

// StudentT is Student's t distribution,
//
//	p(x) = (1 + z^2/df)^(-(df+1)/2) / (scale sqrt(df) B(1/2, df/2)),  z = (x-location)/scale,  df, scale > 0.
//
// The scale is not the standard deviation, which is scale sqrt(df/(df-2)).
type StudentT struct {
	DF, Location, Scale float64
}

// q returns z / sqrt(df).
func (d StudentT) q(x float64) float64 { return (x - d.Location) / d.Scale / math.Sqrt(d.DF) }

// LogProb returns the log density at x.
func (d StudentT) LogProb(x float64) float64 {
	return -(d.DF+1)/2*logOnePlusSquare(d.q(x)) - logBeta(0.5, d.DF/2) - math.Log(d.DF)/2 - math.Log(d.Scale)
}

// LogProbGrad returns the log density at x and its derivative to x.
func (d StudentT) LogProbGrad(x float64) (logProb, dx float64) {
	if math.IsInf(x, 0) {
		return math.Inf(-1), 0
	}
	return d.LogProb(x), -(d.DF + 1) / math.Sqrt(d.DF) * overOnePlusSquare(d.q(x)) / d.Scale
}

// ParamGrad sets dst to the derivatives of LogProb(x) to the degrees of freedom,
// the location and the scale.
func (d StudentT) ParamGrad(dst []float64, x float64) []float64 {
	dst = gradient(dst, 3)
	if math.IsInf(x, 0) {
		return fill(dst, 0)
	}
	q := d.q(x)
	square := squareOverOnePlus(q)
	dst[0] = (digammaHalfStep(d.DF/2) - logOnePlusSquare(q) + ((d.DF+1)*square-1)/d.DF) / 2
	dst[1] = (d.DF + 1) / math.Sqrt(d.DF) * overOnePlusSquare(q) / d.Scale
	dst[2] = ((d.DF+1)*square - 1) / d.Scale
	return dst
}

// digammaHalfStep returns digamma(a + 1/2) - digamma(a).
func digammaHalfStep(a float64) float64 {
	if a < 20 {
		return mathext.Digamma(a+0.5) - mathext.Digamma(a)
	}
	// For large a the difference loses digits. This is the derivative of the series
	// of log Gamma(a+1/2)/Gamma(a), 1/2 log a - 1/(8a) + 1/(192a^3) - 1/(640a^5) +
	// 17/(14336a^7), whose next term is below 1e-12 of it here.
	r := 1 / a
	s := r * r
	return r/2 + s*(1.0/8-s*(1.0/64-s*(1.0/128-s*17/2048)))
}

// CDF returns the probability of a number up to x.
func (d StudentT) CDF(x float64) float64 {
	q := d.q(x)
	if math.IsNaN(q) {
		return q
	}
	beyond, _, _ := incBeta(d.DF/2, 0.5, squareOverOnePlus(1/q), squareOverOnePlus(q))
	if q > 0 {
		return 1 - beyond/2
	}
	return beyond / 2
}

// Quantile returns the number with probability p up to it.
func (d StudentT) Quantile(p float64) float64 {
	checkProbability(p)
	switch {
	case p == 0:
		return math.Inf(-1)
	case p == 1:
		return math.Inf(1)
	case p == 0.5:
		return d.Location
	}
	tail := min(p, 1-p)
	// This is the logit of df / (df + z^2).
	t := incBetaLogit(d.DF/2, 0.5, 2*tail, 1-2*tail)
	z := math.Sqrt(d.DF) * math.Exp(-t/2)
	if p < 0.5 {
		z = -z
	}
	return d.Location + d.Scale*z
}

// Moments returns the mean, which is the location, and the variance scale^2 df/(df-2).
// The variance is infinite for df up to 2; for df up to 1 neither exists.
func (d StudentT) Moments() (mean, variance float64) {
	switch {
	case d.DF <= 1:
		return math.NaN(), math.NaN()
	case d.DF <= 2:
		return d.Location, math.Inf(1)
	}
	return d.Location, d.Scale * d.Scale * (d.DF / (d.DF - 2))
}

// Support returns the real line.
func (StudentT) Support() Support { return Real() }

// Draw returns a draw: a normal variate over the root of a gamma variate.
func (d StudentT) Draw(r *rand.Rand) float64 {
	z := r.NormFloat64() / math.Sqrt(Gamma{d.DF / 2, d.DF / 2}.Draw(r))
	return Real().inside(d.Location + d.Scale*z)
}

// Parameters returns the degrees of freedom, the location and the scale.
func (d StudentT) Parameters() []Parameter {
	return []Parameter{{"df", d.DF, Positive()}, {"location", d.Location, Real()}, {"scale", d.Scale, Positive()}}
}

// WithParameters returns the t distribution of other degrees of freedom,
// location and scale.
func (d StudentT) WithParameters(values ...float64) Parametric {
	checkParameters("studentt", len(values), 3)
	return StudentT{values[0], values[1], values[2]}
}

// Validate returns an error unless the location is finite and the others are
// positive.
func (d StudentT) Validate() error {
	return firstError(checkPositive("studentt", "df", d.DF),
		checkFinite("studentt", "location", d.Location), checkPositive("studentt", "scale", d.Scale))
}

// String prints studentt(df, location, scale).
func (d StudentT) String() string { return format("studentt", d.DF, d.Location, d.Scale) }
