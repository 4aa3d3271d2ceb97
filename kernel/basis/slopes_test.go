package basis_test

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel/basis"
)

// The slopes of all features are the gradients of each of them alone, which the
// kit holds to differences; the rows are more than a tile.
func TestSlopesAreGradients(t *testing.T) {
	bases := all(t)
	bases["twice"] = basis.Active{Basis: basis.NewMonomials([][]int{{1, 2}}, []float64{3}), Columns: []int{1, 1}}
	const n, d = 70, 3
	x := normal(n, d, "x")
	for name, b := range bases {
		s, ok := b.(basis.Sloper)
		dst := mat.NewDense(n, b.Len(), nil)
		if !ok || !s.Slopes(dst, x, 0) {
			if !strings.Contains(name, "Kronecker") && name != "nested" {
				t.Errorf("%s has no slopes", name)
			}
			continue
		}
		for k := range d {
			for i := range n {
				for j := range b.Len() {
					dst.Set(i, j, math.NaN())
				}
			}
			if !s.Slopes(dst, x, k) {
				t.Fatalf("%s has no slopes to input %d", name, k)
			}
			for j := range b.Len() {
				w, g := mat.NewDense(1, b.Len(), nil), mat.NewDense(n, d, nil)
				w.Set(0, j, 1)
				b.InputGrad(g, w, x)
				for i := range n {
					// The same few products in another order.
					if got, want := dst.At(i, j), g.At(i, k); !(math.Abs(got-want) <= 1e-14*math.Max(1, math.Abs(want))) {
						t.Fatalf("%s: slope of feature %d at row %d to input %d is %v, its gradient %v", name, j, i, k, got, want)
					}
				}
			}
		}
	}
}
