package optimize

import "math"

// Units are units in which a function over a finite box has a standard deviation of
// 0.4, and a root mean square derivative of 0.4 along each variable. Good minima of a
// Gaussian process are some 2.5 standard deviations below its mean, and rise by as
// much over a lengthscale (the standard deviation over that of the derivative). So in
// these units their depth and their second derivatives are about 1, and tolerances, the
// first step, and steps before the curvature is known suit boxes and functions of any
// scale.
type Units struct {
	box, inner Box
	scale      float64
}

// deep is how many deviations a good minimum is below the mean.
const deep = 2.5

// Sides shorter than shortSide units, along which a function hardly varies, count as
// shortSide, and those longer than longSide, of which only a few points say so, as
// longSide.
const shortSide, longSide = 0.3, 1e3

// NewUnits returns the units of f from values at points all over the box, and from
// its gradients at the points of at, which it evaluates. Numbers that are not finite
// do not count.
func NewUnits(box Box, f Objective, at [][]float64, values []float64) *Units {
	u := &Units{box: box, scale: deep * deviation(values)}
	n := len(box.Lower)
	u.inner = Box{Lower: make([]float64, n), Upper: make([]float64, n)}
	grad, squares, count := make([]float64, n), make([]float64, n), 0.0
	for _, x := range at {
		v := f(x, grad)
		for d, g := range grad {
			grad[d] = g * (box.Upper[d] - box.Lower[d]) / u.scale
			v += grad[d] * grad[d]
		}
		if feasible(v) {
			count++
			for d, g := range grad {
				squares[d] += deep * deep * g * g
			}
		}
	}
	for d, s := range squares {
		if box.Upper[d] > box.Lower[d] {
			u.inner.Upper[d] = min(max(math.Sqrt(s/max(count, 1)), shortSide), longSide)
		}
	}
	return u
}

// deviation returns the standard deviation of the values that are finite, 1 if
// they do not vary.
func deviation(values []float64) float64 {
	var n, mean, sum float64
	for _, v := range values {
		if feasible(v) {
			n++
			t := v - mean
			mean += t / n
			sum += t * (v - mean)
		}
	}
	if s := math.Sqrt(sum / max(n, 1)); s > 0 && feasible(s) {
		return s
	}
	return 1
}

// Scale returns what a value is divided by.
func (u *Units) Scale() float64 { return u.scale }

// Box returns the box in these units, its lower bounds at 0.
func (u *Units) Box() Box { return u.inner }

// In returns the point x of the box in these units.
func (u *Units) In(x []float64) []float64 {
	out := make([]float64, len(x))
	for d, side := range u.inner.Upper {
		if side > 0 {
			out[d] = min(max((x[d]-u.box.Lower[d])/(u.box.Upper[d]-u.box.Lower[d]), 0), 1) * side
		}
	}
	return out
}

// Out sets dst to the point of the box that is z in these units. Bounds become
// bounds to the bit.
func (u *Units) Out(dst, z []float64) {
	for d, side := range u.inner.Upper {
		lower, upper := u.box.Lower[d], u.box.Upper[d]
		t := 0.0
		if side > 0 {
			t = min(z[d]/side, 1)
		}
		dst[d] = min(max((1-t)*lower+t*upper, lower), upper)
	}
}

// Objective returns f in these units. It is for one goroutine.
func (u *Units) Objective(f Objective) Objective {
	x := make([]float64, len(u.box.Lower))
	return func(z, grad []float64) float64 {
		u.Out(x, z)
		v := f(x, grad)
		for d := range grad {
			if side := u.inner.Upper[d]; side > 0 {
				grad[d] *= (u.box.Upper[d] - u.box.Lower[d]) / side / u.scale
			}
		}
		return v / u.scale
	}
}
