package function_test

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/bayesopt"
	"matheron/function"
	"matheron/functional"
)

// Three plain Go functions stand where paths of a Gaussian process would: an ensemble
// of simulators, for instance. None knows its gradient.
func Example() {
	var fs []func(x []float64) float64
	for _, phase := range []float64{0, 0.3, 0.5} {
		fs = append(fs, func(x []float64) float64 { return math.Sin(3*x[0] + phase) })
	}
	draws := function.Of(1, fs...)

	at := mat.NewDense(1, 1, []float64{1.4})
	fmt.Printf("E f(1.4) = %.4f\n", functional.Summarize(draws, at).Mean[0])
	grid := make([]float64, 41)
	for i := range grid {
		grid[i] = float64(i) / 20
	}
	levels, err := functional.Crossings(context.Background(), draws, 0, grid, 0)
	if err != nil {
		panic(err)
	}
	fmt.Printf("each crosses 0 %.2f times in [0, 2]\n", levels.Count().Mean())

	space, err := bayesopt.NewSpace(bayesopt.Input{Name: "x", Lower: 0, Upper: 2})
	if err != nil {
		panic(err)
	}
	lowest, err := bayesopt.Search{Space: space}.Thompson(context.Background(), bayesopt.Minimize, function.Members(draws)...)
	if err != nil {
		panic(err)
	}
	for _, o := range lowest {
		fmt.Printf("least at %.4f\n", o.X[0])
	}
	// Output:
	// E f(1.4) = -0.9497
	// each crosses 0 2.00 times in [0, 2]
	// least at 1.5708
	// least at 1.4708
	// least at 1.4041
}
