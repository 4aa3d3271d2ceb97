package kernel

import (
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
	"matheron/internal/gram"
	"matheron/kernel/basis"
	"matheron/rng"
)

// Matern52 is the Matern kernel of smoothness 5/2,
//
//	k(x, y) = Variance (1 + a + a^2/3) exp(-a),  a = sqrt(5) r,  r^2 = sum_d ((x_d-y_d)/Lengthscale_d)^2.
//
// Its draws are twice differentiable. Parameters: variance, lengthscale.
// Spectrum: multivariate t of 5 degrees of freedom and scale 1/Lengthscale
// (Rasmussen and Williams 2006, eq. 4.15).
type Matern52 struct {
	Variance    float64
	Lengthscale PerInput
}

var matern52 = Family{
	Name:    "matern52",
	Aliases: []string{"matern"},
	Formula: "variance · (1 + a + a²/3) exp(−a), a = √5 r",
	Use:     "twice differentiable. Between the two; usual in optimisation",
	Fields:  []Field{varianceField, lengthscaleField},
	zero:    Matern52{},
	model: func(k Kernel) gram.Model {
		return gram.Radial{Name: "Matern52", Profile: asm.Matern52, Lengthscale: k.(Matern52).Lengthscale.count()}
	},
}

func (Matern52) description() *Family { return &matern52 }

// Cov implements [Kernel].
func (k Matern52) Cov(dst, x, y *mat.Dense) { cov(k, dst, x, y) }

// Diag implements [Kernel].
func (k Matern52) Diag(dst []float64, x *mat.Dense) { diag(k, dst, x) }

// Params implements [Parametric].
func (k Matern52) Params() []Param { return params(k) }

// WithParams implements [Parametric].
func (k Matern52) WithParams(theta []float64) Kernel { return withParams(k, theta) }

// ParamGrad implements [ParamGrader].
func (k Matern52) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) { paramGrad(k, dst, w, kv, x, y) }

// InputGrad implements [InputGrader].
func (k Matern52) InputGrad(dst, w, kv, x, y *mat.Dense) { inputGrad(k, dst, w, kv, x, y) }

// Spectrum implements [Stationary].
func (k Matern52) Spectrum(d int) (basis.Spectrum, float64) {
	return basis.StudentT(2.5, k.Lengthscale.broadcast(d, "Matern52", "lengthscale")), k.Variance
}

// Basis implements [Based] by random Fourier features.
func (k Matern52) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return fourier([]Stationary{k}, 1, d, o, key)
}
