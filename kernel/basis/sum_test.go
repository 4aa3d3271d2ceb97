package basis_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel/basis"
	"matheron/rng"
)

// A weighted sum is that of the features, and its gradient InputGrad's; both add to
// what is there, and a row has the same bits alone, with the gradient or without.
func TestSumIsThatOfTheFeatures(t *testing.T) {
	bases := all(t)
	for name, form := range map[string]basis.Form{"1,500 frequencies": basis.CosPhase, "750 frequencies": basis.SinCos} {
		b, err := basis.DrawFourier([]basis.Spectrum{basis.Gaussian([]float64{1, 2, 3})}, 3, 1, basis.Options{Count: 1500, Form: form}, rng.New(8))
		if err != nil {
			t.Fatal(err)
		}
		bases[name] = b
	}
	const n, d = 70, 3
	x := normal(n, d, "x")
	for name, b := range bases {
		f := b.Len()
		w := normal(1, f, "w").RawRowView(0)
		phi := mat.NewDense(n, f, nil)
		b.Eval(phi, x)
		got, grad, want := make([]float64, n), mat.NewDense(n, d, nil), mat.NewDense(n, d, nil)
		got[3] = 2
		grad.Set(3, 1, 5)
		want.Set(3, 1, 5)
		basis.Sum(b, got, grad, w, x)
		b.InputGrad(want, mat.NewDense(1, f, w), x)
		for i := range n {
			sum, size := 0.0, 1.0
			if i == 3 {
				sum = 2
			}
			for j, v := range phi.RawRowView(i) {
				sum += w[j] * v
				size += math.Abs(w[j] * v)
			}
			// f terms in another order, each of two more roundings.
			tol := 1e-16 * float64(f+4) * size
			if math.Abs(got[i]-sum) > tol {
				t.Fatalf("%s: the sum at row %d is %v, of the features %v", name, i, got[i], sum)
			}
			for k := range d {
				if g, w := grad.At(i, k), want.At(i, k); math.Abs(g-w) > 1e-12*math.Max(1, math.Abs(w)) {
					t.Fatalf("%s: the gradient at row %d is %v, want %v", name, i, g, w)
				}
			}
			one, own := []float64{0}, mat.NewDense(1, d, nil)
			at := x.Slice(i, i+1, 0, d).(*mat.Dense)
			if i != 3 {
				basis.Sum(b, one, nil, w, at)
				basis.Sum(b, []float64{0}, own, w, at)
				if one[0] != got[i] || !mat.Equal(own, grad.Slice(i, i+1, 0, d)) {
					t.Fatalf("%s: row %d alone is %v, among others %v", name, i, one[0], got[i])
				}
			}
		}
	}
}
