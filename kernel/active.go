package kernel

import (
	"fmt"

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

// pick returns the chosen columns of x.
func (k Active) pick(x *mat.Dense) *mat.Dense {
	n, d := x.Dims()
	for _, c := range k.Columns {
		if c < 0 || c >= d {
			panic(fmt.Sprintf("kernel: active column %d of inputs of %d columns", c, d))
		}
	}
	out := mat.NewDense(n, len(k.Columns), nil)
	for i := range n {
		row, xi := out.RawRowView(i), x.RawRowView(i)
		for j, c := range k.Columns {
			row[j] = xi[c]
		}
	}
	return out
}

// Cov implements [Kernel].
func (k Active) Cov(dst, x, y *mat.Dense) { k.Kernel.Cov(dst, k.pick(x), k.pick(y)) }

// Diag implements [Kernel].
func (k Active) Diag(dst []float64, x *mat.Dense) { k.Kernel.Diag(dst, k.pick(x)) }

// Params implements [Parametric].
func (k Active) Params() []Param { return Params(k.Kernel) }

// WithParams implements [Parametric].
func (k Active) WithParams(theta []float64) Kernel {
	return Active{WithParams(k.Kernel, theta), k.Columns}
}

// ParamGrad implements [ParamGrader].
func (k Active) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) {
	mustParamGrad(k.Kernel).ParamGrad(dst, w, kv, k.pick(x), k.pick(y))
}

// InputGrad implements [InputGrader].
func (k Active) InputGrad(dst, w, kv, x, y *mat.Dense) {
	checkInputGrad(dst, x)
	n, _ := x.Dims()
	g := mat.NewDense(n, len(k.Columns), nil)
	mustInputGrad(k.Kernel).InputGrad(g, w, kv, k.pick(x), k.pick(y))
	for i := range n {
		out := dst.RawRowView(i)
		for j, v := range g.RawRowView(i) {
			out[k.Columns[j]] += v
		}
	}
}

// Basis implements [Based].
func (k Active) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return expandedBasis(k, d, o, key)
}
