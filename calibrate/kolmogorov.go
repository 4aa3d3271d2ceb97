package calibrate

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

const (
	// exactRows is up to how many transforms the exact distribution is computed.
	exactRows = 1000
	// exactLimit is up to which n d^2 it is: beyond, P is below 2 exp(-2 7) =
	// 1.7e-6, 1 - P would lose its digits, and both sides are never off at once.
	exactLimit = 7
)

// ksTail returns P(D_n > d) for n uniform numbers.
func ksTail(n int, d float64) float64 {
	switch {
	case d <= 0.5/float64(n):
		return 1
	case d >= 1:
		return 0
	case n <= exactRows && float64(n)*d*d <= exactLimit:
		return math.Min(1, math.Max(0, 1-durbin(n, d)))
	case float64(n)*d*d > exactLimit:
		return 2 * oneSided(n, d)
	}
	r := math.Sqrt(float64(n))
	return ksLimit(r*d + 1/(6*r) + (r*d-1)/(4*float64(n)))
}

// oneSided returns P(D_n^+ > d) exactly, a sum of positive terms (Birnbaum and
// Tingey 1951):
//
//	d sum_{j=0}^{floor(n(1-d))} C(n, j) (d + j/n)^(j-1) (1 - d - j/n)^(n-j)
func oneSided(n int, d float64) float64 {
	all, _ := math.Lgamma(float64(n) + 1)
	sum := 0.0
	for j := 0; j <= n; j++ {
		a, b := d+float64(j)/float64(n), 1-d-float64(j)/float64(n)
		if b <= 0 {
			break
		}
		x, _ := math.Lgamma(float64(j) + 1)
		y, _ := math.Lgamma(float64(n-j) + 1)
		sum += math.Exp(all - x - y + float64(j-1)*math.Log(a) + float64(n-j)*math.Log(b))
	}
	return d * sum
}

// ksLimit returns 2 sum_k (-1)^(k-1) exp(-2 k^2 t^2), for small t by the theta
// function's other series, 1 - sqrt(2 pi)/t sum_k exp(-(2k-1)^2 pi^2 / (8 t^2)).
func ksLimit(t float64) float64 {
	if t <= 0 {
		return 1
	}
	sum := 0.0
	if t < 1 {
		for k := 1; k < 20; k++ {
			a := float64(2*k-1) * math.Pi / t
			sum += math.Exp(-a * a / 8)
		}
		return 1 - math.Sqrt(2*math.Pi)/t*sum
	}
	sign := 1.0
	for k := 1; k < 20; k++ {
		a := float64(k) * t
		sum += sign * math.Exp(-2*a*a)
		sign = -sign
	}
	return 2 * sum
}

// durbin returns P(D_n <= d) exactly (Durbin 1973; as Marsaglia, Tsang and Wang
// 2003 compute it): with d = (k - h)/n, 0 <= h < 1, it is n!/n^n times element
// (k, k) of the n-th power of a matrix of order 2k-1. Powers are scaled so that
// they do not overflow.
func durbin(n int, d float64) float64 {
	nd := float64(n) * d
	k := int(nd) + 1
	h := float64(k) - nd
	m := 2*k - 1
	a := mat.NewDense(m, m, nil)
	factorial := func(j int) float64 { return math.Gamma(float64(j) + 1) }
	for i := range m {
		for j := range m {
			if i-j+1 >= 0 {
				a.Set(i, j, 1/factorial(i-j+1))
			}
		}
	}
	for i := range m {
		p := math.Pow(h, float64(i+1)) / factorial(i+1)
		a.Set(i, 0, a.At(i, 0)-p)
		a.Set(m-1, m-1-i, a.At(m-1, m-1-i)-p)
	}
	if h > 0.5 {
		a.Set(m-1, 0, a.At(m-1, 0)+math.Pow(2*h-1, float64(m))/factorial(m))
	}
	power, log := scaledPower(a, n)
	logFactorial, _ := math.Lgamma(float64(n) + 1)
	return power.At(k-1, k-1) * math.Exp(log+logFactorial-float64(n)*math.Log(float64(n)))
}

// scaledPower returns b and l with a^n = e^l b, by squaring.
func scaledPower(a *mat.Dense, n int) (b *mat.Dense, l float64) {
	m, _ := a.Dims()
	b = mat.NewDense(m, m, nil)
	for i := range m {
		b.Set(i, i, 1)
	}
	square, squareLog := mat.DenseCopyOf(a), 0.0
	for {
		if n&1 == 1 {
			var c mat.Dense
			c.Mul(b, square)
			b, l = &c, l+squareLog+rescale(&c)
		}
		if n >>= 1; n == 0 {
			return b, l
		}
		var c mat.Dense
		c.Mul(square, square)
		square, squareLog = &c, 2*squareLog+rescale(&c)
	}
}

// rescale divides a by its greatest element and returns the logarithm of that.
func rescale(a *mat.Dense) float64 {
	s := mat.Max(a)
	a.Scale(1/s, a)
	return math.Log(s)
}
