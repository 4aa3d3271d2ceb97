package kernel

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/gram"
)

// White is independent noise of the observations. It is not a part of the
// latent function: its covariance of f is 0 everywhere, it has no paths, and
// [WhiteVariance] gives its variance to whoever adds it to the diagonal of the
// observations. Parameter: variance.
type White struct {
	Variance float64
}

var white = Family{
	Name:      "white",
	Aliases:   []string{"noise", "whitenoise"},
	Formula:   "variance where x and y are the same observation",
	Use:       "noise. It is in observations, never in f",
	Fields:    []Field{{Name: "variance", Role: RoleVariance, Upper: math.Inf(1), Zero: true}},
	Features:  None,
	Inputless: true,
	zero:      White{},
	model:     func(Kernel) gram.Model { return gram.Zero{} },
	white:     true,
}

func (White) description() *Family { return &white }

// Cov implements [Kernel].
func (k White) Cov(dst, x, y *mat.Dense) { cov(k, dst, x, y) }

// Diag implements [Kernel].
func (k White) Diag(dst []float64, x *mat.Dense) { diag(k, dst, x) }

// Params implements [Parametric].
func (k White) Params() []Param { return params(k) }

// WithParams implements [Parametric].
func (k White) WithParams(theta []float64) Kernel { return withParams(k, theta) }

// ParamGrad implements [ParamGrader].
func (k White) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) { paramGrad(k, dst, w, kv, x, y) }

// InputGrad implements [InputGrader].
func (k White) InputGrad(dst, w, kv, x, y *mat.Dense) { inputGrad(k, dst, w, kv, x, y) }
