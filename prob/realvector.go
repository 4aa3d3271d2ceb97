package prob

import "math"

var (
	_ VectorSupport  = RealVector(0)
	_ VectorBijector = RealVector(0)
)

// RealVector is the space of as many real numbers. It is its own bijector, x = y.
type RealVector int

// Dim returns the number of numbers.
func (s RealVector) Dim() int { return int(s) }

// Coordinates returns all of them.
func (s RealVector) Coordinates() []int { return firstInts(int(s)) }

// firstInts returns 0..n-1.
func firstInts(n int) []int {
	c := make([]int, n)
	for i := range c {
		c[i] = i
	}
	return c
}

// Contains tells whether all numbers are finite.
func (s RealVector) Contains(x []float64) bool {
	wantDim(x, int(s))
	for _, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}

// Bijector returns s.
func (s RealVector) Bijector() VectorBijector { return s }

// Unconstrain copies x.
func (s RealVector) Unconstrain(dst, x []float64) []float64 { return s.copy(dst, x) }

// Constrain copies y.
func (s RealVector) Constrain(dst, y []float64) []float64 { return s.copy(dst, y) }

// LogJacobian returns 0, of derivatives 0.
func (s RealVector) LogJacobian(dy, y []float64) float64 {
	wantDim(y, int(s))
	if dy != nil {
		wantDim(dy, int(s))
		clear(dy)
	}
	return 0
}

// Pull copies grad.
func (s RealVector) Pull(dst, y, grad []float64) []float64 {
	wantDim(y, int(s))
	return s.copy(dst, grad)
}

func (s RealVector) copy(dst, src []float64) []float64 {
	wantDim(src, int(s))
	dst = room(dst, int(s))
	copy(dst, src)
	return dst
}
