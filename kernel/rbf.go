package kernel

import (
	"math"

	"gonum.org/v1/gonum/mat"

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

// values implements profile.
func (k RBF) values(r2 []float64) {
	for j, v := range r2 {
		r2[j] = k.Variance * math.Exp(-0.5*v)
	}
}

// slopes implements profile: dk/d(r^2) = -k/2.
func (k RBF) slopes(dst, kv, _ []float64) {
	for j, v := range kv {
		dst[j] = -0.5 * v
	}
}

// Cov implements [Kernel].
func (k RBF) Cov(dst, x, y *mat.Dense) { covRadial(dst, x, y, k.Lengthscale, "RBF", k) }

// Diag implements [Kernel].
func (k RBF) Diag(dst []float64, x *mat.Dense) {
	checkDiag(dst, x)
	fill(dst, k.Variance)
}

// Params implements [Parametric].
func (k RBF) Params() []Param { return radialParams("RBF", k.Variance, k.Lengthscale) }

// WithParams implements [Parametric].
func (k RBF) WithParams(theta []float64) Kernel {
	wantParams("RBF", len(theta), 1+k.Lengthscale.Len())
	return RBF{theta[0], k.Lengthscale.with(theta[1:])}
}

// ParamGrad implements [ParamGrader].
func (k RBF) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) {
	radialParamGrad(dst, w, kv, x, y, k.Variance, k.Lengthscale, "RBF", k, k)
}

// InputGrad implements [InputGrader].
func (k RBF) InputGrad(dst, w, kv, x, y *mat.Dense) {
	radialInputGrad(dst, w, kv, x, y, k.Lengthscale, "RBF", k)
}

// Spectrum implements [Stationary].
func (k RBF) Spectrum(d int) (basis.Spectrum, float64) {
	return basis.Gaussian(k.Lengthscale.broadcast(d, "RBF", "lengthscale")), k.Variance
}

// Basis implements [Based] by random Fourier features.
func (k RBF) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return fourier([]Stationary{k}, 1, d, o, key)
}
