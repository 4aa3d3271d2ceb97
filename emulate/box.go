package emulate

import (
	"fmt"
	"math"
)

// Boxed is a [Target] on the inside of a box, as a function of coordinates on the
// whole line: a surrogate is not to be asked far from the runs that it was made of.
//
//	x = a + (b - a) logistic(z),   log p(z) = log p(x) + sum log dx/dz
//
// It is the target restricted to the box, up to a constant.
type Boxed struct {
	target       Target
	lower, upper []float64
}

// InBox returns t inside of the box. It panics unless the bounds are finite, in
// order and as many as the target's dimensions. The slices are copied.
func InBox(t Target, lower, upper []float64) *Boxed {
	if len(lower) != t.Dim() || len(upper) != t.Dim() {
		panic(fmt.Sprintf("emulate: a box of %d and %d bounds for a target of %d", len(lower), len(upper), t.Dim()))
	}
	for d, a := range lower {
		if !(a < upper[d]) || !finite(upper[d]-a) {
			panic(fmt.Sprintf("emulate: input %d between %v and %v", d, a, upper[d]))
		}
	}
	return &Boxed{t, append([]float64(nil), lower...), append([]float64(nil), upper...)}
}

// Dim implements [Target].
func (b *Boxed) Dim() int { return len(b.lower) }

// Input sets dst to the input x at z and returns it; nil allocates.
func (b *Boxed) Input(dst, z []float64) []float64 {
	if dst == nil {
		dst = make([]float64, len(z))
	}
	checkPoint(b.Dim(), dst, z)
	for d, v := range z {
		p := 1 / (1 + math.Exp(-v))
		q := 1 / (1 + math.Exp(v))
		dst[d] = b.lower[d]*q + b.upper[d]*p
	}
	return dst
}

// Coordinate sets dst to the z of an input x inside of the box and returns it; nil
// allocates.
func (b *Boxed) Coordinate(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, len(x))
	}
	checkPoint(b.Dim(), dst, x)
	for d, v := range x {
		if !(v > b.lower[d] && v < b.upper[d]) {
			panic(fmt.Sprintf("emulate: input %d is %v, not inside of (%v, %v)", d, v, b.lower[d], b.upper[d]))
		}
		dst[d] = math.Log((v - b.lower[d]) / (b.upper[d] - v))
	}
	return dst
}

// LogProbGrad implements [Target].
func (b *Boxed) LogProbGrad(grad, z []float64) float64 {
	checkPoint(b.Dim(), grad, z)
	x := b.Input(nil, z)
	lp := b.target.LogProbGrad(grad, x)
	if !finite(lp) {
		return outside(grad)
	}
	for d, v := range z {
		// log p(1-p) = -|z| - 2 log(1 + exp(-|z|)) loses nothing in the tails.
		e := math.Exp(-math.Abs(v))
		width := b.upper[d] - b.lower[d]
		lp += math.Log(width) - math.Abs(v) - 2*math.Log1p(e)
		slope := e / ((1 + e) * (1 + e))
		grad[d] = grad[d]*width*slope - math.Tanh(v/2)
	}
	return lp
}
