package kernel

import (
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
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

// radial returns k as what it shares with others.
func (k RBF) radial() radial {
	return radial{"RBF", asm.RBF, k.Variance, k.Lengthscale, 0}
}

// Cov implements [Kernel].
func (k RBF) Cov(dst, x, y *mat.Dense) { k.radial().cov(dst, x, y) }

// Diag implements [Kernel].
func (k RBF) Diag(dst []float64, x *mat.Dense) { k.radial().diag(dst, x) }

// Params implements [Parametric].
func (k RBF) Params() []Param { return k.radial().params() }

// WithParams implements [Parametric].
func (k RBF) WithParams(theta []float64) Kernel {
	wantParams("RBF", len(theta), 1+k.Lengthscale.Len())
	return RBF{theta[0], k.Lengthscale.with(theta[1:])}
}

// ParamGrad implements [ParamGrader].
func (k RBF) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) {
	wantParams("RBF", len(dst), 1+k.Lengthscale.Len())
	k.radial().paramGrad(dst, w, kv, x, y)
}

// InputGrad implements [InputGrader].
func (k RBF) InputGrad(dst, w, kv, x, y *mat.Dense) {
	k.radial().inputGrad(dst, w, kv, x, y)
}

// Spectrum implements [Stationary].
func (k RBF) Spectrum(d int) (basis.Spectrum, float64) {
	return basis.Gaussian(k.Lengthscale.broadcast(d, "RBF", "lengthscale")), k.Variance
}

// Basis implements [Based] by random Fourier features.
func (k RBF) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return fourier([]Stationary{k}, 1, d, o, key)
}
