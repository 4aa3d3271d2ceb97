package ad

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

var nan = math.NaN()

// unaryRule is an elementwise function y = f(x) with its derivative, which may
// use both x and y.
type unaryRule struct {
	name string
	f    func(x float64) float64
	d    func(x, y float64) float64
}

// The elementwise functions, in the order of unaryRules.
const (
	opSquare = iota
	opInv
	opSqrt
	opExp
	opExpm1
	opLog
	opLog1p
	opSin
	opCos
	opTanh
	opAbs
	opErf
	opErfc
	opLgamma
	opDigamma
	opLogistic
	opSoftplus
)

var unaryRules = [...]unaryRule{
	opSquare:   {"Square", square, func(x, _ float64) float64 { return 2 * x }},
	opInv:      {"Inv", inv, func(_, y float64) float64 { return -y * y }},
	opSqrt:     {"Sqrt", math.Sqrt, func(_, y float64) float64 { return 0.5 / y }},
	opExp:      {"Exp", math.Exp, func(_, y float64) float64 { return y }},
	opExpm1:    {"Expm1", math.Expm1, func(x, _ float64) float64 { return math.Exp(x) }},
	opLog:      {"Log", math.Log, func(x, _ float64) float64 { return 1 / x }},
	opLog1p:    {"Log1p", math.Log1p, func(x, _ float64) float64 { return 1 / (1 + x) }},
	opSin:      {"Sin", math.Sin, func(x, _ float64) float64 { return math.Cos(x) }},
	opCos:      {"Cos", math.Cos, func(x, _ float64) float64 { return -math.Sin(x) }},
	opTanh:     {"Tanh", math.Tanh, tanhSlope},
	opAbs:      {"Abs", math.Abs, absSlope},
	opErf:      {"Erf", math.Erf, func(x, _ float64) float64 { return gauss(x) }},
	opErfc:     {"Erfc", math.Erfc, func(x, _ float64) float64 { return -gauss(x) }},
	opLgamma:   {"Lgamma", lgamma, func(x, _ float64) float64 { return digamma(x) }},
	opDigamma:  {"Digamma", digamma, func(x, _ float64) float64 { return trigamma(x) }},
	opLogistic: {"Logistic", logistic, func(x, _ float64) float64 { return logisticSlope(x) }},
	opSoftplus: {"Softplus", softplus, func(x, _ float64) float64 { return logistic(x) }},
}

func unary(op int32, x Value) Value {
	r := &unaryRules[op]
	nx := x.in(r.name)
	t := x.t
	xs := t.value(nx)
	n, y := t.push(nx.shape, nx.adj >= 0, unaryBack)
	n.a, n.aux = x.id, op
	for i, v := range xs {
		y[i] = r.f(v)
	}
	return t.last()
}

func unaryBack(t *Tape, n *node) {
	d := unaryRules[n.aux].d
	nx := &t.nodes[n.a]
	x, y := t.value(nx), t.value(n)
	dx := t.adjoint(nx)
	for i, g := range t.adjoint(n) {
		if g != 0 {
			dx[i] += g * d(x[i], y[i])
		}
	}
}

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

// tanhSlope is 1/cosh² x = 4 q / (1 + q)², q = e^(-2|x|), as 1 - tanh² x has no correct
// digit where tanh is near 1.
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

// Erf returns the error function 2/sqrt(pi) int_0^x e^(-s²) ds.
func Erf(x Value) Value { return unary(opErf, x) }

// Erfc returns 1 - erf x, accurate for large x.
func Erfc(x Value) Value { return unary(opErfc, x) }

// Lgamma returns log |Gamma(x)|. Its derivative is the digamma function.
func Lgamma(x Value) Value { return unary(opLgamma, x) }

// Digamma returns psi(x) = d/dx log Gamma(x). Its derivative is the trigamma
// function.
func Digamma(x Value) Value { return unary(opDigamma, x) }

// gauss is the derivative of erf.
func gauss(x float64) float64 { return 2 / math.SqrtPi * math.Exp(-x*x) }

func lgamma(x float64) float64 {
	y, _ := math.Lgamma(x)
	return y
}

// digamma is psi(x). gonum's asymptotic series has an error of up to 6e-11, for x near
// 7. The first term that it leaves out is 0.0076 (x-1/2)^-10, which is below 1e-15 from
// x = 20 on; the recurrence psi(x) = psi(x+1) - 1/x takes smaller x there.
func digamma(x float64) float64 {
	if !(x > 0) {
		if x == 0 || x == math.Floor(x) || math.IsNaN(x) {
			return mathext.Digamma(x)
		}
		// Reflection, https://dlmf.nist.gov/5.5#E4.
		_, r := math.Modf(x)
		return digamma(1-x) - math.Pi/math.Tan(math.Pi*r)
	}
	var s float64
	for ; x < 20; x++ {
		s += 1 / x
	}
	return mathext.Digamma(x) - s
}

// trigamma is psi'(x), zeta(2, x) for positive x; +Inf at the poles.
func trigamma(x float64) float64 {
	switch {
	case x > 0:
		return mathext.Zeta(2, x)
	case math.IsNaN(x) || math.IsInf(x, -1):
		return nan
	case x == math.Floor(x):
		return math.Inf(1)
	}
	// Reflection, https://dlmf.nist.gov/5.15#E6.
	_, r := math.Modf(x)
	s := math.Sin(math.Pi * r)
	return math.Pi*math.Pi/(s*s) - mathext.Zeta(2, 1-x)
}

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

// logisticSlope is q / (1 + q)², q = e^-|x|, as y (1 - y) has no correct digit where y
// is near 1.
func logisticSlope(x float64) float64 {
	q := math.Exp(-math.Abs(x))
	return q / ((1 + q) * (1 + q))
}

func softplus(x float64) float64 {
	return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
}

// Clip returns min(max(x, lo), hi), with derivative 1 for lo <= x <= hi and 0
// elsewhere. A NaN stays a NaN, with derivative NaN. Clip panics unless lo <= hi.
func Clip(x Value, lo, hi float64) Value {
	if !(lo <= hi) {
		panic("ad: Clip: want lo <= hi")
	}
	nx := x.in("Clip")
	t := x.t
	xs := t.value(nx)
	n, y := t.push(nx.shape, nx.adj >= 0, clipBack)
	n.a, n.c = x.id, lo
	for i, v := range xs {
		y[i] = min(max(v, lo), hi)
	}
	t.store(1)[0] = hi // after y; this may move y
	return t.last()
}

func clipBack(t *Tape, n *node) {
	nx := &t.nodes[n.a]
	x, dx := t.value(nx), t.adjoint(nx)
	lo, hi := n.c, t.val[n.val+n.len()]
	for i, g := range t.adjoint(n) {
		switch {
		case g == 0 || x[i] < lo || x[i] > hi:
		case x[i] != x[i]:
			dx[i] = nan
		default:
			dx[i] += g
		}
	}
}
