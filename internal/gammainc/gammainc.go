// Package gammainc inverts the regularised incomplete gamma functions, where
// gonum's inverse returns 0 or few digits in the lower tail of a small shape.
package gammainc

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// LogQuantile returns log x with P(a, x) = lower and Q(a, x) = upper, the
// regularised incomplete gamma functions: the logarithm of a quantile of
// Gamma(a, rate 1). lower + upper = 1, and the smaller of the two decides, so
// that both tails keep their digits; the logarithm does not underflow for small
// a and lower, where x does. lower is above 0 and below 1.
//
// Newton's method in t = log x on log P or log Q: both are concave in t, as the density of t is log-concave, so
// from the second step on the iterates approach the root from one side.
// Bisection takes over when a step leaves the bracket.
func LogQuantile(a, lower, upper float64) float64 {
	lgA, _ := math.Lgamma(a)
	lgA1, _ := math.Lgamma(a + 1)
	// P(a, x) = x^a/Gamma(a+1) (1 - a x/(a+1) + ...) <= x^a/Gamma(a+1): the root
	// is at or above series, and is series to rounding error if that is small.
	series := (math.Log(lower) + lgA1) / a
	if series < math.Log(1e-17) {
		return series
	}
	left := lower <= upper
	target := math.Log(min(lower, upper))
	// Below hi lies all but 1e-16 of the mass: the mean plus more than nine
	// standard deviations, and as much again for the exponential tail.
	lo, hi := series, math.Log(a+10*math.Sqrt(a)+50)
	for !left && mathext.GammaIncRegComp(a, math.Exp(hi)) > upper {
		hi += math.Ln2
	}
	t := series
	if a >= 1 {
		t = wilsonHilferty(a, lower)
	}
	if !(t > lo && t < hi) {
		t = lo + (hi-lo)/2
	}
	const maxSteps = 200 // bisection alone needs 60 for 53 bits
	for range maxSteps {
		x := math.Exp(t)
		p := mathext.GammaIncReg(a, x)
		if !left {
			p = mathext.GammaIncRegComp(a, x)
		}
		f := math.Log(p) - target
		below := f < 0
		if !left {
			below = f > 0
		}
		if below {
			lo = t
		} else {
			hi = t
		}
		// d log P / dt = x^a e^-x / (Gamma(a) P), and minus that with Q.
		slope := math.Exp(a*t - x - lgA - math.Log(p))
		if !left {
			slope = -slope
		}
		step := f / slope
		next := t - step
		if done := 1e-15 * max(1, math.Abs(t)); math.Abs(step) <= done || hi-lo <= done {
			return next
		}
		if !(next > lo && next < hi) {
			next = lo + (hi-lo)/2
		}
		t = next
	}
	return t
}

// wilsonHilferty is the logarithm of an approximate gamma quantile: the cube
// root of a chi-squared variable is nearly normal (Wilson and Hilferty 1931).
// It is NaN where that is negative.
func wilsonHilferty(a, u float64) float64 {
	c := 1 / (9 * a)
	return math.Log(a) + 3*math.Log(1-c+mathext.NormalQuantile(u)*math.Sqrt(c))
}
