package design

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/linalg"
)

// logTwoPiE is log(2 pi e): twice the entropy of a standard normal.
var logTwoPiE = 1 + math.Log(2*math.Pi)

// Entropy returns the joint entropy, in nats, of observations with covariance
// cov + noise I,
//
//	n/2 log(2 pi e) + 1/2 log det(cov + noise I).
//
// The error is a *[linalg.NotPositiveDefinite]; a covariance from fewer draws than
// points needs noise. Cost n^3/3.
func Entropy(cov mat.Symmetric, noise float64) (float64, error) {
	checkNoise(noise)
	n := cov.SymmetricDim()
	c, err := linalg.Factorize(mat.DenseCopyOf(cov), linalg.Policy{Jitter: noise})
	if err != nil {
		return 0, err
	}
	return float64(n)/2*logTwoPiE + c.LogDet()/2, nil
}

// Pick is a candidate that a greedy choice took.
type Pick struct {
	Index int
	// Variance is that of an observation of it given those picked before.
	Variance float64
	// Entropy is the joint entropy of the observations picked so far, in nats. It
	// is -Inf if one of them is certain.
	Entropy float64
}

// GreedyEntropy picks q different candidates one after the other, each the one
// whose observation is the most uncertain given those before: the set whose joint
// entropy a greedy choice makes large. cov is the covariance of the function at the
// candidates, noise the variance of an observation's error. With noise that is not
// small the entropy of the set is within 1 - 1/e of the greatest (Krause, Singh and
// Guestrin 2008, after Nemhauser et al. 1978, for entropies that are not negative).
//
// It is a pivoted Cholesky factorisation of cov + noise I. Cost O(N q^2).
func GreedyEntropy(cov mat.Symmetric, noise float64, q int) []Pick {
	n := cov.SymmetricDim()
	variance := make([]float64, n)
	for i := range variance {
		variance[i] = cov.At(i, i)
	}
	return greedy(variance, noise, q, func(dst []float64, i int) {
		for j := range dst {
			dst[j] = cov.At(i, j)
		}
	})
}

// GreedyEntropyOfDraws is [GreedyEntropy] for the covariance of the S x N values of
// draws, which it does not form. The picks beyond S - 1 are certain given the
// others, but for the noise. Cost O(N q (q + S)).
func GreedyEntropyOfDraws(values *mat.Dense, noise float64, q int) []Pick {
	c := centred(values)
	s, n := c.Dims()
	variance := make([]float64, n)
	for i := range s {
		for j, v := range c.RawRowView(i) {
			variance[j] += v * v
		}
	}
	return greedy(variance, noise, q, func(dst []float64, i int) {
		clear(dst)
		for k := range s {
			row := c.RawRowView(k)
			for j, v := range row {
				dst[j] += row[i] * v
			}
		}
	})
}

// greedy factorises the matrix with the diagonal variance + noise and the columns
// of column, the diagonal's noise left out. It takes over variance.
func greedy(variance []float64, noise float64, q int, column func(dst []float64, i int)) []Pick {
	checkNoise(noise)
	if q < 0 || q > len(variance) {
		panic(fmt.Sprintf("design: %d picks of %d candidates", q, len(variance)))
	}
	prior := append([]float64(nil), variance...)
	picked := make([]bool, len(variance))
	var factor [][]float64 // a column for each pick
	var picks []Pick
	entropy := 0.0
	for range q {
		best := -1
		for i, v := range variance {
			if !picked[i] && (best < 0 || v > variance[best]) {
				best = i
			}
		}
		picked[best] = true
		v := variance[best]
		if v <= 1e-12*prior[best] { // thousands of roundings: nothing else is left
			v = 0
		}
		v += noise
		entropy += (logTwoPiE + math.Log(v)) / 2
		picks = append(picks, Pick{best, v, entropy})
		if v == 0 {
			continue // it says nothing about the others
		}
		col := make([]float64, len(variance))
		column(col, best)
		for _, l := range factor {
			w := l[best]
			for j := range col {
				col[j] -= w * l[j]
			}
		}
		root := math.Sqrt(v)
		for j := range col {
			col[j] /= root
			variance[j] = max(0, variance[j]-col[j]*col[j])
		}
		factor = append(factor, col)
	}
	return picks
}
