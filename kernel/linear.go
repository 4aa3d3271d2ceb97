package kernel

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
	"matheron/kernel/basis"
	"matheron/rng"
)

// Linear is the kernel of linear functions with random intercept and slopes,
//
//	k(x, y) = Bias + sum_d Variance_d x_d y_d.
//
// Bias is the variance of the intercept and Variance_d that of slope d; there
// is always one an input. Parameters: bias, variance. Its D+1 features are exact.
type Linear struct {
	Bias     float64
	Variance []float64
}

func (k Linear) check(d int) {
	if len(k.Variance) != d {
		panic(fmt.Sprintf("kernel: Linear has %d variances for inputs of %d columns", len(k.Variance), d))
	}
}

// Cov implements [Kernel].
func (k Linear) Cov(dst, x, y *mat.Dense) {
	checkCov(dst, x, y)
	n, d := x.Dims()
	k.check(d)
	cols := newColumns(y)
	for i := range n {
		row, xi := dst.RawRowView(i), x.RawRowView(i)
		fill(row, k.Bias)
		for c := range d {
			asm.AddScaled(row, k.Variance[c]*xi[c], cols.at(c))
		}
	}
}

// Diag implements [Kernel].
func (k Linear) Diag(dst []float64, x *mat.Dense) {
	checkDiag(dst, x)
	n, d := x.Dims()
	k.check(d)
	for i := range n {
		s := k.Bias
		for c, v := range x.RawRowView(i) {
			s += k.Variance[c] * v * v
		}
		dst[i] = s
	}
}

// Params implements [Parametric].
func (k Linear) Params() []Param {
	return append([]Param{positive("Linear.bias", k.Bias)}, ARD(k.Variance...).params("Linear.variance")...)
}

// WithParams implements [Parametric].
func (k Linear) WithParams(theta []float64) Kernel {
	wantParams("Linear", len(theta), 1+len(k.Variance))
	return Linear{theta[0], slices.Clone(theta[1:])}
}

// ParamGrad implements [ParamGrader].
func (k Linear) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) {
	wantParams("Linear", len(dst), 1+len(k.Variance))
	checkWeights(w, kv, x, y)
	n, d := x.Dims()
	k.check(d)
	cols := newColumns(y)
	for i := range n {
		wr, xi := w.RawRowView(i), x.RawRowView(i)
		for _, v := range wr {
			dst[0] += v
		}
		for c := range d {
			dst[1+c] += asm.Dot(wr, cols.at(c)) * xi[c]
		}
	}
}

// InputGrad implements [InputGrader].
func (k Linear) InputGrad(dst, w, kv, x, y *mat.Dense) {
	checkInputGrad(dst, x)
	checkWeights(w, kv, x, y)
	n, d := x.Dims()
	k.check(d)
	cols := newColumns(y)
	for i := range n {
		wr, out := w.RawRowView(i), dst.RawRowView(i)
		for c := range d {
			out[c] += asm.Dot(wr, cols.at(c)) * k.Variance[c]
		}
	}
}

// Basis implements [Based]: the exact features sqrt(Bias) and sqrt(Variance_d) x_d.
func (k Linear) Basis(d int, _ basis.Options, _ rng.Key) (basis.Basis, error) {
	k.check(d)
	exponents, coef := make([][]int, d+1), make([]float64, d+1)
	exponents[0], coef[0] = make([]int, d), math.Sqrt(k.Bias)
	for c, v := range k.Variance {
		exponents[c+1], coef[c+1] = make([]int, d), math.Sqrt(v)
		exponents[c+1][c] = 1
	}
	return basis.NewMonomials(exponents, coef), nil
}
