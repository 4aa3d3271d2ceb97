package functional

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Functions are S functions of D inputs, evaluated together. They are safe for
// concurrent use.
type Functions interface {
	// Len returns the number of functions S.
	Len() int
	// Eval returns the value of function s at row i of x in row s, column i:
	// S x N. The caller owns the result.
	Eval(x *mat.Dense) *mat.Dense
}

// Grader is the ability of functions to have gradients: element s of Grad is N x
// D, the gradient of function s at each row of x. The error says that the
// functions are not differentiable.
type Grader interface {
	Grad(x *mat.Dense) ([]*mat.Dense, error)
}

// GradFunctions are functions with gradients.
type GradFunctions interface {
	Functions
	Grader
}

// Hessianer is the ability of functions to have second derivatives in closed
// form: element s, i of Hessian is D x D, that of function s at row i of x.
type Hessianer interface {
	Hessian(x *mat.Dense) ([][]*mat.SymDense, error)
}

// Set is functions that can be taken one at a time, each a value of type P.
type Set[P any] interface {
	Len() int
	Path(i int) P
}

// Function is one function. It is safe for concurrent use.
type Function interface {
	At(x []float64) float64
}

// PathError is the error of one function of a set.
type PathError struct {
	Path int // from 0
	Err  error
}

func (e *PathError) Error() string { return fmt.Sprintf("path %d: %v", e.Path, e.Err) }

// Unwrap returns the cause.
func (e *PathError) Unwrap() error { return e.Err }

// evaluate is f.Eval(x) with its shape checked.
func evaluate(f Functions, x *mat.Dense) *mat.Dense {
	n, _ := x.Dims()
	y := f.Eval(x)
	if s, c := y.Dims(); s != f.Len() || c != n {
		panic(fmt.Sprintf("functional: %d functions at %d points have %d x %d values", f.Len(), n, s, c))
	}
	return y
}

// gradients is f.Grad(x) with its shape checked.
func gradients(f GradFunctions, x *mat.Dense) ([]*mat.Dense, error) {
	g, err := f.Grad(x)
	if err != nil {
		return nil, err
	}
	n, d := x.Dims()
	if len(g) != f.Len() {
		panic(fmt.Sprintf("functional: %d functions have %d gradients", f.Len(), len(g)))
	}
	for s := range g {
		if r, c := g[s].Dims(); r != n || c != d {
			panic(fmt.Sprintf("functional: function %d at %d x %d inputs has a gradient of %d x %d", s, n, d, r, c))
		}
	}
	return g, nil
}

// column returns the inputs x as an N x 1 matrix.
func column(x []float64) *mat.Dense {
	m := mat.NewDense(len(x), 1, nil)
	for i, v := range x {
		m.Set(i, 0, v)
	}
	return m
}
