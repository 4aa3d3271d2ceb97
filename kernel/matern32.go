package kernel

import (
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
	"matheron/internal/gram"
	"matheron/kernel/basis"
	"matheron/rng"
)

// Matern32 is the Matern kernel of smoothness 3/2,
//
//	k(x, y) = Variance (1+a) exp(-a),  a = sqrt(3) r,  r^2 = sum_d ((x_d-y_d)/Lengthscale_d)^2.
//
// Its draws are once differentiable. Parameters: variance, lengthscale.
// Spectrum: multivariate t of 3 degrees of freedom and scale 1/Lengthscale
// (Rasmussen and Williams 2006, eq. 4.15).
type Matern32 struct {
	Variance    float64
	Lengthscale PerInput
}

var matern32 = Family{
	Name:    "matern32",
	Aliases: []string{"matern"},
	Formula: "variance · (1 + a) exp(−a), a = √3 r",
	Use:     "once differentiable. A safe choice for tables of many inputs",
	Fields:  []Field{varianceField, lengthscaleField},
	zero:    Matern32{},
	model: func(k Kernel) gram.Model {
		return gram.Radial{Name: "Matern32", Profile: asm.Matern32, Lengthscale: k.(Matern32).Lengthscale.count()}
	},
}

func (Matern32) description() *Family { return &matern32 }

// Cov implements [Kernel].
func (k Matern32) Cov(dst, x, y *mat.Dense) { cov(k, dst, x, y) }

// Diag implements [Kernel].
func (k Matern32) Diag(dst []float64, x *mat.Dense) { diag(k, dst, x) }

// Params implements [Parametric].
func (k Matern32) Params() []Param { return params(k) }

// WithParams implements [Parametric].
func (k Matern32) WithParams(theta []float64) Kernel { return withParams(k, theta) }

// ParamGrad implements [ParamGrader].
func (k Matern32) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) { paramGrad(k, dst, w, kv, x, y) }

// InputGrad implements [InputGrader].
func (k Matern32) InputGrad(dst, w, kv, x, y *mat.Dense) { inputGrad(k, dst, w, kv, x, y) }

// Spectrum implements [Stationary].
func (k Matern32) Spectrum(d int) (basis.Spectrum, float64) {
	return basis.StudentT(1.5, k.Lengthscale.broadcast(d, "Matern32", "lengthscale")), k.Variance
}

// Basis implements [Based] by random Fourier features.
func (k Matern32) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return fourier([]Stationary{k}, 1, d, o, key)
}
