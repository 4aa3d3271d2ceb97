package kernel

import (
	"gonum.org/v1/gonum/mat"

	"matheron/kernel/basis"
	"matheron/rng"
)

// Product is the pointwise product of kernels, k = prod_i k_i. Make it by
// [Mul]. Its parameters are those of its factors in turn, each with the prefix
// "product.I.". Only the product of the factors' variances shows in k: fix all
// but one of them by [Fix] before fitting, as the text form does.
type Product []Kernel

// Mul returns the product of ks, flattened: a factor that is itself a product
// gives its factors.
func Mul(ks ...Kernel) Kernel {
	if p := flatten(ProductOf, ks); len(p) > 1 {
		return Product(p)
	} else if len(p) == 1 {
		return p[0]
	}
	return Product(nil)
}

func (Product) description() *Family { return nil }

// Cov implements [Kernel].
func (p Product) Cov(dst, x, y *mat.Dense) { cov(p, dst, x, y) }

// Diag implements [Kernel].
func (p Product) Diag(dst []float64, x *mat.Dense) { diag(p, dst, x) }

// Params implements [Parametric].
func (p Product) Params() []Param { return params(p) }

// WithParams implements [Parametric].
func (p Product) WithParams(theta []float64) Kernel { return withParams(p, theta) }

// ParamGrad implements [ParamGrader].
func (p Product) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) { paramGrad(p, dst, w, kv, x, y) }

// InputGrad implements [InputGrader].
func (p Product) InputGrad(dst, w, kv, x, y *mat.Dense) { inputGrad(p, dst, w, kv, x, y) }

// Basis implements [Based]; see [Basis].
func (p Product) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return expandedBasis(p, d, o, key)
}
