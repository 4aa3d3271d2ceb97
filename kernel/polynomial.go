package kernel

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
	"matheron/kernel/basis"
	"matheron/rng"
)

// Polynomial is the kernel of polynomials of degree Degree,
//
//	k(x, y) = Variance (x.y + Bias)^Degree.
//
// Parameters: variance, bias; the degree is structure. Its C(D+Degree, Degree)
// features are exact.
type Polynomial struct {
	Variance, Bias float64
	Degree         int
}

// maxMonomials bounds the exact features of a polynomial kernel.
const maxMonomials = 1 << 20

// rows calls f for each row i with the row of x_i.y_j + Bias.
func (k Polynomial) rows(x, y *mat.Dense, f func(i int, base []float64)) {
	if k.Degree < 1 {
		panic(fmt.Sprintf("kernel: Polynomial of degree %d", k.Degree))
	}
	n, _ := x.Dims()
	m, _ := y.Dims()
	cols, base := newColumns(y), make([]float64, m)
	for i := range n {
		fill(base, k.Bias)
		xi := x.RawRowView(i)
		for c := range cols.dims {
			asm.AddScaled(base, xi[c], cols.at(c))
		}
		f(i, base)
	}
}

// power returns b^n by squaring: exact for small integers and faster than math.Pow.
func power(b float64, n int) float64 {
	p := 1.0
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			p *= b
		}
		b *= b
	}
	return p
}

// Cov implements [Kernel].
func (k Polynomial) Cov(dst, x, y *mat.Dense) {
	checkCov(dst, x, y)
	k.rows(x, y, func(i int, base []float64) {
		row := dst.RawRowView(i)
		for j, b := range base {
			row[j] = k.Variance * power(b, k.Degree)
		}
	})
}

// Diag implements [Kernel].
func (k Polynomial) Diag(dst []float64, x *mat.Dense) {
	checkDiag(dst, x)
	for i := range dst {
		b := k.Bias
		for _, v := range x.RawRowView(i) {
			b += v * v
		}
		dst[i] = k.Variance * power(b, k.Degree)
	}
}

// Params implements [Parametric].
func (k Polynomial) Params() []Param {
	return []Param{positive("Polynomial.variance", k.Variance), positive("Polynomial.bias", k.Bias)}
}

// WithParams implements [Parametric].
func (k Polynomial) WithParams(theta []float64) Kernel {
	wantParams("Polynomial", len(theta), 2)
	return Polynomial{theta[0], theta[1], k.Degree}
}

// ParamGrad implements [ParamGrader].
func (k Polynomial) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) {
	wantParams("Polynomial", len(dst), 2)
	checkWeights(w, kv, x, y)
	k.rows(x, y, func(i int, base []float64) {
		var s, t float64
		for j, v := range w.RawRowView(i) {
			p := v * power(base[j], k.Degree-1)
			s += p * base[j]
			t += p
		}
		dst[0] += s
		dst[1] += k.Variance * float64(k.Degree) * t
	})
}

// InputGrad implements [InputGrader].
func (k Polynomial) InputGrad(dst, w, kv, x, y *mat.Dense) {
	checkInputGrad(dst, x)
	checkWeights(w, kv, x, y)
	cols := newColumns(y)
	k.rows(x, y, func(i int, base []float64) {
		for j, v := range w.RawRowView(i) {
			base[j] = v * k.Variance * float64(k.Degree) * power(base[j], k.Degree-1)
		}
		out := dst.RawRowView(i)
		for c := range cols.dims {
			col := cols.at(c)
			s := 0.0
			for j, v := range base {
				s += v * col[j]
			}
			out[c] += s
		}
	})
}

// Basis implements [Based]. By the multinomial theorem each monomial x^e of
// total degree at most q has the variance Variance multinomial(q; e, q-|e|)
// Bias^(q-|e|).
func (k Polynomial) Basis(d int, _ basis.Options, _ rng.Key) (basis.Basis, error) {
	n := 1.0
	for i := 1; i <= k.Degree; i++ {
		n *= float64(d+i) / float64(i)
	}
	if n > maxMonomials {
		return nil, fmt.Errorf("kernel: Polynomial of degree %d has %.3g features of %d inputs, more than %d", k.Degree, n, d, maxMonomials)
	}
	exponents := basis.Exponents(d, k.Degree)
	coef := make([]float64, len(exponents))
	for j, e := range exponents {
		total := 0
		log, _ := math.Lgamma(float64(k.Degree + 1))
		for _, v := range e {
			total += v
			g, _ := math.Lgamma(float64(v + 1))
			log -= g
		}
		g, _ := math.Lgamma(float64(k.Degree - total + 1))
		multinomial := math.Round(math.Exp(log - g))
		coef[j] = math.Sqrt(k.Variance * multinomial * power(k.Bias, k.Degree-total))
		if math.IsInf(coef[j], 0) || math.IsNaN(coef[j]) {
			return nil, fmt.Errorf("Polynomial of degree %d with bias %v has no prior basis: its coefficients overflow", k.Degree, k.Bias)
		}
	}
	return basis.NewMonomials(exponents, coef), nil
}
