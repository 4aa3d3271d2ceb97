package prob

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// NormalMixture is the mixture of normal distributions with equal weights,
//
//	p(x) = 1/n sum_i N(x; mean_i, sd_i^2),
//
// such as a prediction over draws of its parameters. For CDF, Quantile and Moments an
// sd may be 0: that component is a point mass.
type NormalMixture struct {
	Means, SDs []float64
}

// LogProb returns the log density at x, as a sum that does not underflow.
func (d NormalMixture) LogProb(x float64) float64 {
	top, sum := math.Inf(-1), 0.0
	for i, m := range d.Means {
		l := Normal{m, d.SDs[i]}.LogProb(x)
		switch {
		case math.IsNaN(l):
			return math.NaN()
		case l > top:
			top, sum = l, sum*math.Exp(top-l)+1
		case !math.IsInf(l, -1):
			sum += math.Exp(l - top)
		}
	}
	return top + math.Log(sum/float64(len(d.Means)))
}

// LogProbGrad returns the log density at x and its derivative to x.
func (d NormalMixture) LogProbGrad(x float64) (logProb, dx float64) {
	logProb = d.LogProb(x)
	if math.IsInf(logProb, -1) {
		return logProb, 0
	}
	for i, m := range d.Means {
		l, g := Normal{m, d.SDs[i]}.LogProbGrad(x)
		dx += math.Exp(l-logProb) * g / float64(len(d.Means))
	}
	return logProb, dx
}

// CDF returns the probability of a number up to x.
func (d NormalMixture) CDF(x float64) float64 {
	p, _ := d.at(x)
	return p
}

// at returns the probability up to x and the density there without the point masses.
func (d NormalMixture) at(x float64) (cdf, density float64) {
	for i, m := range d.Means {
		s := d.SDs[i]
		if s == 0 {
			if x >= m {
				cdf++
			}
			continue
		}
		z := (x - m) / s
		cdf += math.Erfc(-z/math.Sqrt2) / 2
		density += math.Exp(-z*z/2) / s
	}
	n := float64(len(d.Means))
	return cdf / n, density * math.Exp(-halfLogTwoPi) / n
}

// Quantile returns the number with probability p up to it: by Newton steps from the
// quantile of the normal distribution of the same moments, with bisection where a step
// leaves the bracket, which begins as the least and the greatest quantile of the
// components. Cost a few evaluations of the CDF.
func (d NormalMixture) Quantile(p float64) float64 {
	checkProbability(p)
	lo, hi := math.Inf(1), math.Inf(-1)
	for i, m := range d.Means {
		q := m
		if s := d.SDs[i]; s > 0 {
			q = Normal{m, s}.Quantile(p)
		}
		lo, hi = math.Min(lo, q), math.Max(hi, q)
	}
	if math.IsInf(lo, 0) || math.IsInf(hi, 0) || lo == hi {
		return lo
	}
	mean, variance := d.Moments()
	x := math.Min(math.Max(Normal{mean, math.Sqrt(variance)}.Quantile(p), lo), hi)
	for range 200 { // bisection alone needs some 60
		cdf, density := d.at(x)
		if cdf < p {
			lo = x
		} else {
			hi = x
		}
		next := x + (p-cdf)/density
		// Up to the rounding of x or of the CDF.
		if math.Abs(next-x) <= 4e-16*math.Abs(x) || math.Abs(p-cdf) <= 4e-16*p || hi-lo <= 4e-16*math.Abs(x) {
			return x
		}
		if !(lo < next && next < hi) {
			next = lo + 0.5*(hi-lo)
		}
		x = next
	}
	return x
}

// Moments returns the mean and the variance,
//
//	mean = 1/n sum_i mean_i,  variance = 1/n sum_i (sd_i^2 + (mean_i - mean)^2).
func (d NormalMixture) Moments() (mean, variance float64) {
	n := float64(len(d.Means))
	for _, m := range d.Means {
		mean += m / n
	}
	for i, m := range d.Means {
		variance += (d.SDs[i]*d.SDs[i] + (m-mean)*(m-mean)) / n
	}
	return mean, variance
}

// Support returns the real line.
func (NormalMixture) Support() Support { return Real() }

// Draw returns a draw.
func (d NormalMixture) Draw(r *rand.Rand) float64 {
	i := r.IntN(len(d.Means))
	return Normal{d.Means[i], d.SDs[i]}.Draw(r)
}

// Validate returns an error unless there are components, and each mean is finite
// and each sd positive.
func (d NormalMixture) Validate() error {
	if len(d.Means) == 0 || len(d.Means) != len(d.SDs) {
		return fmt.Errorf("a mixture of %d means and %d sds", len(d.Means), len(d.SDs))
	}
	for i, m := range d.Means {
		if err := (Normal{m, d.SDs[i]}).Validate(); err != nil {
			return fmt.Errorf("component %d: %w", i, err)
		}
	}
	return nil
}
