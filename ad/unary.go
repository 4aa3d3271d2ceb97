package ad

import "math"

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
