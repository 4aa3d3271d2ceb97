package functional

import "math"

// dip looks for a place between a and b where a function that is above zero at both
// ends, with the values va and vb, dips below it, its slopes there being ga < 0 and
// gb > 0. f is called only if the tangents cross below zero: a function that is
// convex in between is above both.
//
// It is the golden section search, ended as soon as f is below zero, the interval
// is 1e-9 of what it was, or there are no numbers left inside it: far from zero
// that is sooner.
func dip(f func(float64) float64, a, b, va, vb, ga, gb float64) (x float64, found bool) {
	at := (va - vb + gb*b - ga*a) / (gb - ga)
	if va+ga*(at-a) > 0 {
		return 0, false
	}
	ratio := (math.Sqrt(5) - 1) / 2
	low, high := a, b
	left, right := high-ratio*(high-low), low+ratio*(high-low)
	fl, fr := f(left), f(right)
	for high-low > 1e-9*(b-a) && low < left && left < right && right < high {
		switch {
		case fl < 0:
			return left, true
		case fr < 0:
			return right, true
		case fl < fr:
			high, right, fr = right, left, fl
			left = high - ratio*(high-low)
			fl = f(left)
		default:
			low, left, fl = left, right, fr
			right = low + ratio*(high-low)
			fr = f(right)
		}
	}
	return 0, false
}
