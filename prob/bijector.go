package prob

import "math"

var (
	_ Bijector = Identity{}
	_ Bijector = LogAbove{}
	_ Bijector = LogBelow{}
	_ Bijector = Logit{}
)

// Bijector returns the map between s and the real line: [Identity] for the line
// itself, [LogAbove] and [LogBelow] for a half line, [Logit] for an interval.
// It panics if s is empty.
func (s Support) Bijector() Bijector {
	lower, upper := !math.IsInf(s.Lower, -1), !math.IsInf(s.Upper, 1)
	switch {
	case !(s.Lower < s.Upper):
		panic("prob: no bijector from an empty support " + s.String())
	case lower && upper:
		return Logit(s)
	case lower:
		return LogAbove{s.Lower}
	case upper:
		return LogBelow{s.Upper}
	}
	return Identity{}
}

// Slope returns dx/dy of m at y, which is negative for [LogBelow] alone.
func Slope(m Bijector, y float64) float64 {
	j, _ := m.LogJacobian(y)
	if _, falls := m.(LogBelow); falls {
		return -math.Exp(j)
	}
	return math.Exp(j)
}

// Identity is x = y, for the whole line.
type Identity struct{}

// Unconstrain returns x.
func (Identity) Unconstrain(x float64) float64 { return x }

// Constrain returns y.
func (Identity) Constrain(y float64) float64 { return y }

// LogJacobian returns 0 and 0.
func (Identity) LogJacobian(float64) (logJacobian, dy float64) { return 0, 0 }

// LogAbove is x = lower + exp(y), for the numbers above Lower. The zero value is
// the logarithm.
type LogAbove struct {
	Lower float64
}

// Unconstrain returns log(x - lower).
func (b LogAbove) Unconstrain(x float64) float64 { return math.Log(x - b.Lower) }

// Constrain returns lower + exp(y).
func (b LogAbove) Constrain(y float64) float64 {
	return Support{b.Lower, math.Inf(1)}.inside(b.Lower + math.Exp(y))
}

// LogJacobian returns y and 1.
func (LogAbove) LogJacobian(y float64) (logJacobian, dy float64) { return y, 1 }

// LogBelow is x = upper - exp(y), for the numbers below Upper.
type LogBelow struct {
	Upper float64
}

// Unconstrain returns log(upper - x).
func (b LogBelow) Unconstrain(x float64) float64 { return math.Log(b.Upper - x) }

// Constrain returns upper - exp(y).
func (b LogBelow) Constrain(y float64) float64 {
	return Support{math.Inf(-1), b.Upper}.inside(b.Upper - math.Exp(y))
}

// LogJacobian returns y and 1.
func (LogBelow) LogJacobian(y float64) (logJacobian, dy float64) { return y, 1 }

// Logit is x = lower + (upper - lower) / (1 + exp(-y)), for the numbers between
// Lower and Upper.
type Logit struct {
	Lower, Upper float64
}

// Unconstrain returns log((x - lower) / (upper - x)).
func (b Logit) Unconstrain(x float64) float64 {
	return math.Log(x-b.Lower) - math.Log(b.Upper-x)
}

// Constrain returns lower + (upper - lower) / (1 + exp(-y)), computed from the
// nearer end.
func (b Logit) Constrain(y float64) float64 {
	e := math.Exp(-math.Abs(y))
	from := (b.Upper - b.Lower) * (e / (1 + e))
	if y > 0 {
		return Support(b).inside(b.Upper - from)
	}
	return Support(b).inside(b.Lower + from)
}

// LogJacobian returns log(upper - lower) - |y| - 2 log(1 + exp(-|y|)) and
// -tanh(y/2).
func (b Logit) LogJacobian(y float64) (logJacobian, dy float64) {
	a := math.Abs(y)
	return math.Log(b.Upper-b.Lower) - a - 2*math.Log1p(math.Exp(-a)), -math.Tanh(y / 2)
}
