package demo

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/functional"
)

// known is one function that is known, as a set of one for package functional.
type known func(x float64) float64

// Len implements functional.Functions.
func (f known) Len() int { return 1 }

// Eval implements functional.Functions.
func (f known) Eval(x *mat.Dense) *mat.Dense {
	n, _ := x.Dims()
	out := mat.NewDense(1, n, nil)
	for i := range n {
		out.Set(0, i, f(x.At(i, 0)))
	}
	return out
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
func (s *Story) leastOf(f known) Point {
	o := functional.LeastOf(f, column(evenly(s.Box.Lower[0], s.Box.Upper[0], finest)))
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
