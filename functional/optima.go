package functional

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/function"
)

// Optima is where each function is least (or greatest) and its value there: the
// posterior over the place and the value of the optimum. It is immutable.
type Optima struct {
	places  *mat.Dense // S x D
	values  []float64
	weights []float64
}

// NewOptima returns the optima of n functions: at gives the place and the value of
// that of function s. The places are copied. It panics if n is not positive or the
// places are not of the same, positive number of inputs.
//
//	ends, err := paths.Minimize(ctx, box)
//	optima := functional.NewOptima(len(ends), func(s int) ([]float64, float64) {
//		return ends[s].X, ends[s].Value
//	})
func NewOptima(n int, at func(s int) (x []float64, value float64)) *Optima {
	if n <= 0 {
		panic(fmt.Sprintf("functional: the optima of %d functions", n))
	}
	o := &Optima{values: make([]float64, n), weights: make([]float64, n)}
	for s := range n {
		x, v := at(s)
		if o.places == nil && len(x) > 0 {
			o.places = mat.NewDense(n, len(x), nil)
		}
		if o.places == nil || len(x) != o.Inputs() {
			panic(fmt.Sprintf("functional: the optimum of function %d has %d inputs", s, len(x)))
		}
		o.places.SetRow(s, x)
		o.values[s] = v
		o.weights[s] = 1
	}
	return o
}

// LeastOf returns the least row of x for each function, of equals the first: the
// optima over finitely many candidates, or on a grid for functions without
// gradients. Cost: one evaluation.
func LeastOf(f function.Functions, x *mat.Dense) *Optima { return bestOf(f, x, 1) }

// GreatestOf returns the greatest row of x for each function; see [LeastOf].
func GreatestOf(f function.Functions, x *mat.Dense) *Optima { return bestOf(f, x, -1) }

func bestOf(f function.Functions, x *mat.Dense, sign float64) *Optima {
	y := function.Eval(f, x)
	return NewOptima(f.Len(), func(s int) ([]float64, float64) {
		row := y.RawRowView(s)
		best := 0
		for i, v := range row {
			if sign*v < sign*row[best] {
				best = i
			}
		}
		return mat.Row(nil, best, x), row[best]
	})
}

// Weighted returns the same optima with weights, as functions that stand for
// different parts of a posterior have. It panics as [NewWeightedSample] does.
func (o *Optima) Weighted(weights []float64) *Optima {
	return &Optima{places: o.places, values: o.values, weights: normalize(weights, len(o.values))}
}

// Len returns the number of functions, and Inputs that of inputs.
func (o *Optima) Len() int { return len(o.values) }

// Inputs returns the number of inputs D.
func (o *Optima) Inputs() int { _, d := o.places.Dims(); return d }

// Place returns the place of the optimum of function s, which is the caller's.
func (o *Optima) Place(s int) []float64 { return slices.Clone(o.places.RawRowView(s)) }

// Value returns the values at the optima.
func (o *Optima) Value() Sample { return NewWeightedSample(o.values, o.weights) }

// Coordinate returns coordinate d of the places.
func (o *Optima) Coordinate(d int) Sample {
	return NewWeightedSample(mat.Col(nil, d, o.places), o.weights)
}

// In returns the probability that the optimum is in the region. The region must
// not keep its argument.
func (o *Optima) In(region func(x []float64) bool) Probability {
	return o.Value().chance(func(s int) bool { return region(o.Place(s)) })
}

// InBox returns the probability that lower[d] <= x_d <= upper[d] for each input.
// It panics on lengths other than the number of inputs.
func (o *Optima) InBox(lower, upper []float64) Probability {
	if len(lower) != o.Inputs() || len(upper) != o.Inputs() {
		panic(fmt.Sprintf("functional: a box of %d lower and %d upper bounds for %d inputs", len(lower), len(upper), o.Inputs()))
	}
	return o.In(func(x []float64) bool {
		for d, v := range x {
			if v < lower[d] || v > upper[d] {
				return false
			}
		}
		return true
	})
}

// Covariance returns the covariance of the places with the weights' unbiased
// divisor, as [Sample.Variance] has it; D x D. It is NaN for a single function.
func (o *Optima) Covariance() *mat.SymDense {
	d := o.Inputs()
	w := o.Value().weights
	mean := make([]float64, d)
	squares := 0.0
	for s := range o.values {
		squares += w[s] * w[s]
		for j, v := range o.places.RawRowView(s) {
			mean[j] += w[s] * v
		}
	}
	out := mat.NewSymDense(d, nil)
	centred := make([]float64, d)
	for s := range o.values {
		for j, v := range o.places.RawRowView(s) {
			centred[j] = v - mean[j]
		}
		out.SymRankOne(out, w[s]/(1-squares), mat.NewVecDense(d, centred))
	}
	return out
}

// Regret returns f_s(x) less the least value of each function: how much is lost
// by settling for x. It panics if the functions are not as many as the optima, or
// x is not of their inputs. For greatest values take minus its values.
func (o *Optima) Regret(f function.Functions, x []float64) Sample {
	if f.Len() != o.Len() {
		panic(fmt.Sprintf("functional: %d optima of %d functions", o.Len(), f.Len()))
	}
	y := function.Eval(f, mat.NewDense(1, len(x), slices.Clone(x)))
	loss := make([]float64, o.Len())
	for s, v := range o.values {
		loss[s] = y.At(s, 0) - v
	}
	return NewWeightedSample(loss, o.weights)
}
