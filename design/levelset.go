package design

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Straddle returns, for each candidate, kappa sd - |mean - level|: large where the
// function is uncertain and may be on either side of the level (Bryan et al. 2005,
// Active learning for identifying function threshold boundaries; they take
// kappa = 1.96).
func Straddle(mean, variance []float64, level, kappa float64) []float64 {
	checkPairs(mean, variance)
	out := make([]float64, len(mean))
	for i, m := range mean {
		out[i] = kappa*math.Sqrt(variance[i]) - math.Abs(m-level)
	}
	return out
}

// ExpectedFeasibility returns, for each candidate, E max(e - |f - level|, 0) for a
// normal f and e = alpha sd: how far inside a band of the level it is expected to
// be. With u = (mean - level)/sd and h(t) = t Phi(t) + phi(t) it is
//
//	sd [ h(u + alpha) - 2 h(u) + h(u - alpha) ]
//
// (Bichon et al. 2008, Efficient global reliability analysis, equation 17, in
// another form; they take alpha = 2). A candidate that is certain scores 0.
func ExpectedFeasibility(mean, variance []float64, level, alpha float64) []float64 {
	checkPairs(mean, variance)
	checkAlpha(alpha)
	out := make([]float64, len(mean))
	for i, m := range mean {
		if sd := math.Sqrt(variance[i]); sd > 0 {
			out[i] = sd * band((m-level)/sd, alpha)
		}
	}
	return out
}

// band returns E max(a - |u + z|, 0) of a standard normal z: the second difference
// of h(t) = E max(t + z, 0) = t Phi(t) + phi(t), since the hat of half width a is
// that of positive parts.
func band(u, a float64) float64 {
	u = -math.Abs(u) // in the tail where h has its digits
	return max(0, hinge(u+a)-2*hinge(u)+hinge(u-a))
}

// hinge returns E max(t + z, 0).
func hinge(t float64) float64 {
	return t*math.Erfc(-t/math.Sqrt2)/2 + math.Exp(-t*t/2)/math.Sqrt(2*math.Pi)
}

// ExpectedFeasibilityOfDraws is the mean over the S x N values of draws of
// max(e - |f_s - level|, 0), e being alpha times their standard deviation at the
// candidate. Of the draws it needs no normal distribution.
func ExpectedFeasibilityOfDraws(values *mat.Dense, level, alpha float64) []float64 {
	checkAlpha(alpha)
	s, n := values.Dims()
	_, variance := Moments(values)
	out := make([]float64, n)
	for i := range s {
		for j, v := range values.RawRowView(i) {
			out[j] += max(0, alpha*math.Sqrt(variance[j])-math.Abs(v-level))
		}
	}
	for j := range out {
		out[j] /= float64(s)
	}
	return out
}

func checkAlpha(alpha float64) {
	if !(alpha > 0) {
		panic(fmt.Sprintf("design: a band of %g standard deviations", alpha))
	}
}
