package prob

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Vector is a law of several real numbers. Its methods panic unless a point has
// Dim numbers.
type Vector interface {
	// Dim returns the number of numbers of a point.
	Dim() int
	// LogProb returns the logarithm of the density at x, which is that of the
	// free coordinates of the support: -Inf outside of the support, NaN if a
	// number is NaN.
	LogProb(x []float64) float64
	// LogProbGrad sets grad to the derivatives of the log density to all numbers
	// of x, each taken by itself, and returns LogProb(x). On a support with fewer
	// free coordinates than numbers only [VectorBijector.Pull] of it has a
	// meaning. It is 0 where LogProb is -Inf, and NaN where that is NaN.
	LogProbGrad(grad, x []float64) float64
	// Draw sets dst to a point of that law, inside the support, and returns it;
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
	// parameters. It panics unless there are as many as Parameters returns, and
	// returns an error if they do not make a distribution.
	WithParameters(values ...float64) (VectorParametric, error)
	// ParamGrad sets dst to the derivatives of LogProb(x) to the parameters and
	// returns it; nil is allocated. They are 0 where LogProb is -Inf and NaN where
	// that is NaN. It panics unless dst has an element a parameter.
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
	// Coordinates returns the numbers of a point, in increasing order, that are
	// free: densities are those of these, and the others are functions of them.
	Coordinates() []int
	// Contains tells whether x is in the set, up to the rounding of the numbers
	// that are functions of others.
	Contains(x []float64) bool
	// Bijector returns the map between the set and R^k, with k free coordinates.
	Bijector() VectorBijector
}

// VectorBijector maps a support to R^k and back. A nil dst is allocated; dst is
// returned and must not overlap what is read.
type VectorBijector interface {
	// Unconstrain sets dst, k numbers, to the point of R^k for x in the support.
	Unconstrain(dst, x []float64) []float64
	// Constrain sets dst to the point of the support for y in R^k, always inside.
	Constrain(dst, y []float64) []float64
	// LogJacobian returns log |det dx/dy| at y, x being the free coordinates, and
	// sets dy to its derivatives unless that is nil.
	LogJacobian(dy, y []float64) float64
	// Pull sets dst, k numbers, to (dx/dy)' grad at y: the derivatives to y of
	// what has the derivatives grad to the numbers of x.
	Pull(dst, y, grad []float64) []float64
}

// sumTol is how far a sum that is 1 may be off in a point of a support, for
// numbers that come from elsewhere; Stan has the same.
const sumTol = 1e-8

// room returns dst for n numbers.
func room(dst []float64, n int) []float64 {
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
