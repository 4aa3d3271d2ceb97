package kernel

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel/basis"
	"matheron/rng"
)

// Kernel is a covariance function k of a latent function f on rows of D
// numbers. A kernel is an immutable value, safe for many goroutines. Inputs
// are matrices with a point in each row; the methods read them and panic on
// shapes that do not fit.
//
// Everything beyond values is an optional ability: [Parametric],
// [ParamGrader], [InputGrader], [Based]. All kernels of this package have all
// of them (but for [Matern12], which has no input gradient).
type Kernel interface {
	// Cov sets dst to K with K[i][j] = k(x_i, y_j); dst is len(x) x len(y).
	Cov(dst, x, y *mat.Dense)
	// Diag sets dst[i] to k(x_i, x_i).
	Diag(dst []float64, x *mat.Dense)
}

// Param is one free number of a kernel: its name, its value, and the open
// interval (Lower, Upper) that it lives in.
type Param struct {
	Name         string
	Value        float64
	Lower, Upper float64
}

// Parametric is the ability of having parameters. They flatten in declaration
// order, the children of a sum or product in turn.
type Parametric interface {
	Params() []Param
	// WithParams returns the kernel with these values in the order of Params.
	// It panics if their number differs.
	WithParams(theta []float64) Kernel
}

// ParamGrader is the ability of differentiating with respect to parameters, as
// a contraction: no derivative matrix a parameter is ever formed.
type ParamGrader interface {
	// ParamGrad adds to dst[p] the sum over i, j of w[i][j] dk(x_i, y_j)/dθ_p,
	// the derivative being with respect to the parameter itself. k holds
	// K(x, y) as Cov sets it, so that what was computed there is not computed
	// again, or is nil where the caller does not have it. dst has the length
	// of Params.
	ParamGrad(dst []float64, w, k, x, y *mat.Dense)
}

// InputGrader is the ability of differentiating with respect to inputs.
type InputGrader interface {
	// InputGrad adds to dst[i][d] the sum over j of w[i][j] dk(x_i, y_j)/dx_id;
	// dst is len(x) x D, and k holds K(x, y) or is nil.
	InputGrad(dst, w, k, x, y *mat.Dense)
}

// Based is the ability of having a prior basis: finitely many features whose
// inner product is k, exactly or in expectation.
type Based interface {
	// Basis draws the features for inputs of d columns. A kernel with an exact
	// finite basis may ignore the count and the key.
	Basis(d int, f basis.Options, key rng.Key) (basis.Basis, error)
}

// Params returns the free parameters of k, none if it has none.
func Params(k Kernel) []Param {
	if p, ok := k.(Parametric); ok {
		return p.Params()
	}
	return nil
}

// WithParams returns k with the given values, in the order of [Params].
func WithParams(k Kernel, theta []float64) Kernel {
	if p, ok := k.(Parametric); ok {
		return p.WithParams(theta)
	}
	if len(theta) != 0 {
		panic(fmt.Sprintf("kernel: %d parameter values for a kernel without parameters", len(theta)))
	}
	return k
}
