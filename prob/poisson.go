package prob

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mathext"
)

// Poisson is the distribution of the number of events that occur at a rate,
//
//	P(k) = rate^k exp(-rate) / k!,  k = 0, 1, ...,  rate >= 0.
type Poisson struct {
	Rate float64
}

// LogProb returns the log probability of k.
func (d Poisson) LogProb(k float64) float64 {
	if !d.Support().Contains(k) {
		return outside(k)
	}
	lg, _ := math.Lgamma(k + 1)
	return timesLog(k, d.Rate) - d.Rate - lg
}

// ParamGrad sets dst to the derivative of LogProb(k) to the rate.
func (d Poisson) ParamGrad(dst []float64, k float64) []float64 {
	dst = gradient(dst, 1)
	if !d.Support().Contains(k) || d.Rate == 0 && k > 0 {
		return fill(dst, outsideGrad(k))
	}
	dst[0] = quotient(k, d.Rate) - 1
	return dst
}

// CDF returns the probability of a number up to k, an incomplete gamma function.
func (d Poisson) CDF(k float64) float64 {
	k = math.Floor(k)
	switch {
	case math.IsNaN(k):
		return k
	case k < 0:
		return 0
	case math.IsInf(k, 1) || d.Rate == 0:
		return 1
	}
	return mathext.GammaIncRegComp(k+1, d.Rate)
}

// Moments returns the mean and the variance, both the rate.
func (d Poisson) Moments() (mean, variance float64) { return d.Rate, d.Rate }

// Support returns the integers from 0 on.
func (Poisson) Support() Integers { return Integers{0, math.Inf(1)} }

// Draw returns a draw: by transformed rejection (Hörmann 1993, "The transformed
// rejection method for generating Poisson random variables", algorithm PTRS) from
// a rate of 10 on, by exponential waiting times below.
func (d Poisson) Draw(r *rand.Rand) float64 {
	if d.Rate < 10 {
		k := 0.0
		for t := r.ExpFloat64(); t < d.Rate; t += r.ExpFloat64() {
			k++
		}
		return k
	}
	// The constants are those of the paper: a table mountain hat over the
	// probabilities, fitted for rates from 10 on.
	b := 0.931 + 2.53*math.Sqrt(d.Rate)
	a := -0.059 + 0.02483*b
	alphaInverse := 1.1239 + 1.1328/(b-3.4)
	squeeze := 0.9277 - 3.6224/(b-2)
	for {
		u := r.Float64() - 0.5
		v := r.Float64()
		us := 0.5 - math.Abs(u)
		k := math.Floor((2*a/us+b)*u + d.Rate + 0.43)
		if !d.Support().Contains(k) {
			continue
		}
		if us >= 0.07 && v <= squeeze {
			return k
		}
		if us < 0.013 && v > us {
			continue
		}
		if math.Log(v*alphaInverse/(a/(us*us)+b)) <= d.LogProb(k) {
			return k
		}
	}
}

// Parameters returns the rate.
func (d Poisson) Parameters() []Parameter {
	return []Parameter{{"rate", d.Rate, Positive()}}
}

// WithParameters returns the Poisson distribution of another rate.
func (d Poisson) WithParameters(values ...float64) DiscreteParametric {
	checkParameters("poisson", len(values), 1)
	return Poisson{values[0]}
}

// Validate returns an error unless the rate is finite and not negative.
func (d Poisson) Validate() error {
	if !(d.Rate >= 0) || math.IsInf(d.Rate, 1) {
		return &ParamError{"poisson", "rate", d.Rate, "finite and 0 or more"}
	}
	return nil
}
