package kernel_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/kernel/kerneltest"
	"matheron/rng"
)

// Slopes are the gradients of a sum that has one covariance alone.
func TestSlopesAreGradients(t *testing.T) {
	able := 0
	eachRandom(t, "slopes", 200, func(t *testing.T, k kernel.Kernel, d int, r *rand.Rand) {
		const n, m = 3, 5
		x, y := kerneltest.Points(rng.New(r.Uint64()), n, d), kerneltest.Points(rng.New(r.Uint64()), m, d)
		rows := against(k, y)
		dst := mat.NewDense(n*d, m, nil)
		for i := range n * d {
			for j := range m {
				dst.Set(i, j, math.NaN())
			}
		}
		if !rows.Slopes(dst, x, nil) {
			return
		}
		able++
		for j := range m {
			w, g := make([]float64, m), mat.NewDense(n, d, nil)
			w[j] = 1
			rows.Sum(nil, g, w, x, nil)
			for i := range n {
				for c := range d {
					// The same few products in another order.
					if got, want := dst.At(c*n+i, j), g.At(i, c); !(math.Abs(got-want) <= 1e-13*math.Max(1, math.Abs(want))) {
						t.Fatalf("slope %d at point %d to input %d is %v, the gradient %v", j, i, c, got, want)
					}
				}
			}
		}
	})
	if able < 30 {
		t.Errorf("%d of 200 kernels have slopes", able)
	}
	// A column that is active twice.
	k := kernel.Active{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}, Columns: []int{1, 1}}
	y, x := mat.NewDense(1, 2, []float64{0, 0.5}), mat.NewDense(1, 2, []float64{3, 1})
	dst := mat.NewDense(2, 1, nil)
	if !against(k, y).Slopes(dst, x, nil) || dst.At(0, 0) != 0 {
		t.Fatalf("slopes %v", dst.RawMatrix().Data)
	}
	// k = exp(-(x-y)^2), whose derivative is -2 (x-y) k.
	if want := -math.Exp(-0.25); math.Abs(dst.At(1, 0)-want) > 1e-15 {
		t.Errorf("slope %v, want %v", dst.At(1, 0), want)
	}
}
