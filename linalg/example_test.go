package linalg_test

import (
	"fmt"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"
	"gonum.org/v1/gonum/mat"

	"matheron/linalg"
)

// Two equal points make a singular covariance. The policy says what may be
// added, and the factor what was.
func Example() {
	k := func() *mat.Dense { return mat.NewDense(2, 2, []float64{1, 1, 1, 1}) }

	_, err := linalg.Factorize(k(), linalg.Policy{})
	fmt.Println(err)

	c, err := linalg.Factorize(k(), linalg.Policy{Retry: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("jitter", c.Jitter())

	c, err = linalg.Factorize(k(), linalg.Policy{Jitter: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	b := []float64{3, 0}
	c.SolveVec(b) // [2 1; 1 2] x = [3 0]
	fmt.Printf("solution %.3f\n", b)

	// Output:
	// linalg: pivot 1 is 0, lost in rounding (below 4.4e-16): the matrix is numerically singular (jitter tried: 0)
	// jitter 1e-10
	// solution [2.000 -1.000]
}

// A program's own matrices multiply by this package's kernels.
func ExampleBLAS() {
	blas64.Use(linalg.BLAS{})
	defer blas64.Use(gonum.Implementation{})

	a := mat.NewDense(2, 2, []float64{1, 2, 3, 4})
	var square mat.Dense
	square.Mul(a, a)
	fmt.Println(square.RawMatrix().Data)

	// Output:
	// [7 10 15 22]
}
