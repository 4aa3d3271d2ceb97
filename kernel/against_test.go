package kernel_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/kernel/kerneltest"
	"matheron/rng"
)

// A kernel with one argument fixed has the values of the kernel to the bit, and
// the gradient of its contraction, which sums the same terms in another order.
func TestAgainst(t *testing.T) {
	eachRandom(t, "against", 200, func(t *testing.T, k kernel.Kernel, d int, r *rand.Rand) {
		const n, m = 5, 9
		x, y := kerneltest.Points(rng.New(r.Uint64()), n, d), kerneltest.Points(rng.New(r.Uint64()), m, d)
		rows := against(k, y)
		got, want := mat.NewDense(n, m, nil), covOf(k, x, y)
		rows.Cov(got, x, nil)
		if !mat.Equal(got, want) {
			t.Errorf("values differ: %v, want %v", got.RawMatrix().Data, want.RawMatrix().Data)
		}
		if kernel.CheckGrad(k) != nil {
			return
		}
		w, weights := make([]float64, m), mat.NewDense(n, m, nil)
		for j := range w {
			w[j] = r.NormFloat64()
		}
		for i := range n {
			weights.SetRow(i, w)
		}
		// Both add to what is there.
		grad, wantGrad := mat.NewDense(n, d, nil), mat.NewDense(n, d, nil)
		grad.Set(1, 0, 3)
		wantGrad.Set(1, 0, 3)
		values := make([]float64, n)
		values[1] = 2
		rows.Sum(values, grad, w, x, nil)
		k.(kernel.InputGrader).InputGrad(wantGrad, weights, nil, x, y)
		// Sums of m terms, whose size is that of the largest gradient.
		tol := 1e-13 * math.Max(1, mat.Max(wantGrad)-mat.Min(wantGrad))
		if !mat.EqualApprox(grad, wantGrad, tol) {
			t.Errorf("gradients differ by more than %.2g: %v, want %v", tol, grad.RawMatrix().Data, wantGrad.RawMatrix().Data)
		}
		one := mat.NewDense(1, d, nil)
		for i := range n {
			one.Zero()
			if i == 1 {
				one.Set(0, 0, 3)
			}
			own := []float64{0}
			if i == 1 {
				own[0] = 2
			}
			rows.Sum(own, one, w, x.Slice(i, i+1, 0, d).(*mat.Dense), nil)
			if !mat.Equal(one, grad.Slice(i, i+1, 0, d)) || own[0] != values[i] {
				t.Errorf("the sum at point %d depends on the others", i)
			}
			sum, size := 2.0, 1.0
			if i != 1 {
				sum = 0
			}
			for j, v := range want.RawRowView(i) {
				sum += w[j] * v
				size += math.Abs(w[j] * v)
			}
			if math.Abs(own[0]-sum) > 1e-13*size {
				t.Errorf("the sum at point %d is %v, want %v", i, own[0], sum)
			}
		}
	})
}

func TestAgainstARoughKernelPanics(t *testing.T) {
	y := mat.NewDense(2, 1, nil)
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	against(kernel.Matern12{Variance: 1, Lengthscale: kernel.Shared(1)}, y).Sum(nil, mat.NewDense(1, 1, nil), make([]float64, 2), mat.NewDense(1, 1, nil), nil)
}

// Rows that contract weights give the bits of the kernel's own contractions.
func TestGradRows(t *testing.T) {
	eachRandom(t, "gradrows", 200, func(t *testing.T, k kernel.Kernel, d int, r *rand.Rand) {
		const n, m = 5, 9
		x, y := kerneltest.Points(rng.New(r.Uint64()), n, d), kerneltest.Points(rng.New(r.Uint64()), m, d)
		rows := against(k, y)
		if _, ok := k.(kernel.ParamGrader); !ok {
			return
		}
		w := mat.NewDense(n, m, nil)
		for i := range n {
			for j := range m {
				w.Set(i, j, r.NormFloat64())
			}
		}
		for _, values := range []*mat.Dense{nil, covOf(k, x, y)} {
			got, want := make([]float64, len(kernel.Params(k))), make([]float64, len(kernel.Params(k)))
			rows.ParamGrad(got, w, values, x, nil)
			k.(kernel.ParamGrader).ParamGrad(want, w, values, x, y)
			if !slices.Equal(got, want) {
				t.Errorf("gradient to the parameters %v, want %v", got, want)
			}
		}
		if kernel.CheckGrad(k) != nil {
			return
		}
		got, want := mat.NewDense(n, d, nil), mat.NewDense(n, d, nil)
		rows.InputGrad(got, w, nil, x, nil)
		k.(kernel.InputGrader).InputGrad(want, w, nil, x, y)
		if !mat.Equal(got, want) {
			t.Errorf("gradient to the inputs %v, want %v", got.RawMatrix().Data, want.RawMatrix().Data)
		}
	})
}
