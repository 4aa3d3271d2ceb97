package data

import "math"

// moments returns the mean and the population's standard deviation (divisor n)
// of at(0) ... at(n-1), in two passes; sd is 0 when the values differ by no more
// than rounding. The values are scaled by a power of two, which is exact, so that
// neither squares nor sums overflow.
//
// The second pass corrects the mean and the sum of squares by the sum of the
// deviations, which would be 0 in exact arithmetic (Chan, Golub and LeVeque,
// The American Statistician 37, 1983, eq. 1.7).
func moments(n int, at func(int) float64) (mean, sd float64) {
	low, high := at(0), at(0)
	for i := range n {
		low, high = min(low, at(i)), max(high, at(i))
	}
	if constant(low, high) {
		return low/2 + high/2, 0
	}
	_, exp := math.Frexp(max(math.Abs(low), math.Abs(high)))
	scaled := func(i int) float64 { return math.Ldexp(at(i), -exp) }
	for i := range n {
		mean += scaled(i)
	}
	mean /= float64(n)
	var sum, squares float64
	for i := range n {
		d := scaled(i) - mean
		sum += d
		squares += d * d
	}
	mean += sum / float64(n)
	squares -= sum * sum / float64(n)
	return math.Ldexp(mean, exp), math.Ldexp(math.Sqrt(squares/float64(n)), exp)
}

// constant reports whether numbers from low to high are one number: those that were
// meant to be equal may differ in their last places, by four units at most.
func constant(low, high float64) bool {
	const ulps = 4 * 0x1p-52
	return low == high || high/2-low/2 <= ulps*max(math.Abs(low), math.Abs(high))/2
}
