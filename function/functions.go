package function

import "gonum.org/v1/gonum/mat"

// Functions are S functions of D inputs, evaluated together.
type Functions interface {
	// Len returns the number of functions S.
	Len() int
	// Inputs returns the number of inputs D.
	Inputs() int
	// Eval returns the value of function s at row i of x, N x D, in row s, column i:
	// S x N. The caller owns the result.
	Eval(x *mat.Dense) *mat.Dense
}

// GradFunctions are functions with gradients.
type GradFunctions interface {
	Functions
	Grader
}

// Grader is the ability of functions to have gradients: element s of Grad is N x D,
// the gradient of function s at each row of x. The error says that the functions are
// not differentiable.
type Grader interface {
	Grad(x *mat.Dense) ([]*mat.Dense, error)
}

// EachGrader is the ability of functions to have gradients at points of each
// function's own: element s of GradEach is that of function s at the rows of xs[s].
type EachGrader interface {
	GradEach(xs []*mat.Dense) ([]*mat.Dense, error)
}

// SumGrader is the ability of functions to have the gradient at x of their sum with
// weights w, grad sum_s w_s f_s(x), in dst unless that is nil. It costs about as much
// as the gradient of one function where all share most of what they are made of.
type SumGrader interface {
	GradSum(dst, w, x []float64) ([]float64, error)
}

// Hessianer is the ability of functions to have second derivatives in closed form:
// element s, i of Hessian is D x D, that of function s at row i of x.
type Hessianer interface {
	Hessian(x *mat.Dense) ([][]*mat.SymDense, error)
}

// EvalerTo is the ability of functions to be evaluated into a matrix of the caller's:
// EvalTo sets dst, S x N, to what Eval returns.
type EvalerTo interface {
	EvalTo(dst, x *mat.Dense)
}

// EachEvaler is the ability of functions to be evaluated at points of each function's
// own: slice s of EvalEach is function s at the rows of xs[s].
type EachEvaler interface {
	EvalEach(xs []*mat.Dense) [][]float64
}

// Momenter is the ability of functions to state the distribution that function i is a
// draw of: its mean and its covariance at the rows of x. The functions are
// independent of each other given what the moments are given.
type Momenter interface {
	Moments(i int, x *mat.Dense) (mean []float64, cov *mat.SymDense, err error)
}
