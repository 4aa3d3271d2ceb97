package kernel

import (
	"math"

	"gonum.org/v1/gonum/mat"

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

// values implements profile.
func (k Matern52) values(r2 []float64) {
	for j, v := range r2 {
		a := math.Sqrt(5 * v)
		r2[j] = k.Variance * (1 + a*(1+a/3)) * math.Exp(-a)
	}
}

// slopes implements profile: dk/d(r^2) = -5/6 Variance (1+a) exp(-a).
func (k Matern52) slopes(dst, kv, r2 []float64) {
	for j, v := range kv {
		a := math.Sqrt(5 * r2[j])
		dst[j] = -5.0 / 6 * v * (1 + a) / (1 + a*(1+a/3))
	}
}

// Cov implements [Kernel].
func (k Matern52) Cov(dst, x, y *mat.Dense) { covRadial(dst, x, y, k.Lengthscale, "Matern52", k) }

// Diag implements [Kernel].
func (k Matern52) Diag(dst []float64, x *mat.Dense) {
	checkDiag(dst, x)
	fill(dst, k.Variance)
}

// Params implements [Parametric].
func (k Matern52) Params() []Param { return radialParams("Matern52", k.Variance, k.Lengthscale) }

// WithParams implements [Parametric].
func (k Matern52) WithParams(theta []float64) Kernel {
	wantParams("Matern52", len(theta), 1+k.Lengthscale.Len())
	return Matern52{theta[0], k.Lengthscale.with(theta[1:])}
}

// ParamGrad implements [ParamGrader].
func (k Matern52) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) {
	radialParamGrad(dst, w, kv, x, y, k.Variance, k.Lengthscale, "Matern52", k, k)
}

// InputGrad implements [InputGrader].
func (k Matern52) InputGrad(dst, w, kv, x, y *mat.Dense) {
	radialInputGrad(dst, w, kv, x, y, k.Lengthscale, "Matern52", k)
}

// Spectrum implements [Stationary].
func (k Matern52) Spectrum(d int) (basis.Spectrum, float64) {
	return basis.StudentT(2.5, k.Lengthscale.broadcast(d, "Matern52", "lengthscale")), k.Variance
}

// Basis implements [Based] by random Fourier features.
func (k Matern52) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return fourier([]Stationary{k}, 1, d, o, key)
}
