package kernel

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
	"matheron/internal/gram"
	"matheron/kernel/basis"
	"matheron/rng"
)

// PoweredExponential is the powered exponential, or stable, kernel
//
//	k(x, y) = Variance exp(-r^Power),  r^2 = sum_d ((x_d-y_d)/Lengthscale_d)^2,
//
// for 0 < Power <= 2: at 1 it is [Matern12], at 2 an [RBF] whose lengthscale is
// Lengthscale/sqrt(2). Below 2 its draws are continuous and nowhere differentiable: it
// has no input gradient there. Parameters: variance, lengthscale, power. Spectrum:
// omega_d = sqrt(2 A) z_d/Lengthscale_d with one positive Power/2-stable A for all d.
type PoweredExponential struct {
	Variance    float64
	Lengthscale PerInput
	Power       float64
}

var poweredExponential = Family{
	Name:    "powered_exponential",
	Aliases: []string{"powexp", "powerexponential", "poweredexp", "stable"},
	Formula: "variance · exp(−r^power)",
	Use:     "from rough to smooth as power goes to 2; differentiable at 2 alone: no gradients below. Signals of unknown roughness",
	Fields: []Field{
		varianceField,
		lengthscaleField,
		{Name: "power", Role: RolePower, Upper: math.Nextafter(2, 3)}, // an open interval that holds 2
	},
	zero: PoweredExponential{},
	model: func(k Kernel) gram.Model {
		return gram.Radial{
			Name: "PoweredExponential", G: &gram.Profile{Value: powerValue, Slope: powerSlope},
			Lengthscale: k.(PoweredExponential).Lengthscale.count(), Shape: true, Rough: func(power float64) bool { return power < 2 },
		}
	},
	rough: func(k Kernel) bool { return k.(PoweredExponential).Power < 2 },
}

func (PoweredExponential) description() *Family { return &poweredExponential }

// powerValue sets dst to exp(-(r²)^(p/2)), the power by its logarithm.
func powerValue(dst, r2 []float64, power float64) {
	for j, v := range r2 {
		dst[j] = power / 2 * math.Log(v)
	}
	asm.Exp(dst, dst)
	asm.Scale(dst, -1, dst)
	asm.Exp(dst, dst)
}

// powerSlope has, with q = (r²)^(p/2) and g = e^-q, dg/d(r²) = -p/2 q/r² g and
// dg/dp = -1/2 q log(r²) g, both 0 at r = 0.
func powerSlope(value, slope, change, r2 []float64, power float64) {
	for j, v := range r2 {
		change[j] = math.Log(v)
		slope[j] = power / 2 * change[j]
	}
	asm.Exp(slope, slope)
	asm.Scale(value, -1, slope)
	asm.Exp(value, value)
	for j, v := range r2 {
		if v == 0 {
			slope[j], change[j] = 0, 0
			continue
		}
		g := -slope[j] * value[j]
		slope[j], change[j] = power/2*g/v, 0.5*g*change[j]
	}
}

// Cov implements [Kernel].
func (k PoweredExponential) Cov(dst, x, y *mat.Dense) { cov(k, dst, x, y) }

// Diag implements [Kernel].
func (k PoweredExponential) Diag(dst []float64, x *mat.Dense) { diag(k, dst, x) }

// Params implements [Parametric].
func (k PoweredExponential) Params() []Param { return params(k) }

// WithParams implements [Parametric].
func (k PoweredExponential) WithParams(theta []float64) Kernel { return withParams(k, theta) }

// ParamGrad implements [ParamGrader].
func (k PoweredExponential) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) {
	paramGrad(k, dst, w, kv, x, y)
}

// InputGrad implements [InputGrader]. It panics if Power is below 2.
func (k PoweredExponential) InputGrad(dst, w, kv, x, y *mat.Dense) {
	inputGrad(k, dst, w, kv, x, y)
}

// Spectrum implements [Stationary].
func (k PoweredExponential) Spectrum(d int) (basis.Spectrum, float64) {
	l := k.Lengthscale.broadcast(d, "PoweredExponential", "lengthscale")
	return stableMixture{k.Power / 2, l}, k.Variance
}

// Basis implements [Based] by random Fourier features.
func (k PoweredExponential) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return fourier([]Stationary{k}, 1, d, o, key)
}

// stableMixture is the spectral measure of exp(-(r²)^a): sqrt(2 A) z/l, z ~ N(0, I),
// with a positive a-stable A, E exp(-s A) = exp(-s^a).
type stableMixture struct {
	a float64 // at most 1, where A is 1
	l []float64
}

// Dims implements [basis.Spectrum].
func (s stableMixture) Dims(d int) (normals, uniforms int) { return d, 2 }

// maxLogStable keeps a frequency finite: A has no moments. A wave of 1e130 radians has a
// phase that is as good as random already.
const maxLogStable = 300

// Frequency implements [basis.Spectrum]: with U uniform on (0, pi) and W ~ Exp(1),
//
//	A = sin(aU)/sin(U)^(1/a) (sin((1-a)U)/W)^((1-a)/a)
//
// (Kanter 1975, Stable densities under change of scale and total variation inequalities).
func (s stableMixture) Frequency(omega, z, u []float64) {
	logA, a := 0.0, s.a
	if a < 1 {
		angle, w := math.Pi*u[0], -math.Log(u[1])
		logA = math.Log(math.Sin(a*angle)) - math.Log(math.Sin(angle))/a +
			(1-a)/a*(math.Log(math.Sin((1-a)*angle))-math.Log(w))
	}
	scale := math.Exp(min(0.5*(math.Ln2+logA), maxLogStable))
	for d, l := range s.l {
		omega[d] += scale * z[d] / l
	}
}
