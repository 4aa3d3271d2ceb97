package bayesopt

import "gonum.org/v1/gonum/mat"

// Draws are S functions drawn from one law. They must be safe for concurrent use.
type Draws interface {
	// Eval returns the values of all draws at the rows of x, S x N.
	Eval(x *mat.Dense) *mat.Dense
	// Grad returns the gradients at the rows of x, an N x D matrix for each draw,
	// or an error if the draws are not differentiable.
	Grad(x *mat.Dense) ([]*mat.Dense, error)
}

// SumGrader is an ability of [Draws]: the gradient at x of the sum of the draws
// with weights w, in dst unless that is nil. It costs about as much as one draw's
// where the draws share most of what they are made of.
type SumGrader interface {
	GradSum(dst, w, x []float64) ([]float64, error)
}

// Function is one draw. It must be safe for concurrent use.
type Function interface {
	// Eval returns the values at the rows of x, in dst unless that is nil.
	Eval(dst []float64, x *mat.Dense) []float64
	// Grad sets dst to the gradient at x and returns it.
	Grad(dst, x []float64) []float64
}

// Functions returns at(0), ..., at(n-1), for instance the first paths of a set:
//
//	Functions(paths.Path, 3)
func Functions[F Function](at func(i int) F, n int) []Function {
	out := make([]Function, n)
	for i := range out {
		out[i] = at(i)
	}
	return out
}

// Goal says which values of the function are good.
type Goal int

const (
	Minimize Goal = iota // small ones
	Maximize             // large ones
)

// String returns "minimize" or "maximize".
func (g Goal) String() string {
	if g == Maximize {
		return "maximize"
	}
	return "minimize"
}

// sign is what turns values into values to be minimised.
func (g Goal) sign() float64 {
	if g == Maximize {
		return -1
	}
	return 1
}

// better returns the better of two values.
func (g Goal) better(a, b float64) float64 {
	if g == Maximize {
		return max(a, b)
	}
	return min(a, b)
}
