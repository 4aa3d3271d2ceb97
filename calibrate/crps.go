package calibrate

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Estimator says how E|X - X'| is estimated from S draws.
type Estimator int

const (
	// Fair is the mean over the S(S-1) pairs of different draws: unbiased, so that the
	// score in expectation is that of the distribution that the draws are of, for any S
	// (Ferro 2014). It needs two draws.
	Fair Estimator = iota
	// Standard is the mean over all S^2 pairs: the score of the empirical
	// distribution of the draws, greater by E|X - X'|/(2S) in expectation.
	Standard
)

// pairs returns the number of pairs.
func (e Estimator) pairs(s int) float64 {
	switch e {
	case Fair:
		if s < 2 {
			panic("calibrate: a fair score of a single draw")
		}
		return float64(s) * float64(s-1)
	case Standard:
		return float64(s) * float64(s)
	}
	panic(fmt.Sprintf("calibrate: estimator %d", int(e)))
}

// CRPS returns the continuous ranked probability score of each observation,
//
//	(1/S) sum_s |X_s - y| - (1/2P) sum_st |X_s - X_t|,
//	sum_st |X_s - X_t| = 2 sum_r (2r - S - 1) X_(r),
//
// P being the number of pairs of the estimator and X_(r) the sorted draws. Cost
// O(S log S) an observation. It panics if draws has not a column for each
// observation, or on a single draw with Fair.
func CRPS(draws *mat.Dense, y []float64, e Estimator) []float64 {
	return crps(nil, draws, y, e)
}

// CRPSGrad is CRPS, and sets dst, S x N, to the derivative of each score with
// respect to each of its draws: for X_s with rank r
//
//	sign(X_s - y)/S - (2r - S - 1)/P,
//
// ties having the mean of their ranks, and the sign of 0 being 0.
func CRPSGrad(dst, draws *mat.Dense, y []float64, e Estimator) []float64 {
	if dst == nil {
		panic("calibrate: no destination for the gradient")
	}
	return crps(dst, draws, y, e)
}

func crps(dst, draws *mat.Dense, y []float64, e Estimator) []float64 {
	s, n := mustFit(draws, y)
	mustTake(dst, draws)
	pairs := e.pairs(s)
	out := make([]float64, n)
	x, order := make([]float64, s), make([]int, s)
	for i, v := range y {
		mat.Col(x, i, draws)
		for r := range order {
			order[r] = r
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
		near, pairwise := 0.0, 0.0
		// Ranks weigh differences from y, of which no offset can take digits.
		for r, k := range order {
			near += math.Abs(x[k] - v)
			pairwise += float64(2*(r+1)-s-1) * (x[k] - v)
		}
		out[i] = near/float64(s) - pairwise/pairs
		if dst == nil {
			continue
		}
		for from := 0; from < s; {
			to := from + 1
			for to < s && x[order[to]] == x[order[from]] {
				to++
			}
			// Ranks from+1 to to, whose mean is (from+1+to)/2.
			slope := sign(x[order[from]]-v)/float64(s) - float64(from+to-s)/pairs
			for _, k := range order[from:to] {
				dst.Set(k, i, slope)
			}
			from = to
		}
	}
	return out
}

func sign(v float64) float64 {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

// GaussianCRPS returns the score of N(mean, sd^2) at y and its derivatives,
//
//	sd (z (2 Phi(z) - 1) + 2 phi(z) - 1/sqrt(pi)),  z = (y - mean)/sd,
//	d/dmean = 1 - 2 Phi(z),  d/dsd = 2 phi(z) - 1/sqrt(pi)
//
// (Gneiting et al. 2005, equation 5). Where sd is 0 it is |y - mean|. It panics if
// sd is negative.
func GaussianCRPS(mean, sd, y float64) (score, dMean, dSD float64) {
	if !(sd >= 0) {
		panic(fmt.Sprintf("calibrate: an sd of %g", sd))
	}
	if sd == 0 {
		d := -1 / math.Sqrt(math.Pi)
		if y == mean {
			d += math.Sqrt(2 / math.Pi)
		}
		return math.Abs(y - mean), sign(mean - y), d
	}
	z := (y - mean) / sd
	// 2 Phi - 1 = erf(z/sqrt 2) keeps its digits around 0.
	centred := math.Erf(z / math.Sqrt2)
	dSD = 2*distuv.UnitNormal.Prob(z) - 1/math.Sqrt(math.Pi)
	return sd * (z*centred + dSD), -centred, dSD
}
