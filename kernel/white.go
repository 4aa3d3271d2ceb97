package kernel

import "gonum.org/v1/gonum/mat"

// White is independent noise of the observations. It is not a part of the
// latent function: its covariance of f is 0 everywhere, it has no paths, and
// [WhiteVariance] hands its variance to whoever adds it to the diagonal of the
// observations. Parameter: variance.
type White struct {
	Variance float64
}

// Cov implements [Kernel]: the covariance of f has no white part.
func (k White) Cov(dst, x, y *mat.Dense) {
	checkCov(dst, x, y)
	n, _ := x.Dims()
	for i := range n {
		fill(dst.RawRowView(i), 0)
	}
}

// Diag implements [Kernel].
func (k White) Diag(dst []float64, x *mat.Dense) {
	checkDiag(dst, x)
	fill(dst, 0)
}

// Params implements [Parametric].
func (k White) Params() []Param { return []Param{positive("White.variance", k.Variance)} }

// WithParams implements [Parametric].
func (k White) WithParams(theta []float64) Kernel {
	wantParams("White", len(theta), 1)
	return White{theta[0]}
}

// ParamGrad implements [ParamGrader]: the covariance of f does not depend on
// the variance; that of the observations does, see [WhiteVariance].
func (k White) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) {
	wantParams("White", len(dst), 1)
	checkWeights(w, kv, x, y)
}

// InputGrad implements [InputGrader].
func (k White) InputGrad(dst, w, kv, x, y *mat.Dense) {
	checkInputGrad(dst, x)
	checkWeights(w, kv, x, y)
}
