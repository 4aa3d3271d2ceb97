package optimize_test

import (
	"context"
	"fmt"
	"math"

	"matheron/optimize"
	"matheron/rng"
)

func rosenbrock(x, grad []float64) float64 {
	a, b := 1-x[0], x[1]-x[0]*x[0]
	if grad != nil {
		grad[0] = -2*a - 400*x[0]*b
		grad[1] = 200 * b
	}
	return a*a + 100*b*b
}

func Example() {
	ctx := context.Background()
	free, err := optimize.LBFGS{}.Minimize(ctx, rosenbrock, []float64{-1.2, 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f: %v\n", free.X, free.Status.Converged())

	box := optimize.Box{Lower: []float64{-2, -2}, Upper: []float64{0.5, 2}}
	held, err := optimize.LBFGSB{Box: box}.Minimize(ctx, rosenbrock, []float64{-1.2, 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f: f = %.3f, projected gradient within 1e-5: %v\n", held.X, held.F, box.GradNorm(held.X, held.Grad) <= 1e-5)
	// Output:
	// [1.000 1.000]: true
	// [0.500 0.250]: f = 0.250, projected gradient within 1e-5: true
}

// The lowest of many minima.
func ExampleMultiStart() {
	wave := func(x, grad []float64) float64 {
		if grad != nil {
			grad[0] = 3*math.Cos(3*x[0]) + 0.2*x[0]
		}
		return math.Sin(3*x[0]) + 0.1*x[0]*x[0]
	}
	box := optimize.Box{Lower: []float64{-10}, Upper: []float64{10}}
	starts := optimize.SobolStarts(box, 16, rng.New(0))
	ends, best, err := optimize.MultiStart(context.Background(), optimize.LBFGSB{Box: box},
		func(int) optimize.Objective { return wave }, starts, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("f(%.3f) = %.3f\n", ends[best].X[0], ends[best].F)
	// Output:
	// f(-0.512) = -0.973
}

func ExampleRoots() {
	grid := []float64{0, 1, 2, 3, 4, 5, 6, 7, 8}
	roots, err := optimize.Roots(math.Cos, grid, 1e-9)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.4f\n", roots)
	// Output:
	// [1.5708 4.7124 7.8540]
}
