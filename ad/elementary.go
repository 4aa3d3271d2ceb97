package ad

import "math"

// Square returns x².
func Square(x Value) Value { return unary(opSquare, x) }

// Inv returns 1/x.
func Inv(x Value) Value { return unary(opInv, x) }

// Sqrt returns the square root of x; its derivative at 0 is +Inf.
func Sqrt(x Value) Value { return unary(opSqrt, x) }

// Exp returns e^x.
func Exp(x Value) Value { return unary(opExp, x) }

// Expm1 returns e^x - 1, accurate near x = 0.
func Expm1(x Value) Value { return unary(opExpm1, x) }

// Log returns the natural logarithm of x.
func Log(x Value) Value { return unary(opLog, x) }

// Log1p returns log(1 + x), accurate near x = 0.
func Log1p(x Value) Value { return unary(opLog1p, x) }

// Sin returns the sine of x.
func Sin(x Value) Value { return unary(opSin, x) }

// Cos returns the cosine of x.
func Cos(x Value) Value { return unary(opCos, x) }

// Tanh returns the hyperbolic tangent of x.
func Tanh(x Value) Value { return unary(opTanh, x) }

// Abs returns |x|, with derivative 0 at 0.
func Abs(x Value) Value { return unary(opAbs, x) }

func square(x float64) float64 { return x * x }

func inv(x float64) float64 { return 1 / x }

// tanhSlope is 1/cosh² x = 4 q / (1 + q)², q = e^(-2|x|). 1 - tanh² x would lose
// all its digits where tanh is near 1.
func tanhSlope(x, _ float64) float64 {
	q := math.Exp(-2 * math.Abs(x))
	return 4 * q / ((1 + q) * (1 + q))
}

func absSlope(x, _ float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x // 0, or NaN
}
