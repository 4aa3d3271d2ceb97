package sparse_test

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/gp/gptest"
	"matheron/gp/sparse"
	"matheron/kernel"
)

// A sparse posterior keeps the promises of every posterior.
func TestConformance(t *testing.T) {
	x, y := mat.NewDense(7, 1, []float64{-2, -1.1, -0.5, 0, 0.4, 1, 1.7}), []float64{0, 1, 0.5, -0.2, -1, 0.3, 1}
	prior := sparse.Prior{
		Prior:  gp.Prior{Kernel: kernel.Matern52{Variance: 1.4, Lengthscale: kernel.Shared(0.8)}, Mean: gp.Constant{Value: 0.5}},
		Z:      mat.NewDense(4, 1, []float64{-1.5, -0.5, 0.5, 1.5}),
		Jitter: 1e-6,
	}
	post, _, err := prior.Condition(x, y, gp.Noise(0.05))
	if err != nil {
		t.Fatal(err)
	}
	gptest.Test(t, post, gptest.Options{Points: mat.NewDense(6, 1, []float64{-2.5, -1.5, -0.3, 0.1, 0.9, 2.6})})
}
