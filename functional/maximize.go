package functional

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/function"
	"matheron/optimize"
	"matheron/rng"
)

// Maximize finds where an expectation is greatest over a box. The expectation is
// evaluated at Screen Sobol points at once; the best of those that no better point
// is near to are the starts of L-BFGS-B with the gradient through the functions,
// and the best end by value is the result. An expectation that is flat almost
// everywhere, such as the expected improvement, is found as long as one point of the
// screen is off the plateau.
type Maximize struct {
	Box optimize.Box // finite
	// Screen is the number of Sobol points, 256 for each input if it is 0.
	Screen int
	// Starts is the number of local searches, 8 if it is 0.
	Starts int
	// Key is for the Sobol points.
	Key rng.Key
}

// Maximum is where an expectation is greatest.
type Maximum struct {
	X        []float64
	Estimate Estimate
	// Ends are the ends of the local searches, F being minus the expectation.
	Ends []optimize.Result
}

// Run maximises E g(f(x)) over single points x. The error is that of Grad or of
// ctx. It panics if the box is not finite.
func (m Maximize) Run(ctx context.Context, f function.GradFunctions, g Utility) (Maximum, error) {
	n := m.Screen
	if n <= 0 {
		n = 256 * len(m.Box.Lower)
	}
	if n == 0 || len(m.Box.Upper) != len(m.Box.Lower) {
		panic(fmt.Sprintf("functional: a box of %d lower and %d upper bounds", len(m.Box.Lower), len(m.Box.Upper)))
	}
	points := optimize.SobolStarts(m.Box, n, m.Key)
	x := mat.NewDense(n, len(m.Box.Lower), nil)
	for i, p := range points {
		x.SetRow(i, p)
	}
	if _, err := f.Grad(mat.DenseCopyOf(x.Slice(0, 1, 0, len(m.Box.Lower)))); err != nil {
		return Maximum{}, err
	}
	values := make([]float64, n)
	for i, e := range ExpectationEach(f, x, g) {
		values[i] = -e.Value
	}
	want := m.Starts
	if want <= 0 {
		want = 8
	}
	var starts [][]float64
	for _, i := range optimize.NewScreen(m.Box, points).Starts(values, want) {
		starts = append(starts, points[i])
	}
	objective := func(x, grad []float64) float64 {
		at := mat.NewDense(1, len(x), slices.Clone(x))
		if grad == nil {
			return -Expectation(f, at, g).Value
		}
		e, slope, err := ExpectationGrad(f, at, g)
		if err != nil {
			return math.NaN()
		}
		for d := range grad {
			grad[d] = -slope.Value.At(0, d)
		}
		return -e.Value
	}
	minimizer := optimize.LBFGSB{Box: m.Box, GradTol: 1e-9, RelTol: 1e-14}
	ends, best, err := optimize.MultiStart(ctx, minimizer, func(int) optimize.Objective { return objective }, starts, 0)
	if err != nil {
		return Maximum{Ends: ends}, err
	}
	at := mat.NewDense(1, len(ends[best].X), slices.Clone(ends[best].X))
	return Maximum{X: ends[best].X, Estimate: Expectation(f, at, g), Ends: ends}, nil
}
