package basis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Paired is the feature set of a product of kernels whose features are both random,
//
//	phi_i(x) = sqrt(F_B) A_i(x) B_(i mod F_B)(x),
//
// of F_A features, which must be a multiple of F_B. With A and B independent, and their
// features alike in distribution, the mean inner product is the product of the kernels:
// each pair is a draw of the product, where [Kronecker] would have F_A F_B of them.
type Paired struct {
	A, B Basis
}

var (
	_ Basis  = Paired{}
	_ Sloper = Paired{}
)

// NewPaired returns the pairs. It panics unless A has a multiple of the features of B.
func NewPaired(a, b Basis) Paired {
	if b.Len() == 0 || a.Len()%b.Len() != 0 {
		panic(fmt.Sprintf("basis: NewPaired: %d and %d features", a.Len(), b.Len()))
	}
	return Paired{a, b}
}

// Len returns F_A.
func (p Paired) Len() int { return p.A.Len() }

// Eval sets dst to the products of the parts' features at the rows of x.
func (p Paired) Eval(dst, x *mat.Dense) {
	checkEval("Paired", dst, x, p.Len(), -1)
	p.A.Eval(dst, x)
	p.each(x, func(i int, b []float64) {
		for j := range dst.RawRowView(i) {
			dst.RawRowView(i)[j] *= b[j%len(b)]
		}
	})
}

// InputGrad follows the product rule.
func (p Paired) InputGrad(dst, w, x *mat.Dense) {
	checkInputGrad("Paired", dst, w, x, p.Len(), -1)
	n, _ := x.Dims()
	scale := math.Sqrt(float64(p.B.Len()))
	wa, wb := mat.NewDense(n, p.A.Len(), nil), mat.NewDense(n, p.B.Len(), nil)
	phi := mat.NewDense(n, p.A.Len(), nil)
	p.A.Eval(phi, x)
	p.each(x, func(i int, b []float64) {
		wi, ai, outA, outB := weightRow(w, i), phi.RawRowView(i), wa.RawRowView(i), wb.RawRowView(i)
		for j, v := range wi {
			outA[j] = v * b[j%len(b)]
			outB[j%len(b)] += v * ai[j] * scale
		}
	})
	p.A.InputGrad(dst, wa, x)
	p.B.InputGrad(dst, wb, x)
}

// Slopes implements [Sloper].
func (p Paired) Slopes(dst, x *mat.Dense, d int) bool {
	checkEval("Paired", dst, x, p.Len(), -1)
	n, _ := x.Dims()
	a, b := mat.NewDense(n, p.A.Len(), nil), mat.NewDense(n, p.B.Len(), nil)
	if !slopes(p.A, dst, x, d) || !slopes(p.B, b, x, d) {
		return false
	}
	p.A.Eval(a, x)
	scale := math.Sqrt(float64(p.B.Len()))
	p.each(x, func(i int, phi []float64) {
		row, ai, slope := dst.RawRowView(i), a.RawRowView(i), b.RawRowView(i)
		for j := range row {
			at := j % len(phi)
			row[j] = row[j]*phi[at] + ai[j]*scale*slope[at]
		}
	})
	return true
}

// each calls f for each row of x with the features of B times sqrt(F_B).
func (p Paired) each(x *mat.Dense, f func(i int, b []float64)) {
	n, _ := x.Dims()
	scale, t := math.Sqrt(float64(p.B.Len())), min(n, tileRows)
	phi := mat.NewDense(t, p.B.Len(), nil)
	for i := 0; i < n; i += t {
		j := min(i+t, n)
		part := rows(phi, 0, j-i)
		p.B.Eval(part, rows(x, i, j))
		part.Scale(scale, part)
		for r := range j - i {
			f(i+r, part.RawRowView(r))
		}
	}
}

var pairedKind = kindOf(Kind{
	Name:  "Paired",
	Parts: 2,
	make: func(d Description) (Basis, error) {
		a, b := d.Parts[0], d.Parts[1]
		if b.Len() == 0 || a.Len()%b.Len() != 0 {
			return nil, fmt.Errorf("%d and %d features", a.Len(), b.Len())
		}
		return NewPaired(a, b), nil
	},
}, func(b Paired) Description { return Description{Parts: []Basis{b.A, b.B}} })
