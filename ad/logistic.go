package ad

import "math"

// Logistic returns 1/(1 + e^-x), without overflow or loss of digits at either
// end.
func Logistic(x Value) Value { return unary(opLogistic, x) }

// Softplus returns log(1 + e^x), without overflow or loss of digits at either
// end. The logarithm of the logistic function is -Softplus(-x).
func Softplus(x Value) Value { return unary(opSoftplus, x) }

func logistic(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	q := math.Exp(x)
	return q / (1 + q)
}

// logisticSlope is q / (1 + q)², q = e^-|x|. y (1 - y) would lose all its
// digits where the function is near 1.
func logisticSlope(x float64) float64 {
	q := math.Exp(-math.Abs(x))
	return q / ((1 + q) * (1 + q))
}

func softplus(x float64) float64 {
	return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
}
