package kernel

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
	"matheron/internal/gram"
	"matheron/kernel/basis"
	"matheron/rng"
)

// RationalQuadratic is a mixture of RBF kernels of all lengthscales,
//
//	k(x, y) = Variance (1 + r^2/(2 Alpha))^-Alpha,  r^2 = sum_d ((x_d-y_d)/Lengthscale_d)^2.
//
// Parameters: variance, lengthscale, alpha. Spectrum: omega_d = sqrt(t)
// z_d/Lengthscale_d with one t ~ Gamma(Alpha, rate Alpha) for all d.
type RationalQuadratic struct {
	Variance    float64
	Lengthscale PerInput
	Alpha       float64
}

var rationalQuadratic = Family{
	Name:    "rational_quadratic",
	Aliases: []string{"rq", "ratquad", "rational", "quadratic"},
	Formula: "variance · (1 + r²/(2 alpha))^(−alpha)",
	Use:     "many lengthscales at once; the smaller alpha, the wider their spread. Irregularities of several scales",
	Fields: []Field{
		varianceField,
		// The lengthscale stretches features; alpha changes them in no simple way.
		lengthscaleField,
		{Name: "alpha", Role: RoleShape, Upper: math.Inf(1)},
	},
	zero: RationalQuadratic{},
	model: func(k Kernel) gram.Model {
		return gram.Radial{Name: "RationalQuadratic", Profile: asm.RationalQuadratic, Lengthscale: k.(RationalQuadratic).Lengthscale.count(), Shape: true}
	},
}

func (RationalQuadratic) description() *Family { return &rationalQuadratic }

// Cov implements [Kernel].
func (k RationalQuadratic) Cov(dst, x, y *mat.Dense) { cov(k, dst, x, y) }

// Diag implements [Kernel].
func (k RationalQuadratic) Diag(dst []float64, x *mat.Dense) { diag(k, dst, x) }

// Params implements [Parametric].
func (k RationalQuadratic) Params() []Param { return params(k) }

// WithParams implements [Parametric].
func (k RationalQuadratic) WithParams(theta []float64) Kernel { return withParams(k, theta) }

// ParamGrad implements [ParamGrader].
func (k RationalQuadratic) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) {
	paramGrad(k, dst, w, kv, x, y)
}

// InputGrad implements [InputGrader].
func (k RationalQuadratic) InputGrad(dst, w, kv, x, y *mat.Dense) { inputGrad(k, dst, w, kv, x, y) }

// Spectrum implements [Stationary].
func (k RationalQuadratic) Spectrum(d int) (basis.Spectrum, float64) {
	return basis.GammaMixture(k.Alpha, k.Lengthscale.broadcast(d, "RationalQuadratic", "lengthscale")), k.Variance
}

// Basis implements [Based] by random Fourier features.
func (k RationalQuadratic) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return fourier([]Stationary{k}, 1, d, o, key)
}
