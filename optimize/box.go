package optimize

import (
	"fmt"
	"math"
)

// Box is the set lower[i] <= x[i] <= upper[i]. A nil slice, and an infinite
// entry, bound nothing; lower[i] == upper[i] fixes x[i]. The zero Box is the
// whole space.
type Box struct {
	Lower, Upper []float64
}

// bounds returns the bounds of variable i.
func (b Box) bounds(i int) (lower, upper float64) {
	lower, upper = math.Inf(-1), math.Inf(1)
	if b.Lower != nil {
		lower = b.Lower[i]
	}
	if b.Upper != nil {
		upper = b.Upper[i]
	}
	return lower, upper
}

// check panics if b is not n long, and returns an *InvalidBounds if it is empty.
func (b Box) check(n int) error {
	if b.Lower != nil && len(b.Lower) != n {
		panic(fmt.Sprintf("optimize: %d lower bounds for %d variables", len(b.Lower), n))
	}
	if b.Upper != nil && len(b.Upper) != n {
		panic(fmt.Sprintf("optimize: %d upper bounds for %d variables", len(b.Upper), n))
	}
	for i := range n {
		lower, upper := b.bounds(i)
		if !(lower <= upper) || math.IsInf(lower, 1) || math.IsInf(upper, -1) {
			return &InvalidBounds{Index: i, Lower: lower, Upper: upper}
		}
	}
	return nil
}

// dense returns b with both slices present, and how many of its n variables
// have a bound at all and two finite ones.
func (b Box) dense(n int) (d Box, bounded, boxed int) {
	d = Box{Lower: make([]float64, n), Upper: make([]float64, n)}
	for i := range n {
		d.Lower[i], d.Upper[i] = b.bounds(i)
		low, up := !math.IsInf(d.Lower[i], 0), !math.IsInf(d.Upper[i], 0)
		if low || up {
			bounded++
		}
		if low && up {
			boxed++
		}
	}
	return d, bounded, boxed
}

// Project sets dst to the point of b nearest to x and returns it. A nil dst
// allocates; dst may be x.
func (b Box) Project(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, len(x))
	}
	for i, v := range x {
		lower, upper := b.bounds(i)
		dst[i] = min(max(v, lower), upper)
	}
	return dst
}

// GradNorm returns the largest component of the projected gradient,
//
//	max_i |P(x - grad)_i - x_i|,
//
// with P the projection on b. At a point of b it is zero exactly if the first
// order conditions for a minimum over b hold.
func (b Box) GradNorm(x, grad []float64) float64 {
	var norm float64
	for i, g := range grad {
		lower, upper := b.bounds(i)
		if g < 0 {
			g = max(x[i]-upper, g)
		} else {
			g = min(x[i]-lower, g)
		}
		norm = max(norm, math.Abs(g))
	}
	return norm
}
