package rng_test

import (
	"fmt"

	"matheron/rng"
)

// Each purpose and each index gets a key of its own; what it draws does not
// depend on what else was drawn.
func Example() {
	key := rng.New(0)
	noise := key.Named("noise")
	for path := range 3 {
		r := noise.Split(path).Rand()
		fmt.Printf("path %d: %.4f %.4f\n", path, r.NormFloat64(), r.NormFloat64())
	}
	fmt.Printf("again:  %.4f\n", noise.Split(2).Rand().NormFloat64())
	// Output:
	// path 0: -1.0201 1.2475
	// path 1: 1.2713 0.4538
	// path 2: -0.6407 -1.2948
	// again:  -0.6407
}

// The mean of x*y over the unit square is 1/4.
func ExampleSobol() {
	points, err := rng.NewSobol(2, rng.New(0))
	if err != nil {
		fmt.Println(err)
		return
	}
	const n = 1024
	var sum float64
	x := make([]float64, points.Dims())
	for i := range n {
		points.Point(x, i)
		sum += x[0] * x[1]
	}
	fmt.Printf("%.4f\n", sum/n)
	// Output:
	// 0.2499
}
