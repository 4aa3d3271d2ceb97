package kernel

import (
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
	"matheron/internal/gram"
	"matheron/kernel/basis"
	"matheron/rng"
)

// Matern12 is the exponential kernel, the covariance of an Ornstein-Uhlenbeck
// process,
//
//	k(x, y) = Variance exp(-r),  r^2 = sum_d ((x_d-y_d)/Lengthscale_d)^2.
//
// Its draws are continuous and nowhere differentiable: it has no input
// gradient. Parameters: variance, lengthscale. Spectrum: multivariate t of 1
// degree of freedom and scale 1/Lengthscale.
type Matern12 struct {
	Variance    float64
	Lengthscale PerInput
}

var matern12 = Family{
	Name:    "matern12",
	Aliases: []string{"matern", "exp", "exponential", "ou"},
	Formula: "variance · exp(−r)",
	Use:     "continuous, nowhere differentiable: no gradients. Rough signals",
	Fields:  []Field{varianceField, lengthscaleField},
	zero:    Matern12{},
	model: func(k Kernel) gram.Model {
		return gram.Radial{Name: "Matern12", Profile: asm.Matern12, Lengthscale: k.(Matern12).Lengthscale.count(), Rough: func(float64) bool { return true }}
	},
	rough: func(Kernel) bool { return true },
}

func (Matern12) description() *Family { return &matern12 }

// Cov implements [Kernel].
func (k Matern12) Cov(dst, x, y *mat.Dense) { cov(k, dst, x, y) }

// Diag implements [Kernel].
func (k Matern12) Diag(dst []float64, x *mat.Dense) { diag(k, dst, x) }

// Params implements [Parametric].
func (k Matern12) Params() []Param { return params(k) }

// WithParams implements [Parametric].
func (k Matern12) WithParams(theta []float64) Kernel { return withParams(k, theta) }

// ParamGrad implements [ParamGrader].
func (k Matern12) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) { paramGrad(k, dst, w, kv, x, y) }

// Spectrum implements [Stationary].
func (k Matern12) Spectrum(d int) (basis.Spectrum, float64) {
	return basis.StudentT(0.5, k.Lengthscale.broadcast(d, "Matern12", "lengthscale")), k.Variance
}

// Basis implements [Based] by random Fourier features.
func (k Matern12) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return fourier([]Stationary{k}, 1, d, o, key)
}
