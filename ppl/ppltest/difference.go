package ppltest

import "math"

// tolerance is what a derivative may differ by from the central difference,
// relative to the larger of 1 and the derivative: far above the error of the
// difference, h^4 f””'/30 + eps f/h with h = 1e-3.
const tolerance = 1e-6

// derivative returns the derivative of f by its argument x[i], which is restored.
func derivative(f func() float64, x []float64, i int) float64 {
	at := x[i]
	defer func() { x[i] = at }()
	h := 1e-3 * math.Max(1, math.Abs(at))
	value := func(k float64) float64 {
		x[i] = at + k*h
		return f()
	}
	return (value(-2) - 8*value(-1) + 8*value(1) - value(2)) / (12 * h)
}

// near reports whether a derivative agrees with a difference.
func near(got, want float64) bool {
	return math.Abs(got-want) <= tolerance*math.Max(1, math.Abs(want))
}

// same reports whether two numbers agree to rounding of the sums behind them.
func same(a, b float64) bool {
	return a == b || math.Abs(a-b) <= 1e-10*math.Max(1, math.Abs(b))
}
