package kernel

import (
	"math"

	"gonum.org/v1/gonum/mat"

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

// values implements profile.
func (k Matern12) values(r2 []float64) {
	for j, v := range r2 {
		r2[j] = k.Variance * math.Exp(-math.Sqrt(v))
	}
}

// slopes implements profile: dk/d(r^2) = -k/(2r), taken as 0 at r = 0, where it
// only ever multiplies a difference that is 0.
func (k Matern12) slopes(dst, kv, r2 []float64) {
	for j, v := range kv {
		if r2[j] == 0 {
			dst[j] = 0
			continue
		}
		dst[j] = -0.5 * v / math.Sqrt(r2[j])
	}
}

// Cov implements [Kernel].
func (k Matern12) Cov(dst, x, y *mat.Dense) { covRadial(dst, x, y, k.Lengthscale, "Matern12", k) }

// Diag implements [Kernel].
func (k Matern12) Diag(dst []float64, x *mat.Dense) {
	checkDiag(dst, x)
	fill(dst, k.Variance)
}

// Params implements [Parametric].
func (k Matern12) Params() []Param { return radialParams("Matern12", k.Variance, k.Lengthscale) }

// WithParams implements [Parametric].
func (k Matern12) WithParams(theta []float64) Kernel {
	wantParams("Matern12", len(theta), 1+k.Lengthscale.Len())
	return Matern12{theta[0], k.Lengthscale.with(theta[1:])}
}

// ParamGrad implements [ParamGrader].
func (k Matern12) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) {
	radialParamGrad(dst, w, kv, x, y, k.Variance, k.Lengthscale, "Matern12", k, k)
}

// Spectrum implements [Stationary].
func (k Matern12) Spectrum(d int) (basis.Spectrum, float64) {
	return basis.StudentT(0.5, k.Lengthscale.broadcast(d, "Matern12", "lengthscale")), k.Variance
}

// Basis implements [Based] by random Fourier features.
func (k Matern12) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return fourier([]Stationary{k}, 1, d, o, key)
}
