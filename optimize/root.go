package optimize

import (
	"fmt"
	"math"
)

// Root returns a zero of f between a and b by Brent's method (Algorithms for
// Minimization without Derivatives, 1973, chapter 4): inverse quadratic or
// secant steps, and bisection where these do not shrink the bracket. f(a) and
// f(b) must differ in sign, or one of them be zero. The result is within
// tol + 4 eps |x| of a change of sign, which for a continuous f is a zero; tol 0
// asks for all digits. Infinite values of f count by their sign.
//
// The errors are a *[NoSignChange], and an *[Undefined] if f is NaN. It panics
// if a, b or tol is not finite, or tol negative.
func Root(f func(float64) float64, a, b, tol float64) (float64, error) {
	if !feasible(a) || !feasible(b) || !feasible(tol) || tol < 0 {
		panic(fmt.Sprintf("optimize: root: between %g and %g to within %g", a, b, tol))
	}
	fa, fb := f(a), f(b)
	switch {
	case math.IsNaN(fa):
		return 0, &Undefined{X: a}
	case math.IsNaN(fb):
		return 0, &Undefined{X: b}
	case fa == 0:
		return a, nil
	case fb == 0:
		return b, nil
	case math.Signbit(fa) == math.Signbit(fb):
		return 0, &NoSignChange{A: a, B: b, FA: fa, FB: fb}
	}
	return brent(f, a, fa, b, fb, tol)
}

// Roots returns the zeros of f that its signs on the grid show, ascending as
// the grid is: a grid point where f is zero, and between neighbours of opposite
// sign one by [Root]. Two zeros between neighbours are not seen. The error is an
// *[Undefined] if f is NaN somewhere. It panics if the grid is not ascending, or
// tol not as for [Root].
func Roots(f func(float64) float64, grid []float64, tol float64) ([]float64, error) {
	if !feasible(tol) || tol < 0 {
		panic(fmt.Sprintf("optimize: roots: to within %g", tol))
	}
	var roots []float64
	var last, flast float64
	for i, x := range grid {
		if !feasible(x) || i > 0 && x <= last {
			panic(fmt.Sprintf("optimize: roots: grid[%d] = %g after %g", i, x, last))
		}
		fx := f(x)
		switch {
		case math.IsNaN(fx):
			return roots, &Undefined{X: x}
		case fx == 0:
			roots = append(roots, x)
		case i > 0 && flast != 0 && math.Signbit(fx) != math.Signbit(flast):
			root, err := brent(f, last, flast, x, fx, tol)
			if err != nil {
				return roots, err
			}
			roots = append(roots, root)
		}
		last, flast = x, fx
	}
	return roots, nil
}

// brent narrows the bracket from a to b, where f has opposite signs.
func brent(f func(float64) float64, a, fa, b, fb, tol float64) (float64, error) {
	// b is the best point, a the one before, and the zero between b and c.
	c, fc := a, fa
	step, before := b-a, b-a
	for {
		if math.Abs(fc) < math.Abs(fb) {
			a, fa, b, fb, c, fc = b, fb, c, fc, b, fb
		}
		width := 2*epsilon*math.Abs(b) + 0.5*tol
		middle := 0.5*c - 0.5*b
		if math.Abs(middle) <= width || fb == 0 {
			return b, nil
		}
		bisect := true
		if math.Abs(before) >= width && math.Abs(fa) > math.Abs(fb) && feasible(fa) && feasible(fc) {
			var p, q float64
			s := fb / fa
			if a == c {
				p, q = 2*middle*s, 1-s
			} else {
				u, v := fa/fc, fb/fc
				p = s * (2*middle*u*(u-v) - (b-a)*(v-1))
				q = (u - 1) * (v - 1) * (s - 1)
			}
			if p > 0 {
				q = -q
			}
			p = math.Abs(p)
			if 2*p < min(3*middle*q-math.Abs(width*q), math.Abs(before*q)) {
				before, step = step, p/q
				bisect = false
			}
		}
		if bisect {
			step, before = middle, middle
		}
		a, fa = b, fb
		if math.Abs(step) > width {
			b += step
		} else {
			b += math.Copysign(width, middle)
		}
		fb = f(b)
		if math.IsNaN(fb) {
			return b, &Undefined{X: b}
		}
		if math.Signbit(fb) == math.Signbit(fc) && fb != 0 {
			c, fc = a, fa
			step, before = b-a, b-a
		}
	}
}
