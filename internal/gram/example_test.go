package gram_test

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/gram"
	"matheron/kernel"
)

// The matrix of a kernel at fixed points, for one lengthscale after the other.
func ExampleTriangle() {
	x := mat.NewDense(2, 1, []float64{0, 1})
	plan, theta := kernel.Compile(kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}, nil, nil)
	var k *gram.Triangle = plan.Triangle(x)
	cov := mat.NewDense(2, 2, nil)
	for _, l := range []float64{1, 2} {
		theta[1] = l
		if err := k.Set(theta); err != nil {
			panic(err)
		}
		k.Cov(cov.RawMatrix(), 0, 0)
		fmt.Printf("lengthscale %v: k(0, 1) = %.4f\n", l, cov.At(1, 0))
	}
	// Output:
	// lengthscale 1: k(0, 1) = 0.6065
	// lengthscale 2: k(0, 1) = 0.8825
}
