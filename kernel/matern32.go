package kernel

import (
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
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

// radial returns k as what it shares with others.
func (k Matern32) radial() radial {
	return radial{"Matern32", asm.Matern32, k.Variance, k.Lengthscale, 0}
}

// Cov implements [Kernel].
func (k Matern32) Cov(dst, x, y *mat.Dense) { k.radial().cov(dst, x, y) }

// Diag implements [Kernel].
func (k Matern32) Diag(dst []float64, x *mat.Dense) { k.radial().diag(dst, x) }

// Params implements [Parametric].
func (k Matern32) Params() []Param { return k.radial().params() }

// WithParams implements [Parametric].
func (k Matern32) WithParams(theta []float64) Kernel {
	wantParams("Matern32", len(theta), 1+k.Lengthscale.Len())
	return Matern32{theta[0], k.Lengthscale.with(theta[1:])}
}

// ParamGrad implements [ParamGrader].
func (k Matern32) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) {
	wantParams("Matern32", len(dst), 1+k.Lengthscale.Len())
	k.radial().paramGrad(dst, w, kv, x, y)
}

// InputGrad implements [InputGrader].
func (k Matern32) InputGrad(dst, w, kv, x, y *mat.Dense) {
	k.radial().inputGrad(dst, w, kv, x, y)
}

// Spectrum implements [Stationary].
func (k Matern32) Spectrum(d int) (basis.Spectrum, float64) {
	return basis.StudentT(1.5, k.Lengthscale.broadcast(d, "Matern32", "lengthscale")), k.Variance
}

// Basis implements [Based] by random Fourier features.
func (k Matern32) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return fourier([]Stationary{k}, 1, d, o, key)
}
