package calibrate

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/rng"
)

// Observe returns draws of observations from draws of f, S x N:
//
//	X_si = f_si + sqrt(v_i) e_si,  e_si ~ N(0, 1),
//
// with the variance v of the noise for each observation, or one for all. Draw s
// has the stream key.Split(s), so that the same key adds the same noise e whatever
// f, v and the number of draws are. It panics if there is neither one variance nor
// one for each observation, or one is negative.
func Observe(f *mat.Dense, key rng.Key, v ...float64) *mat.Dense {
	s, n := f.Dims()
	if len(v) != 1 && len(v) != n {
		panic(fmt.Sprintf("calibrate: %d noise variances for %d observations", len(v), n))
	}
	for i, u := range v {
		if !(u >= 0) {
			panic(fmt.Sprintf("calibrate: noise variance %d is %g", i, u))
		}
	}
	out := mat.NewDense(s, n, nil)
	for i := range s {
		r := key.Split(i).Rand()
		row := out.RawRowView(i)
		for j, m := range f.RawRowView(i) {
			row[j] = m + math.Sqrt(v[min(j, len(v)-1)])*r.NormFloat64()
		}
	}
	return out
}
