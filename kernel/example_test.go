package kernel_test

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
)

// A slow trend and a yearly cycle whose shape changes over decades.
func Example() {
	k := kernel.Add(
		kernel.RBF{Variance: 4, Lengthscale: kernel.Shared(10)},
		kernel.Mul(
			kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(50)},
			kernel.Fix(kernel.Periodic{Variance: 1, Lengthscale: kernel.Shared(1), Period: kernel.Shared(1)}, "variance"),
		),
	)
	years := mat.NewDense(3, 1, []float64{1990, 1990.5, 1991})
	cov := mat.NewDense(3, 3, nil)
	k.Cov(cov, years, years)
	fmt.Printf("half a year apart %.3f, a year apart %.3f\n", cov.At(0, 1), cov.At(0, 2))
	for _, p := range kernel.Params(k) {
		fmt.Println(p.Name, p.Value)
	}
	// Output:
	// half a year apart 4.130, a year apart 4.980
	// sum.0.RBF.variance 4
	// sum.0.RBF.lengthscale 10
	// sum.1.product.0.RBF.variance 1
	// sum.1.product.0.RBF.lengthscale 50
	// sum.1.product.1.Periodic.lengthscale 1
	// sum.1.product.1.Periodic.period 1
}
