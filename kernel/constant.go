package kernel

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel/basis"
	"matheron/rng"
)

// Constant is the kernel of a random constant, k(x, y) = Variance. Its one
// feature is exact.
type Constant struct {
	Variance float64
}

// Cov implements [Kernel].
func (k Constant) Cov(dst, x, y *mat.Dense) {
	checkCov(dst, x, y)
	n, _ := x.Dims()
	for i := range n {
		fill(dst.RawRowView(i), k.Variance)
	}
}

// Diag implements [Kernel].
func (k Constant) Diag(dst []float64, x *mat.Dense) {
	checkDiag(dst, x)
	fill(dst, k.Variance)
}

// Params implements [Parametric].
func (k Constant) Params() []Param { return []Param{positive("Constant.variance", k.Variance)} }

// WithParams implements [Parametric].
func (k Constant) WithParams(theta []float64) Kernel {
	wantParams("Constant", len(theta), 1)
	return Constant{theta[0]}
}

// ParamGrad implements [ParamGrader].
func (k Constant) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) {
	wantParams("Constant", len(dst), 1)
	checkWeights(w, kv, x, y)
	n, _ := x.Dims()
	for i := range n {
		for _, v := range w.RawRowView(i) {
			dst[0] += v
		}
	}
}

// InputGrad implements [InputGrader].
func (k Constant) InputGrad(dst, w, kv, x, y *mat.Dense) {
	checkInputGrad(dst, x)
	checkWeights(w, kv, x, y)
}

// Basis implements [Based].
func (k Constant) Basis(d int, _ basis.Options, _ rng.Key) (basis.Basis, error) {
	return basis.NewMonomials([][]int{make([]int, d)}, []float64{math.Sqrt(k.Variance)}), nil
}
