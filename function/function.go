package function

import "gonum.org/v1/gonum/mat"

// Function is one function of D inputs. It does not keep or change x.
type Function interface {
	// At returns f(x).
	At(x []float64) float64
}

// GradFunction is a function with its gradient.
type GradFunction interface {
	Function
	// Grad sets dst to the gradient at x and returns it; nil allocates.
	Grad(dst, x []float64) []float64
}

// Evaler is one function that is evaluated at many points together: Eval sets dst[i]
// to its value at row i of x and returns dst; nil allocates.
type Evaler interface {
	Eval(dst []float64, x *mat.Dense) []float64
}

// Set is functions that are taken one at a time, each a value of type F: Path(i) is
// function i, from 0.
type Set[F any] interface {
	Len() int
	Path(i int) F
}

// Slice is a [Set] of functions of any kind.
type Slice[F any] []F

// Len returns the number of functions.
func (s Slice[F]) Len() int { return len(s) }

// Path returns function i.
func (s Slice[F]) Path(i int) F { return s[i] }

// Members returns the functions of a set with gradients, one at a time.
func Members[F GradFunction](set Set[F]) []GradFunction {
	out := make([]GradFunction, set.Len())
	for i := range out {
		out[i] = set.Path(i)
	}
	return out
}
