package kernel

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/gram"
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

var polynomial = Family{
	Name:    "polynomial",
	Aliases: []string{"poly", "quadratic"},
	Formula: "variance · (x·y + bias)^degree",
	Use:     "polynomials; degree is from 1 to 20 and not fitted",
	Fields: []Field{
		{Name: "variance", Role: RoleCoefficientVariance, Upper: math.Inf(1), Zero: true},
		{Name: "bias", Role: RoleOffset, Upper: math.Inf(1), Zero: true},
		{Name: "degree", Layout: Whole, Lower: 1, Upper: 20, Default: 3},
	},
	Features: Exact,
	Line:     true,
	Level:    true,
	zero:     Polynomial{},
	model: func(k Kernel) gram.Model {
		degree := k.(Polynomial).Degree
		return gram.Dot{N: 2, Form: polynomialForm{degree}, Check: func(int) {
			if degree < 1 {
				panic(fmt.Sprintf("kernel: Polynomial of degree %d", degree))
			}
		}}
	},
}

func (Polynomial) description() *Family { return &polynomial }

// Cov implements [Kernel].
func (k Polynomial) Cov(dst, x, y *mat.Dense) { cov(k, dst, x, y) }

// Diag implements [Kernel].
func (k Polynomial) Diag(dst []float64, x *mat.Dense) { diag(k, dst, x) }

// Params implements [Parametric].
func (k Polynomial) Params() []Param { return params(k) }

// WithParams implements [Parametric].
func (k Polynomial) WithParams(theta []float64) Kernel { return withParams(k, theta) }

// ParamGrad implements [ParamGrader].
func (k Polynomial) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) { paramGrad(k, dst, w, kv, x, y) }

// InputGrad implements [InputGrader].
func (k Polynomial) InputGrad(dst, w, kv, x, y *mat.Dense) { inputGrad(k, dst, w, kv, x, y) }

// polynomialForm is k = Variance p^Degree with p = x.y + Bias.
type polynomialForm struct{ degree int }

func (polynomialForm) Set(b *float64, a, theta []float64) {
	*b = theta[1]
	for c := range a {
		a[c] = 1
	}
}

func (f polynomialForm) Value(row, theta []float64) {
	variance := theta[0]
	for j, p := range row {
		row[j] = variance * power(p, f.degree)
	}
}

func (polynomialForm) NeedsProducts() bool { return true }

func (f polynomialForm) ParamGrad(dst, w, p, _ []float64, _ *gram.Points, theta []float64) {
	var s, t float64
	for j, v := range w {
		q := v * power(p[j], f.degree-1)
		s += q * p[j]
		t += q
	}
	dst[0] += s
	dst[1] += theta[0] * float64(f.degree) * t
}

func (f polynomialForm) InputGrad(dst, w, p []float64, y *gram.Points, theta []float64) {
	variance := theta[0]
	for j, v := range w {
		p[j] = v * variance * float64(f.degree) * power(p[j], f.degree-1)
	}
	for c := range dst {
		col, s := y.Column(c), 0.0
		for j, v := range p {
			s += v * col[j]
		}
		dst[c] += s
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

// maxMonomials bounds the exact features of a polynomial kernel.
const maxMonomials = 1 << 20

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
