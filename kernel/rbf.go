package kernel

import (
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
	"matheron/internal/gram"
	"matheron/kernel/basis"
	"matheron/rng"
)

// RBF is the squared-exponential kernel
//
//	k(x, y) = Variance exp(-r^2/2),  r^2 = sum_d ((x_d-y_d)/Lengthscale_d)^2.
//
// Its draws are infinitely smooth. Parameters: variance, lengthscale. Spectrum:
// omega_d = z_d/Lengthscale_d with z ~ N(0, I).
type RBF struct {
	Variance    float64
	Lengthscale PerInput
}

var rbf = Family{
	Name:    "rbf",
	Aliases: []string{"se", "squaredexponential", "exponentiatedquadratic", "expquad", "gaussian", "sqexp"},
	Formula: "variance · exp(−r²/2)",
	Use:     "infinitely smooth. The default; good for smooth physics and trends",
	Fields:  []Field{varianceField, lengthscaleField},
	zero:    RBF{},
	model: func(k Kernel) gram.Model {
		return gram.Radial{Name: "RBF", Profile: asm.RBF, Lengthscale: k.(RBF).Lengthscale.count()}
	},
}

func (RBF) description() *Family { return &rbf }

// Cov implements [Kernel].
func (k RBF) Cov(dst, x, y *mat.Dense) { cov(k, dst, x, y) }

// Diag implements [Kernel].
func (k RBF) Diag(dst []float64, x *mat.Dense) { diag(k, dst, x) }

// Params implements [Parametric].
func (k RBF) Params() []Param { return params(k) }

// WithParams implements [Parametric].
func (k RBF) WithParams(theta []float64) Kernel { return withParams(k, theta) }

// ParamGrad implements [ParamGrader].
func (k RBF) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) { paramGrad(k, dst, w, kv, x, y) }

// InputGrad implements [InputGrader].
func (k RBF) InputGrad(dst, w, kv, x, y *mat.Dense) { inputGrad(k, dst, w, kv, x, y) }

// Spectrum implements [Stationary].
func (k RBF) Spectrum(d int) (basis.Spectrum, float64) {
	return basis.Gaussian(k.Lengthscale.broadcast(d, "RBF", "lengthscale")), k.Variance
}

// Basis implements [Based] by random Fourier features.
func (k RBF) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return fourier([]Stationary{k}, 1, d, o, key)
}
