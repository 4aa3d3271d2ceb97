package kernel

import (
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
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

// radial returns k as what it shares with others.
func (k Matern12) radial() radial {
	return radial{"Matern12", asm.Matern12, k.Variance, k.Lengthscale, 0}
}

// Cov implements [Kernel].
func (k Matern12) Cov(dst, x, y *mat.Dense) { k.radial().cov(dst, x, y) }

// Diag implements [Kernel].
func (k Matern12) Diag(dst []float64, x *mat.Dense) { k.radial().diag(dst, x) }

// Params implements [Parametric].
func (k Matern12) Params() []Param { return k.radial().params() }

// WithParams implements [Parametric].
func (k Matern12) WithParams(theta []float64) Kernel {
	wantParams("Matern12", len(theta), 1+k.Lengthscale.Len())
	return Matern12{theta[0], k.Lengthscale.with(theta[1:])}
}

// ParamGrad implements [ParamGrader].
func (k Matern12) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) {
	wantParams("Matern12", len(dst), 1+k.Lengthscale.Len())
	k.radial().paramGrad(dst, w, kv, x, y)
}

// Spectrum implements [Stationary].
func (k Matern12) Spectrum(d int) (basis.Spectrum, float64) {
	return basis.StudentT(0.5, k.Lengthscale.broadcast(d, "Matern12", "lengthscale")), k.Variance
}

// Basis implements [Based] by random Fourier features.
func (k Matern12) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return fourier([]Stationary{k}, 1, d, o, key)
}
