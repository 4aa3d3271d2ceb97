package gptest_test

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/gp/gptest"
	"matheron/kernel"
)

// overconfident forgets half of the variance.
type overconfident struct{ *gp.Exact }

func (p overconfident) Variance(dst []float64, x *mat.Dense) []float64 {
	dst = p.Exact.Variance(dst, x)
	for i := range dst {
		dst[i] /= 2
	}
	return dst
}

func Example() {
	post, err := gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}}.
		Condition(mat.NewDense(2, 1, []float64{0, 1}), []float64{1, 2}, gp.Noise(0.1))
	if err != nil {
		panic(err)
	}
	o := gptest.Options{Points: mat.NewDense(3, 1, []float64{-1, 0.5, 2})}
	fmt.Println(gptest.Check(post, o))
	fmt.Println(gptest.Check(overconfident{post}, o) != nil)
	// Output:
	// <nil>
	// true
}
