package kernel

import (
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
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

// Cov implements [Kernel].
func (k Scaled) Cov(dst, x, y *mat.Dense) {
	k.Kernel.Cov(dst, x, y)
	scaleInto(dst, dst, k.Factor)
}

// Diag implements [Kernel].
func (k Scaled) Diag(dst []float64, x *mat.Dense) {
	k.Kernel.Diag(dst, x)
	for i := range dst {
		dst[i] *= k.Factor
	}
}

// Params implements [Parametric].
func (k Scaled) Params() []Param { return Params(k.Kernel) }

// WithParams implements [Parametric].
func (k Scaled) WithParams(theta []float64) Kernel {
	return Scaled{k.Factor, WithParams(k.Kernel, theta)}
}

// weights returns the weights that give k's gradients on the inner kernel.
func (k Scaled) weights(w *mat.Dense) *mat.Dense {
	n, m := w.Dims()
	out := mat.NewDense(n, m, nil)
	scaleInto(out, w, k.Factor)
	return out
}

// ParamGrad implements [ParamGrader].
func (k Scaled) ParamGrad(dst []float64, w, _, x, y *mat.Dense) {
	mustParamGrad(k.Kernel).ParamGrad(dst, k.weights(w), nil, x, y)
}

// InputGrad implements [InputGrader].
func (k Scaled) InputGrad(dst, w, _, x, y *mat.Dense) {
	mustInputGrad(k.Kernel).InputGrad(dst, k.weights(w), nil, x, y)
}

// Basis implements [Based].
func (k Scaled) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return expandedBasis(k, d, o, key)
}

func scaleInto(dst, a *mat.Dense, f float64) {
	n, _ := dst.Dims()
	for i := range n {
		asm.Scale(dst.RawRowView(i), f, a.RawRowView(i))
	}
}
