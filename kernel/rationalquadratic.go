package kernel

import (
	"math"

	"gonum.org/v1/gonum/mat"

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

// values implements profile.
func (k RationalQuadratic) values(r2 []float64) {
	c := 0.5 / k.Alpha
	for j, v := range r2 {
		r2[j] = k.Variance * math.Exp(-k.Alpha*math.Log1p(c*v))
	}
}

// slopes implements profile: dk/d(r^2) = -k/2 / (1 + r^2/(2 Alpha)).
func (k RationalQuadratic) slopes(dst, kv, r2 []float64) {
	c := 0.5 / k.Alpha
	for j, v := range kv {
		dst[j] = -0.5 * v / (1 + c*r2[j])
	}
}

// Cov implements [Kernel].
func (k RationalQuadratic) Cov(dst, x, y *mat.Dense) {
	covRadial(dst, x, y, k.Lengthscale, "RationalQuadratic", k)
}

// Diag implements [Kernel].
func (k RationalQuadratic) Diag(dst []float64, x *mat.Dense) {
	checkDiag(dst, x)
	fill(dst, k.Variance)
}

// Params implements [Parametric].
func (k RationalQuadratic) Params() []Param {
	return append(radialParams("RationalQuadratic", k.Variance, k.Lengthscale), positive("RationalQuadratic.alpha", k.Alpha))
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
	kv = covOf(k, kv, x, y)
	radialParamGrad(dst[:1+nl], w, kv, x, y, k.Variance, k.Lengthscale, "RationalQuadratic", k, k)
	g := newDistances(y, k.Lengthscale, "RationalQuadratic")
	n, _ := x.Dims()
	m, _ := y.Dims()
	r2, c := make([]float64, m), 0.5/k.Alpha
	for i := range n {
		g.row(r2, x.RawRowView(i))
		s, kr := 0.0, kv.RawRowView(i)
		for j, v := range w.RawRowView(i) {
			q := c * r2[j]
			s += v * kr[j] * (q/(1+q) - math.Log1p(q))
		}
		dst[1+nl] += s
	}
}

// InputGrad implements [InputGrader].
func (k RationalQuadratic) InputGrad(dst, w, kv, x, y *mat.Dense) {
	radialInputGrad(dst, w, kv, x, y, k.Lengthscale, "RationalQuadratic", k)
}

// Spectrum implements [Stationary].
func (k RationalQuadratic) Spectrum(d int) (basis.Spectrum, float64) {
	return basis.GammaMixture(k.Alpha, k.Lengthscale.broadcast(d, "RationalQuadratic", "lengthscale")), k.Variance
}

// Basis implements [Based] by random Fourier features.
func (k RationalQuadratic) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return fourier([]Stationary{k}, 1, d, o, key)
}
