package prob

import (
	"math"
	"math/rand/v2"
)

// logPi is log pi.
const logPi = 1.144729885849400174143427351353058711647

// Cauchy is the Cauchy distribution,
//
//	p(x) = 1 / (pi scale (1 + ((x-location)/scale)^2)),  scale > 0.
//
// Its location is its median; its quartiles are a scale away from it.
type Cauchy struct {
	Location, Scale float64
}

// LogProb returns the log density at x.
func (d Cauchy) LogProb(x float64) float64 {
	return -logPi - math.Log(d.Scale) - logOnePlusSquare((x-d.Location)/d.Scale)
}

// LogProbGrad returns the log density at x and its derivative to x.
func (d Cauchy) LogProbGrad(x float64) (logProb, dx float64) {
	if math.IsInf(x, 0) {
		return math.Inf(-1), 0
	}
	return d.LogProb(x), -2 * overOnePlusSquare((x-d.Location)/d.Scale) / d.Scale
}

// ParamGrad sets dst to the derivatives of LogProb(x) to the location and the
// scale.
func (d Cauchy) ParamGrad(dst []float64, x float64) []float64 {
	dst = gradient(dst, 2)
	if math.IsInf(x, 0) {
		return fill(dst, 0)
	}
	z := (x - d.Location) / d.Scale
	dst[0] = 2 * overOnePlusSquare(z) / d.Scale
	dst[1] = (2*squareOverOnePlus(z) - 1) / d.Scale
	return dst
}

// CDF returns the probability of a number up to x.
func (d Cauchy) CDF(x float64) float64 {
	return math.Atan2(1, -(x-d.Location)/d.Scale) / math.Pi
}

// Quantile returns the number with probability p up to it.
func (d Cauchy) Quantile(p float64) float64 {
	checkProbability(p)
	switch {
	case p < 0.25:
		return d.Location - d.Scale/math.Tan(math.Pi*p)
	case p > 0.75:
		return d.Location + d.Scale/math.Tan(math.Pi*(1-p))
	}
	return d.Location + d.Scale*math.Tan(math.Pi*(p-0.5))
}

// Moments returns NaN and NaN: the distribution has neither.
func (Cauchy) Moments() (mean, variance float64) { return math.NaN(), math.NaN() }

// Support returns the real line.
func (Cauchy) Support() Support { return Real() }

// Draw returns a draw: a ratio of two normal variates.
func (d Cauchy) Draw(r *rand.Rand) float64 {
	return Real().inside(d.Location + d.Scale*cauchy(r))
}

// cauchy returns a draw of location 0 and scale 1.
func cauchy(r *rand.Rand) float64 {
	for {
		a, b := r.NormFloat64(), r.NormFloat64()
		if b != 0 {
			return a / b
		}
	}
}

// Parameters returns the location and the scale.
func (d Cauchy) Parameters() []Parameter {
	return []Parameter{{"location", d.Location, Real()}, {"scale", d.Scale, Positive()}}
}

// WithParameters returns the Cauchy distribution of another location and scale.
func (d Cauchy) WithParameters(values ...float64) Parametric {
	checkParameters("cauchy", len(values), 2)
	return Cauchy{values[0], values[1]}
}

// Validate returns an error unless the location is finite and the scale is
// positive.
func (d Cauchy) Validate() error {
	return firstError(checkFinite("cauchy", "location", d.Location), checkPositive("cauchy", "scale", d.Scale))
}

// String prints cauchy(location, scale).
func (d Cauchy) String() string { return format("cauchy", d.Location, d.Scale) }
