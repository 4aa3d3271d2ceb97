package kernel

import (
	"math"

	"gonum.org/v1/gonum/mat"

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

// values implements profile.
func (k Matern32) values(r2 []float64) {
	for j, v := range r2 {
		a := math.Sqrt(3 * v)
		r2[j] = k.Variance * (1 + a) * math.Exp(-a)
	}
}

// slopes implements profile: dk/d(r^2) = -3/2 Variance exp(-a), without the
// singularity that the chain rule through r would have at 0.
func (k Matern32) slopes(dst, kv, r2 []float64) {
	for j, v := range kv {
		dst[j] = -1.5 * v / (1 + math.Sqrt(3*r2[j]))
	}
}

// Cov implements [Kernel].
func (k Matern32) Cov(dst, x, y *mat.Dense) { covRadial(dst, x, y, k.Lengthscale, "Matern32", k) }

// Diag implements [Kernel].
func (k Matern32) Diag(dst []float64, x *mat.Dense) {
	checkDiag(dst, x)
	fill(dst, k.Variance)
}

// Params implements [Parametric].
func (k Matern32) Params() []Param { return radialParams("Matern32", k.Variance, k.Lengthscale) }

// WithParams implements [Parametric].
func (k Matern32) WithParams(theta []float64) Kernel {
	wantParams("Matern32", len(theta), 1+k.Lengthscale.Len())
	return Matern32{theta[0], k.Lengthscale.with(theta[1:])}
}

// ParamGrad implements [ParamGrader].
func (k Matern32) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) {
	radialParamGrad(dst, w, kv, x, y, k.Variance, k.Lengthscale, "Matern32", k, k)
}

// InputGrad implements [InputGrader].
func (k Matern32) InputGrad(dst, w, kv, x, y *mat.Dense) {
	radialInputGrad(dst, w, kv, x, y, k.Lengthscale, "Matern32", k)
}

// Spectrum implements [Stationary].
func (k Matern32) Spectrum(d int) (basis.Spectrum, float64) {
	return basis.StudentT(1.5, k.Lengthscale.broadcast(d, "Matern32", "lengthscale")), k.Variance
}

// Basis implements [Based] by random Fourier features.
func (k Matern32) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return fourier([]Stationary{k}, 1, d, o, key)
}
