package kernel

import (
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
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

// radial returns k as what it shares with others.
func (k RationalQuadratic) radial() radial {
	return radial{"RationalQuadratic", asm.RationalQuadratic, k.Variance, k.Lengthscale, k.Alpha}
}

// Cov implements [Kernel].
func (k RationalQuadratic) Cov(dst, x, y *mat.Dense) { k.radial().cov(dst, x, y) }

// Diag implements [Kernel].
func (k RationalQuadratic) Diag(dst []float64, x *mat.Dense) { k.radial().diag(dst, x) }

// Params implements [Parametric].
func (k RationalQuadratic) Params() []Param {
	return append(k.radial().params(), positive("RationalQuadratic.alpha", k.Alpha))
}

// WithParams implements [Parametric].
func (k RationalQuadratic) WithParams(theta []float64) Kernel {
	n := k.Lengthscale.Len()
	wantParams("RationalQuadratic", len(theta), n+2)
	return RationalQuadratic{theta[0], k.Lengthscale.with(theta[1 : 1+n]), theta[1+n]}
}

// ParamGrad implements [ParamGrader]. With q = r^2/(2 Alpha), dk/dAlpha is
// k (q/(1+q) - log(1+q)).
func (k RationalQuadratic) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) {
	nl := k.Lengthscale.Len()
	wantParams("RationalQuadratic", len(dst), nl+2)
	k.radial().paramGrad(dst, w, kv, x, y)
}

// InputGrad implements [InputGrader].
func (k RationalQuadratic) InputGrad(dst, w, kv, x, y *mat.Dense) {
	k.radial().inputGrad(dst, w, kv, x, y)
}

// Spectrum implements [Stationary].
func (k RationalQuadratic) Spectrum(d int) (basis.Spectrum, float64) {
	return basis.GammaMixture(k.Alpha, k.Lengthscale.broadcast(d, "RationalQuadratic", "lengthscale")), k.Variance
}

// Basis implements [Based] by random Fourier features.
func (k RationalQuadratic) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return fourier([]Stationary{k}, 1, d, o, key)
}
