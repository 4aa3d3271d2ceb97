package dist

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// gammaQuantile returns the x with P(shape, x) = lower and Q(shape, x) = upper,
// of the regularised incomplete gamma functions; lower + upper = 1, and the
// smaller of the two decides, so that both tails keep their digits. It returns 0
// if x underflows.
//
// gonum's inverse returns 0 or few digits in the lower tail of a small shape.
// This one is Newton's method for the logarithm of the smaller probability over
// y = log x, which is concave there (the density of y is log-concave), within a
// bracket from P(a, x) <= x^a / Gamma(a+1).
func gammaQuantile(shape, lower, upper float64) float64 {
	lg1, _ := math.Lgamma(shape + 1)
	lo := (math.Log(lower) + lg1) / shape
	if x := math.Exp(lo); x < 0x1p-54 {
		return x // the bound is off by the factor 1 + O(x), which rounds to 1
	}
	lg, _ := math.Lgamma(shape)
	tail, prob, sign := mathext.GammaIncReg, lower, 1.0
	// The mean is above the median, and so above a quantile of the lower half.
	x := shape
	if upper < lower {
		tail, prob, sign = mathext.GammaIncRegComp, upper, -1
		for x = max(x, 1); tail(shape, x) > upper; x *= 2 {
		}
	}
	hi := math.Log(x)
	y := lo // from where Newton's method is monotone
	if sign < 0 {
		y = hi
	}
	target := math.Log(prob)
	for range 200 { // bisection alone takes 60
		x := math.Exp(y)
		p := tail(shape, x)
		f := sign * (math.Log(p) - target) // increasing in y
		switch {
		case f < 0:
			lo = y
		case f > 0:
			hi = y
		default:
			return x
		}
		next := y - f*p/math.Exp(shape*y-x-lg)
		if !(next >= lo && next <= hi) {
			next = lo + (hi-lo)/2
		}
		// Rounding of the probabilities stops progress at a few ulps.
		if math.Abs(next-y) <= 0x1p-51*max(1, math.Abs(y)) {
			return math.Exp(next)
		}
		y = next
	}
	return math.Exp(y)
}
