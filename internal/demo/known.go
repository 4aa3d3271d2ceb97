package demo

import (
	"math"

	"matheron/function"
	"matheron/functional"
)

// known returns a function of one input that is known, as a set of one.
func known(f func(x float64) float64) *function.Funcs {
	return function.Of(1, func(x []float64) float64 { return f(x[0]) })
}

// Spread is the law of a number that each function has, by the functions drawn.
type Spread struct {
	Mean Estimate `json:"mean"`
	SD   float64  `json:"sd"`
	Q05  float64  `json:"q05"`
	Q50  float64  `json:"q50"`
	Q95  float64  `json:"q95"`
}

// spread summarises one number a function.
func spread(v functional.Sample) Spread {
	return Spread{Estimate(v.Estimate()), v.SD(), v.Quantile(0.05), v.Quantile(0.5), v.Quantile(0.95)}
}

// finest is the number of points of a fine grid on the interval.
const finest = 10001

// leastOf returns where a known function is least on a fine grid of the interval.
func (s *Story) leastOf(f func(x float64) float64) Point {
	o := functional.LeastOf(known(f), column(evenly(s.Box.Lower[0], s.Box.Upper[0], finest)))
	return Point{o.Place(0)[0], o.Value().Mean()}
}

// Point is a point of a curve.
type Point struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// sqrts sets every number to its square root.
func sqrts(v []float64) []float64 {
	for i, e := range v {
		v[i] = math.Sqrt(e)
	}
	return v
}
