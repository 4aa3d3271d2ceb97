package ad

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Erf returns the error function 2/sqrt(pi) int_0^x e^(-s²) ds.
func Erf(x Value) Value { return unary(opErf, x) }

// Erfc returns 1 - erf x, accurate for large x.
func Erfc(x Value) Value { return unary(opErfc, x) }

// Lgamma returns log |Gamma(x)|. Its derivative is the digamma function.
func Lgamma(x Value) Value { return unary(opLgamma, x) }

// Digamma returns psi(x) = d/dx log Gamma(x). Its derivative is the trigamma
// function.
func Digamma(x Value) Value { return unary(opDigamma, x) }

// gauss is the derivative of erf.
func gauss(x float64) float64 { return 2 / math.SqrtPi * math.Exp(-x*x) }

func lgamma(x float64) float64 {
	y, _ := math.Lgamma(x)
	return y
}

// digamma is psi(x). gonum cuts its asymptotic series where the error is up to
// 6e-11, for x near 7. The first term left out is 0.0076 (x-1/2)^-10: from 20
// on, where the recurrence psi(x) = psi(x+1) - 1/x takes smaller x, it is 1e-15.
func digamma(x float64) float64 {
	if !(x > 0) {
		if x == 0 || x == math.Floor(x) || math.IsNaN(x) {
			return mathext.Digamma(x)
		}
		// Reflection, https://dlmf.nist.gov/5.5#E4.
		_, r := math.Modf(x)
		return digamma(1-x) - math.Pi/math.Tan(math.Pi*r)
	}
	var s float64
	for ; x < 20; x++ {
		s += 1 / x
	}
	return mathext.Digamma(x) - s
}

// trigamma is psi'(x), zeta(2, x) for positive x; +Inf at the poles.
func trigamma(x float64) float64 {
	switch {
	case x > 0:
		return mathext.Zeta(2, x)
	case math.IsNaN(x) || math.IsInf(x, -1):
		return nan
	case x == math.Floor(x):
		return math.Inf(1)
	}
	// Reflection, https://dlmf.nist.gov/5.15#E6.
	_, r := math.Modf(x)
	s := math.Sin(math.Pi * r)
	return math.Pi*math.Pi/(s*s) - mathext.Zeta(2, 1-x)
}
