package kernel

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/gram"
	"matheron/kernel/basis"
	"matheron/rng"
)

// Constant is the kernel of a random constant, k(x, y) = Variance. Its one
// feature is exact.
type Constant struct {
	Variance float64
}

var constant = Family{
	Name:      "constant",
	Aliases:   []string{"const", "bias"},
	Formula:   "variance",
	Use:       "an unknown offset. Seldom needed: a fit has a constant mean ([fitting.md](fitting.md#the-mean))",
	Fields:    []Field{varianceField},
	Features:  Exact,
	Level:     true,
	Inputless: true,
	zero:      Constant{},
	model:     func(Kernel) gram.Model { return gram.Constant{} },
	flat:      true,
}

func (Constant) description() *Family { return &constant }

// Cov implements [Kernel].
func (k Constant) Cov(dst, x, y *mat.Dense) { cov(k, dst, x, y) }

// Diag implements [Kernel].
func (k Constant) Diag(dst []float64, x *mat.Dense) { diag(k, dst, x) }

// Params implements [Parametric].
func (k Constant) Params() []Param { return params(k) }

// WithParams implements [Parametric].
func (k Constant) WithParams(theta []float64) Kernel { return withParams(k, theta) }

// ParamGrad implements [ParamGrader].
func (k Constant) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) { paramGrad(k, dst, w, kv, x, y) }

// InputGrad implements [InputGrader].
func (k Constant) InputGrad(dst, w, kv, x, y *mat.Dense) { inputGrad(k, dst, w, kv, x, y) }

// Basis implements [Based].
func (k Constant) Basis(d int, _ basis.Options, _ rng.Key) (basis.Basis, error) {
	return basis.NewMonomials([][]int{make([]int, d)}, []float64{math.Sqrt(k.Variance)}), nil
}
