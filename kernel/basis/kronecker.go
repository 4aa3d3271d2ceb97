package basis

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Kronecker is the feature set of a product of kernels,
//
//	phi_{a F_B + b}(x) = A_a(x) B_b(x),
//
// of F_A F_B features. Where one factor is exact, the product is exact in it.
// A product of two stationary kernels is better served by adding frequencies
// (see [Draw]). Both parts see all columns of x.
type Kronecker struct {
	A, B Basis
}

var _ Basis = Kronecker{}

// Len returns F_A F_B.
func (k Kronecker) Len() int { return k.A.Len() * k.B.Len() }

// Eval sets dst to the products of the parts' features at the rows of x.
func (k Kronecker) Eval(dst, x *mat.Dense) {
	if k.Len() == 0 {
		return
	}
	checkEval("Kronecker", dst, x, k.Len(), -1)
	fb := k.B.Len()
	k.tiles(x, func(i, j int, a, b *mat.Dense) {
		k.A.Eval(a, rows(x, i, j))
		k.B.Eval(b, rows(x, i, j))
		for r := range j - i {
			row, br := dst.RawRowView(i+r), b.RawRowView(r)
			for p, v := range a.RawRowView(r) {
				for q, u := range br {
					row[p*fb+q] = v * u
				}
			}
		}
	})
}

// InputGrad follows the product rule: with the weights W of a row as an F_A x
// F_B matrix it is A's gradient with the weights W B(x), and B's with Wᵀ A(x).
func (k Kronecker) InputGrad(dst, w, x *mat.Dense) {
	if k.Len() == 0 {
		return
	}
	checkInputGrad("Kronecker", dst, w, x, k.Len(), -1)
	fa, fb := k.A.Len(), k.B.Len()
	wb := make([]float64, fb)
	k.tiles(x, func(i, j int, a, b *mat.Dense) {
		k.A.Eval(a, rows(x, i, j))
		k.B.Eval(b, rows(x, i, j))
		for r := range j - i {
			wr, ar, br := weightRow(w, i+r), a.RawRowView(r), b.RawRowView(r)
			clear(wb)
			for p := range fa {
				// a's features are used up as its weights are made.
				var sum float64
				v := ar[p]
				for q, u := range wr[p*fb : (p+1)*fb] {
					sum += u * br[q]
					wb[q] += u * v
				}
				ar[p] = sum
			}
			copy(br, wb)
		}
		k.A.InputGrad(rows(dst, i, j), a, rows(x, i, j))
		k.B.InputGrad(rows(dst, i, j), b, rows(x, i, j))
	})
}

// tiles calls f for rows i to j of x at a time with room for the parts' features.
func (k Kronecker) tiles(x *mat.Dense, f func(i, j int, a, b *mat.Dense)) {
	n, _ := x.Dims()
	t := min(n, tileRows)
	a, b := mat.NewDense(t, k.A.Len(), nil), mat.NewDense(t, k.B.Len(), nil)
	for i := 0; i < n; i += t {
		j := min(i+t, n)
		f(i, j, rows(a, 0, j-i), rows(b, 0, j-i))
	}
}

// maxFeatures bounds the features of a product that is read from a file.
const maxFeatures = 1 << 40

var kroneckerKind = kindOf(Kind{
	Name:  "Kronecker",
	Parts: 2,
	make: func(d Description) (Basis, error) {
		a, b := d.Parts[0], d.Parts[1]
		// Their number is checked before it is multiplied.
		if fa, fb := a.Len(), b.Len(); fa > 0 && fb > maxFeatures/fa {
			return nil, fmt.Errorf("%d x %d features", fa, fb)
		}
		return Kronecker{A: a, B: b}, nil
	},
}, func(b Kronecker) Description { return Description{Parts: []Basis{b.A, b.B}} })
