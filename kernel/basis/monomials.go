package basis

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Monomials is the feature set phi_j(x) = a_j prod_d x_d^e_jd. It is exact for
// the linear kernel (degree 1, D+1 features), the polynomial kernel of degree q
// (C(D+q, q) features; see [Exponents] and [Multinomial]) and the constant
// kernel (one feature with exponents zero).
type Monomials struct {
	exponents [][]int
	coef      []float64
	factors   [][]power // the exponents that are not zero, by monomial
	d, degree int       // inputs; largest exponent of one input
}

var _ Basis = (*Monomials)(nil)

// power is the factor x_input^exponent of a monomial.
type power struct{ input, exponent int }

// NewMonomials returns the monomials with a row of D exponents >= 0 and a
// coefficient each. It panics if their numbers differ, rows differ in length,
// there is none, or a coefficient is not finite. The arguments are copied.
func NewMonomials(exponents [][]int, coef []float64) *Monomials {
	if len(exponents) == 0 || len(exponents) != len(coef) {
		panic(fmt.Sprintf("basis: NewMonomials: %d coefficients for %d monomials", len(coef), len(exponents)))
	}
	b := &Monomials{
		exponents: copyExponents(exponents),
		coef:      slices.Clone(coef),
		factors:   make([][]power, len(coef)),
		d:         len(exponents[0]),
	}
	for j, e := range exponents {
		if len(e) != b.d {
			panic(fmt.Sprintf("basis: NewMonomials: monomial %d has %d exponents, want %d", j, len(e), b.d))
		}
		if math.IsNaN(coef[j]) || math.IsInf(coef[j], 0) {
			panic(fmt.Sprintf("basis: NewMonomials: coefficient %d is %v", j, coef[j]))
		}
		for k, q := range e {
			if q < 0 {
				panic(fmt.Sprintf("basis: NewMonomials: monomial %d has the exponent %d", j, q))
			}
			if q > 0 {
				b.factors[j] = append(b.factors[j], power{k, q})
				b.degree = max(b.degree, q)
			}
		}
	}
	return b
}

// Exponents returns a copy of the exponents, a row of D a monomial.
func (b *Monomials) Exponents() [][]int { return copyExponents(b.exponents) }

// Coef returns a copy of the coefficients.
func (b *Monomials) Coef() []float64 { return slices.Clone(b.coef) }

// Len returns the number of monomials.
func (b *Monomials) Len() int { return len(b.coef) }

// powers sets t[d*(degree+1)+e] = x[d]^e.
func (b *Monomials) powers(t, x []float64) {
	q := b.degree + 1
	for d, v := range x {
		t[d*q] = 1
		for e := 1; e < q; e++ {
			t[d*q+e] = t[d*q+e-1] * v
		}
	}
}

// Eval sets dst to the monomials at the rows of x.
func (b *Monomials) Eval(dst, x *mat.Dense) {
	checkEval("Monomials", dst, x, b.Len(), b.d)
	n, _ := x.Dims()
	q := b.degree + 1
	t := make([]float64, b.d*q)
	for i := range n {
		b.powers(t, x.RawRowView(i))
		row := dst.RawRowView(i)
		for j, f := range b.factors {
			v := b.coef[j]
			for _, p := range f {
				v *= t[p.input*q+p.exponent]
			}
			row[j] = v
		}
	}
}

// InputGrad adds sum_j w_j a_j e_jd x_d^(e_jd - 1) prod_{k != d} x_k^e_jk to dst[i][d].
func (b *Monomials) InputGrad(dst, w, x *mat.Dense) {
	checkInputGrad("Monomials", dst, w, x, b.Len(), b.d)
	n, _ := x.Dims()
	q := b.degree + 1
	t := make([]float64, b.d*q)
	for i := range n {
		b.powers(t, x.RawRowView(i))
		g, wi := dst.RawRowView(i), weightRow(w, i)
		for j, f := range b.factors {
			// A product for each factor that is differentiated, rather than a
			// quotient, which fails at x_d = 0.
			for k, p := range f {
				v := wi[j] * b.coef[j] * float64(p.exponent) * t[p.input*q+p.exponent-1]
				for l, o := range f {
					if l != k {
						v *= t[o.input*q+o.exponent]
					}
				}
				g[p.input] += v
			}
		}
	}
}

