package basis

import (
	"fmt"
	"math"
	"slices"

	"matheron/internal/gammainc"
)

// Gaussian is the spectral measure of the RBF kernel exp(-|r/l|^2 / 2):
// omega_d = z_d / l_d with z ~ N(0, I). It panics unless every lengthscale is
// positive and finite, as do [StudentT] and [GammaMixture]; l is copied.
func Gaussian(l []float64) Spectrum {
	return gaussian{checkLengthscales("Gaussian", l)}
}

// StudentT is the spectral measure of the Matern kernel of smoothness nu,
//
//	omega_d = z_d / (l_d sqrt(g)),  z ~ N(0, I),  g ~ Gamma(nu, rate nu),
//
// with one g for the whole vector: the multivariate t of 2 nu degrees of
// freedom and scale diag(l^-2). A g for each dimension would be the spectrum of
// a product of Matern kernels in one dimension, which is another kernel.
func StudentT(nu float64, l []float64) Spectrum {
	if !(nu > 0) || math.IsInf(nu, 1) {
		panic(fmt.Sprintf("basis: StudentT: smoothness %v", nu))
	}
	return scaleMixture{shape: nu, power: -0.5, l: checkLengthscales("StudentT", l)}
}

// GammaMixture is the spectral measure of the rational quadratic kernel
// (1 + |r/l|^2 / (2 alpha))^-alpha: omega_d = sqrt(t) z_d / l_d with
// z ~ N(0, I) and one t ~ Gamma(alpha, rate alpha) for the whole vector.
func GammaMixture(alpha float64, l []float64) Spectrum {
	if !(alpha > 0) || math.IsInf(alpha, 1) {
		panic(fmt.Sprintf("basis: GammaMixture: alpha %v", alpha))
	}
	return scaleMixture{shape: alpha, power: 0.5, l: checkLengthscales("GammaMixture", l)}
}

type gaussian struct{ l []float64 }

func (s gaussian) Dims(d int) (normals, uniforms int) {
	mustHaveInputs("Gaussian", len(s.l), d)
	return d, 0
}

func (s gaussian) Frequency(omega, z, _ []float64) {
	for d, l := range s.l {
		omega[d] += z[d] / l
	}
}

// scaleMixture is omega = g^power z / l with g ~ Gamma(shape, rate shape).
type scaleMixture struct {
	shape, power float64
	l            []float64
}

func (s scaleMixture) Dims(d int) (normals, uniforms int) {
	mustHaveInputs("scale mixture", len(s.l), d)
	return d, 1
}

// maxLogScale keeps a frequency finite where g underflows (shapes below 0.06).
// A wave of 1e130 radians has a phase that is as good as random already.
const maxLogScale = 300

func (s scaleMixture) Frequency(omega, z, u []float64) {
	var scale float64
	if s.shape == 0.5 {
		// g is the square of a standard normal: P(|z| < sqrt(2) erfinv(u)) = u.
		scale = math.Pow(math.Sqrt2*math.Erfinv(u[0]), 2*s.power)
	} else {
		logG := gammainc.LogQuantile(s.shape, u[0], 1-u[0]) - math.Log(s.shape)
		scale = math.Exp(min(s.power*logG, maxLogScale))
	}
	for d, l := range s.l {
		omega[d] += scale * z[d] / l
	}
}

func checkLengthscales(name string, l []float64) []float64 {
	for d, v := range l {
		if !(v > 0) || math.IsInf(v, 1) {
			panic(fmt.Sprintf("basis: %s: lengthscale %d is %v", name, d, v))
		}
	}
	return slices.Clone(l)
}

func mustHaveInputs(name string, have, d int) {
	if have != d {
		panic(fmt.Sprintf("basis: %s spectrum of %d dimensions for %d inputs", name, have, d))
	}
}
