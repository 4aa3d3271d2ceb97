package prob

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Vector is a distribution of several real numbers. Its methods panic unless a point
// has Dim numbers.
type Vector interface {
	// Dim returns the number of numbers of a point.
	Dim() int
	// LogProb returns the logarithm of the density at x, which is that of the
	// free coordinates of the support: -Inf outside of the support, NaN if a
	// number is NaN.
	LogProb(x []float64) float64
	// LogProbGrad sets grad to the partial derivatives of the formula of the log
	// density to all numbers of x, and returns LogProb(x). On a support with fewer
	// free coordinates than numbers only its [VectorBijector.VJP] has a meaning. It is
	// 0 where LogProb is -Inf, and NaN where that is NaN.
	LogProbGrad(grad, x []float64) float64
	// Draw sets dst to a point of the distribution, inside the support, and returns it;
	// nil is allocated.
	Draw(dst []float64, r *rand.Rand) []float64
	// Support returns the points of positive density.
	Support() VectorSupport
}

// VectorParametric is to Vector what [Parametric] is to Distribution.
type VectorParametric interface {
	Vector
	// Parameters returns the parameters.
	Parameters() []Parameter
	// WithParameters returns the distribution of the same family with other
	// parameters. It panics unless their number is that of Parameters, and returns an
	// error if they are invalid.
	WithParameters(values ...float64) (VectorParametric, error)
	// ParamGrad sets dst to the derivatives of LogProb(x) to the parameters and
	// returns it; nil is allocated. They are 0 where LogProb is -Inf and NaN where
	// that is NaN. It panics unless dst has an element for each parameter.
	ParamGrad(dst, x []float64) []float64
}

// VectorMomenter has the first two moments of each number in closed form.
type VectorMomenter interface {
	// Moments returns the mean and the variance of each number.
	Moments() (mean, variance []float64)
}

// VectorSupport is a set of points.
type VectorSupport interface {
	// Dim returns the number of numbers of a point.
	Dim() int
	// Coordinates returns the indices of the free numbers of a point, in increasing
	// order. Densities are those of the free numbers; the others are functions of them.
	Coordinates() []int
	// Contains reports whether x is in the set, up to the rounding of the numbers
	// that are functions of others.
	Contains(x []float64) bool
	// Bijector returns the map between the set and R^k, with k free coordinates.
	Bijector() VectorBijector
}

// VectorBijector maps a support to R^k and back. A nil dst is allocated; dst is
// returned, and must not overlap the other arguments.
type VectorBijector interface {
	// Unconstrain sets dst, k numbers, to the point of R^k for x in the support.
	Unconstrain(dst, x []float64) []float64
	// Constrain sets dst to the point of the support for y in R^k, always inside.
	Constrain(dst, y []float64) []float64
	// LogJacobian returns log |det dx/dy| at y, x being the free coordinates, and
	// sets dy to its derivatives unless that is nil.
	LogJacobian(dy, y []float64) float64
	// VJP sets dst, k numbers, to the vector-Jacobian product (dx/dy)' grad at y: the
	// derivatives to y of a function with the derivatives grad to the numbers of x.
	VJP(dst, y, grad []float64) []float64
}

// sumTol is the tolerance of a sum of 1 in a point of a support. It is that of Stan.
const sumTol = 1e-8

// orNew returns dst, or n new numbers if it is nil.
func orNew(dst []float64, n int) []float64 {
	if dst == nil {
		return make([]float64, n)
	}
	wantDim(dst, n)
	return dst
}

func wantDim(x []float64, n int) {
	if len(x) != n {
		panic(fmt.Sprintf("prob: a point of %d numbers, want %d", len(x), n))
	}
}

// outsideVector returns the log density at a point that the support does not
// contain.
func outsideVector(x []float64) float64 {
	for _, v := range x {
		if math.IsNaN(v) {
			return v
		}
	}
	return math.Inf(-1)
}

// fillOutside sets dst to the derivatives at a point that the support does not
// contain, and returns it.
func fillOutside(dst, x []float64) []float64 {
	return fill(dst, outsideGrad(outsideVector(x)))
}

var (
	_ VectorSupport  = RealVector(0)
	_ VectorBijector = RealVector(0)
)

// RealVector is R^n; its value is n. It is its own bijector, x = y.
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

// Contains reports whether all numbers are finite.
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

// LogJacobian returns 0, with derivatives 0.
func (s RealVector) LogJacobian(dy, y []float64) float64 {
	wantDim(y, int(s))
	if dy != nil {
		wantDim(dy, int(s))
		clear(dy)
	}
	return 0
}

// VJP copies grad.
func (s RealVector) VJP(dst, y, grad []float64) []float64 {
	wantDim(y, int(s))
	return s.copy(dst, grad)
}

func (s RealVector) copy(dst, src []float64) []float64 {
	wantDim(src, int(s))
	dst = orNew(dst, int(s))
	copy(dst, src)
	return dst
}