// Exponents returns the exponents of all C(d+degree, degree) monomials in d
// inputs of total degree 0 to degree: by total degree, and among those of one
// degree with the larger power of the earlier input first (1; x0, x1; x0^2,
// x0 x1, x1^2; ...). It panics if d < 1 or degree < 0.
func Exponents(d, degree int) [][]int {
	if d < 1 || degree < 0 {
		panic(fmt.Sprintf("basis: Exponents: %d inputs of degree %d", d, degree))
	}
	var all [][]int
	e := make([]int, d)
	var fill func(k, left int)
	fill = func(k, left int) {
		if k == d-1 {
			e[k] = left
			all = append(all, slices.Clone(e))
			return
		}
		for q := left; q >= 0; q-- {
			e[k] = q
			fill(k+1, left-q)
		}
	}
	for total := range degree + 1 {
		fill(0, total)
	}
	return all
}

// Multinomial returns the coefficient of x^e y^(q-|e|) in (x_1 + ... + x_D + y)^q,
//
//	q! / (e_1! ... e_D! (q - |e|)!),
//
// exact while it is below 2^53. So v (b + x.y)^q has the exact features of
// coefficient sqrt(v Multinomial(q, e) b^(q-|e|)) for e in Exponents(D, q). It
// panics if |e| > q.
func Multinomial(q int, e []int) float64 {
	// A product of binomials, each made of exact integer steps.
	c, left := 1.0, q
	for _, k := range e {
		if k < 0 || k > left {
			panic(fmt.Sprintf("basis: Multinomial: exponents %v of degree %d", e, q))
		}
		binomial := 1.0
		for i := 1; i <= k; i++ {
			binomial = binomial * float64(left-k+i) / float64(i)
		}
		c *= binomial
		left -= k
	}
	return c
}

func copyExponents(e [][]int) [][]int {
	c := make([][]int, len(e))
	for j := range e {
		c[j] = slices.Clone(e[j])
	}
	return c
}

var monomialsKind = kindOf(Kind{
	Name:   "Monomials",
	Arrays: []ArrayKind{{Name: "exponents", About: "exponents"}, {Name: "coefficients", About: "coefficients", Column: true}},
	make: func(d Description) (Basis, error) {
		exponents, err := exponentsOf(d.Arrays[0].Data())
		if err != nil {
			return nil, err
		}
		return NewMonomials(exponents, d.Arrays[1].column()), nil
	},
}, func(b *Monomials) Description {
	return Description{Arrays: []Array{matrix(len(b.coef), b.exponentRows), vector(b.Coef())}}
})

// exponentRows returns the exponents as a matrix.
func (b *Monomials) exponentRows() *mat.Dense {
	m := mat.NewDense(len(b.coef), b.d, nil)
	for j, e := range b.exponents {
		for k, v := range e {
			m.Set(j, k, float64(v))
		}
	}
	return m
}

// exponentsOf returns the rows of e as whole numbers, each less than the number
// of monomials (but 1 is always possible): a polynomial has monomials of every
// degree up to its own, and the table of powers stays as small as the exponents.
func exponentsOf(e *mat.Dense) ([][]int, error) {
	m, d := e.Dims()
	out := make([][]int, m)
	for j := range out {
		out[j] = make([]int, d)
		for k, v := range e.RawRowView(j) {
			if v != math.Trunc(v) || v < 0 || v > float64(max(1, m-1)) {
				return nil, fmt.Errorf("exponent %v of one of %d monomials", v, m)
			}
			out[j][k] = int(v)
		}
	}
	return out, nil
}
