package kernel

import (
	"gonum.org/v1/gonum/mat"

	"matheron/kernel/basis"
	"matheron/rng"
)

// Active is a kernel that sees only some columns of the inputs, in the order
// of Columns. It adds no level to names; the inner kernel's index d counts the
// chosen columns.
type Active struct {
	Kernel  Kernel
	Columns []int
}

// Unwrap returns the inner kernel.
func (k Active) Unwrap() Kernel { return k.Kernel }

func (Active) description() *Family { return nil }

// Cov implements [Kernel].
func (k Active) Cov(dst, x, y *mat.Dense) { cov(k, dst, x, y) }

// Diag implements [Kernel].
func (k Active) Diag(dst []float64, x *mat.Dense) { diag(k, dst, x) }

// Params implements [Parametric].
func (k Active) Params() []Param { return params(k) }

// WithParams implements [Parametric].
func (k Active) WithParams(theta []float64) Kernel { return withParams(k, theta) }

// ParamGrad implements [ParamGrader].
func (k Active) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) { paramGrad(k, dst, w, kv, x, y) }

// InputGrad implements [InputGrader].
func (k Active) InputGrad(dst, w, kv, x, y *mat.Dense) { inputGrad(k, dst, w, kv, x, y) }

// Basis implements [Based].
func (k Active) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return expandedBasis(k, d, o, key)
}
