package diag

import (
	"fmt"
	"math"
	"slices"
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

// HDI returns the narrowest interval that holds a share p in (0, 1) of x: with
// the order statistics x_(i) and k = floor(p n), the x_(i) and x_(i+k) that are
// nearest to each other, the first of equals. NaN among x, or none at all, gives
// NaN. Cost n log n.
func HDI(x []float64, p float64) (lower, upper float64) {
	if !(p > 0 && p < 1) {
		panic(fmt.Sprintf("diag: an interval that holds %v", p))
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
