package calibrate

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// Test is the result of a test of uniformity.
type Test struct {
	// Statistic is D_n of Kolmogorov and Smirnov, or chi-square.
	Statistic float64
	// P is the probability of a greater statistic under uniformity.
	P float64
}

// Histogram returns how many of the transforms are in each of the bins of equal
// width on [0, 1]; 1 is in the last. Calibrated predictions have a flat one,
// predictions that are too narrow one like a U, too wide ones one like a hill. It
// panics if bins is not positive or a transform is not in [0, 1].
func Histogram(u []float64, bins int) []int {
	if bins <= 0 {
		panic(fmt.Sprintf("calibrate: a histogram of %d bins", bins))
	}
	mustBeTransforms(u)
	out := make([]int, bins)
	for _, v := range u {
		out[min(int(v*float64(bins)), bins-1)]++
	}
	return out
}

// ChiSquare tests whether counts, such as those of Histogram, are of equally
// likely bins:
//
//	chi2 = sum_b (n_b - n/B)^2 / (n/B),
//
// with its asymptotic distribution of B-1 degrees of freedom, which asks for some five
// counts a bin. It panics if there are fewer than two bins or no counts.
func ChiSquare(counts []int) Test {
	n := 0
	for _, c := range counts {
		n += c
	}
	if len(counts) < 2 || n == 0 {
		panic(fmt.Sprintf("calibrate: a test of %d counts in %d bins", n, len(counts)))
	}
	want := float64(n) / float64(len(counts))
	sum := 0.0
	for _, c := range counts {
		sum += (float64(c) - want) * (float64(c) - want) / want
	}
	return Test{Statistic: sum, P: mathext.GammaIncRegComp(float64(len(counts)-1)/2, sum/2)}
}

// KolmogorovSmirnov tests whether transforms are uniform on [0, 1] by the largest
// distance of their distribution function from the diagonal,
//
//	D_n = max_i max(i/n - u_(i), u_(i) - (i-1)/n).
//
// P is exact up to n = 1,000, by the matrix of Durbin (1973), and for n D_n^2 > 7,
// where it is twice the exact one-sided probability; otherwise it is the limit with
// the correction of Vrbik (2018),
//
//	P = 2 sum_k (-1)^(k-1) exp(-2 k^2 t^2),
//	t = sqrt(n) D_n + 1/(6 sqrt n) + (sqrt(n) D_n - 1)/(4 n).
//
// It panics if there are no transforms or one is not in [0, 1].
func KolmogorovSmirnov(u []float64) Test {
	if len(u) == 0 {
		panic("calibrate: a test of no transforms")
	}
	mustBeTransforms(u)
	v := slices.Sorted(slices.Values(u))
	n := float64(len(v))
	d := 0.0
	for i, x := range v {
		d = max(d, float64(i+1)/n-x, x-float64(i)/n)
	}
	return Test{Statistic: d, P: ksTail(len(v), d)}
}

func mustBeTransforms(u []float64) {
	for i, v := range u {
		if !(v >= 0 && v <= 1) {
			panic(fmt.Sprintf("calibrate: transform %d is %g", i, v))
		}
	}
}
