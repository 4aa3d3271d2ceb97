package diag

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// Quantile returns the quantile of x at p in [0, 1], linear between the order
// statistics, the smallest being at 0 and the largest at 1. NaN among x, or none
// at all, gives NaN. Cost n log n.
func Quantile(x []float64, p float64) float64 {
	s, ok := sorted(x)
	if !ok {
		return math.NaN()
	}
	return sortedQuantile(s, p)
}

func sortedQuantile(s []float64, p float64) float64 {
	if !(p >= 0 && p <= 1) {
		panic(fmt.Sprintf("diag: quantile at %v", p))
	}
	pos := p * float64(len(s)-1)
	k := min(int(pos), len(s)-1)
	g := pos - float64(k)
	if g == 0 {
		return s[k]
	}
	return (1-g)*s[k] + g*s[k+1]
}

// sorted returns a sorted copy of x; ok is false if there is none, or a NaN.
func sorted(x []float64) (s []float64, ok bool) {
	s = slices.Clone(x)
	slices.Sort(s) // NaN come first
	return s, len(s) > 0 && !math.IsNaN(s[0])
}

// HDI returns the narrowest interval that contains a fraction p in (0, 1) of x: with
// the order statistics x_(i) and k = floor(p n), the x_(i) and x_(i+k) that are
// nearest to each other, the first of equals. NaN among x, or none at all, gives
// NaN. Cost n log n.
func HDI(x []float64, p float64) (lower, upper float64) {
	if !(p > 0 && p < 1) {
		panic(fmt.Sprintf("diag: an interval of probability %v", p))
	}
	s, ok := sorted(x)
	if !ok {
		return math.NaN(), math.NaN()
	}
	k := int(p * float64(len(s)))
	best := 0
	for i := range len(s) - k {
		if s[i+k]-s[i] < s[best+k]-s[best] {
			best = i
		}
	}
	return s[best], s[best+k]
}

// MCSEMean returns the Monte Carlo standard error of the mean, sd/sqrt(ESS).
func MCSEMean(chains [][]float64) float64 {
	if !valid(chains, 1) {
		return math.NaN()
	}
	return math.Sqrt(variance(pool(chains)) / ESSMean(chains))
}

// MCSESD returns the Monte Carlo standard error of the standard deviation: with
// v = (x - mean)^2,
//
//	sqrt(var v / ESS_v / (4 mean v)),
//
// by the delta method. It is NaN for a constant.
func MCSESD(chains [][]float64) float64 {
	if !valid(chains, 1) {
		return math.NaN()
	}
	v := squares(chains)
	m, m2 := 0.0, 0.0
	for _, c := range v {
		for _, s := range c {
			m += s
			m2 += s * s
		}
	}
	size := float64(len(v) * len(v[0]))
	m /= size
	m2 /= size
	return math.Sqrt((m2 - m*m) / ess(split(v)) / m / 4)
}

// The normal probabilities below -1 and below 1, with the digits of ArviZ.
const (
	normalBelow = 0.1586553
	normalAbove = 0.8413447
)

// MCSEQuantile returns the Monte Carlo standard error of the quantile at p: half
// the distance of the order statistics at the 16% and the 84% quantile of
// Beta(ESS p + 1, ESS (1-p) + 1).
func MCSEQuantile(chains [][]float64, p float64) float64 {
	if !valid(chains, 1) {
		return math.NaN()
	}
	n := ESSQuantile(chains, p)
	s, _ := sorted(pool(chains))
	at := func(q float64) float64 {
		return mathext.InvRegIncBeta(n*p+1, n*(1-p)+1, q)*float64(len(s)) - 1
	}
	lo := int(math.Floor(max(at(normalBelow), 0)))
	hi := int(math.Ceil(min(at(normalAbove), float64(len(s)-1))))
	return (s[hi] - s[lo]) / 2
}
