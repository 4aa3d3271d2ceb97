package kernel

import (
	"gonum.org/v1/gonum/mat"

	"matheron/kernel/basis"
	"matheron/rng"
)

// Scaled is a kernel times a fixed positive factor, k = Factor k_0. The factor
// is structure: it is no parameter and adds no level to names.
type Scaled struct {
	Factor float64
	Kernel Kernel
}

// Unwrap returns the inner kernel.
func (k Scaled) Unwrap() Kernel { return k.Kernel }

func (Scaled) description() *Family { return nil }

// Cov implements [Kernel].
func (k Scaled) Cov(dst, x, y *mat.Dense) { cov(k, dst, x, y) }

// Diag implements [Kernel].
func (k Scaled) Diag(dst []float64, x *mat.Dense) { diag(k, dst, x) }

// Params implements [Parametric].
func (k Scaled) Params() []Param { return params(k) }

// WithParams implements [Parametric].
func (k Scaled) WithParams(theta []float64) Kernel { return withParams(k, theta) }

// ParamGrad implements [ParamGrader].
func (k Scaled) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) { paramGrad(k, dst, w, kv, x, y) }

// InputGrad implements [InputGrader].
func (k Scaled) InputGrad(dst, w, kv, x, y *mat.Dense) { inputGrad(k, dst, w, kv, x, y) }

// Basis implements [Based].
func (k Scaled) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return expandedBasis(k, d, o, key)
}
