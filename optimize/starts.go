package optimize

import (
	"fmt"
	"math"

	"matheron/rng"
)

// SobolStarts returns n points that cover box evenly: scrambled Sobol points, or
// independent uniform ones if the box has more than rng.MaxSobolDims variables.
// A variable with equal bounds is at them. Point i depends on the key and on i
// alone. It panics if a bound is missing, infinite or out of order.
func SobolStarts(box Box, n int, key rng.Key) [][]float64 {
	dims := len(box.Lower)
	if err := box.check(dims); err != nil {
		panic(err.Error())
	}
	if box.Upper == nil && dims > 0 {
		panic("optimize: SobolStarts without upper bounds")
	}
	for i := range dims {
		if math.IsInf(box.Lower[i], 0) || math.IsInf(box.Upper[i], 0) {
			panic(fmt.Sprintf("optimize: SobolStarts over an infinite box: bounds[%d]: lower %g, upper %g", i, box.Lower[i], box.Upper[i]))
		}
	}
	starts := make([][]float64, n)
	for i := range starts {
		starts[i] = make([]float64, dims)
	}
	if dims == 0 {
		return starts
	}
	unit(starts, dims, key)
	for _, x := range starts {
		for d, u := range x {
			// A convex combination, since upper - lower may overflow.
			lower, upper := box.Lower[d], box.Upper[d]
			x[d] = min(max((1-u)*lower+u*upper, lower), upper)
		}
	}
	return starts
}

// unit sets the starts to points of the unit cube.
func unit(starts [][]float64, dims int, key rng.Key) {
	if sobol, err := rng.NewSobol(dims, key); err == nil {
		for i, x := range starts {
			sobol.Point(x, i)
		}
		return
	}
	for i, x := range starts {
		r := key.Split(i).Rand()
		for d := range x {
			x[d] = r.Float64()
		}
	}
}
