package functional

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Estimate is a Monte Carlo estimate with its standard error.
type Estimate struct {
	Value, SE float64
}

// Sample is one number for each function: what a question is answered by. It is
// immutable and safe for many goroutines. The functions may have weights, as
// those of importance sampling have; the formulas below are in terms of weights w
// that sum to 1, each 1/S by default.
type Sample struct {
	values, weights []float64
	order           []int // by value
}

// NewSample returns the sample of the values, which are copied. It panics if
// there are none.
func NewSample(values []float64) Sample {
	w := make([]float64, len(values))
	for i := range w {
		w[i] = 1
	}
	return NewWeightedSample(values, w)
}

// NewWeightedSample returns the sample of the values with weights that need not
// sum to 1. Both are copied. It panics if there are no values, if there is not a
// weight for each, or if a weight is negative or not finite, or all are zero.
func NewWeightedSample(values, weights []float64) Sample {
	if len(values) == 0 {
		panic("functional: a sample of no values")
	}
	return Sample{values: slices.Clone(values), weights: normalize(weights, len(values)), order: ascending(values)}
}

// ascending returns the indices of the values in their order, of equals the first
// one first.
func ascending(values []float64) []int {
	// Values beside their indices sort twice as fast as indices alone.
	type place struct {
		value float64
		index int
	}
	places := make([]place, len(values))
	for i, v := range values {
		places[i] = place{v, i}
	}
	slices.SortFunc(places, func(a, b place) int {
		switch {
		case a.value < b.value:
			return -1
		case a.value > b.value:
			return 1
		}
		return cmp.Or(cmp.Compare(a.value, b.value), a.index-b.index) // NaN comes first
	})
	order := make([]int, len(values))
	for i, p := range places {
		order[i] = p.index
	}
	return order
}

// normalize returns a copy of the weights that sums to 1.
func normalize(weights []float64, n int) []float64 {
	if len(weights) != n {
		panic(fmt.Sprintf("functional: %d weights for %d values", len(weights), n))
	}
	total := 0.0
	for i, w := range weights {
		if !(w >= 0) || math.IsInf(w, 1) {
			panic(fmt.Sprintf("functional: weight %d is %g", i, w))
		}
		total += w
	}
	if total == 0 {
		panic("functional: all weights are zero")
	}
	out := make([]float64, n)
	for i, w := range weights {
		out[i] = w / total
	}
	return out
}

// Len returns the number of values S.
func (s Sample) Len() int { return len(s.values) }

// Values returns a copy of the values, in the order of the functions.
func (s Sample) Values() []float64 { return slices.Clone(s.values) }

// ESS returns the effective number of values, 1/sum w^2: S where weights are
// equal.
func (s Sample) ESS() float64 {
	sum := 0.0
	for _, w := range s.weights {
		sum += w * w
	}
	return 1 / sum
}

// Mean returns sum w v.
func (s Sample) Mean() float64 {
	sum := 0.0
	for i, v := range s.values {
		sum += s.weights[i] * v
	}
	return sum
}

// Variance returns sum w (v - mean)^2 / (1 - sum w^2), which is unbiased: with
// equal weights the usual 1/(S-1). It is NaN for a single value.
func (s Sample) Variance() float64 {
	m := s.Mean()
	sum, squares := 0.0, 0.0
	for i, v := range s.values {
		w := s.weights[i]
		sum += w * (v - m) * (v - m)
		squares += w * w
	}
	// Of weights that are all on one value, 1 - sum w^2 may be rounding.
	if s.positive() < 2 {
		return math.NaN()
	}
	return sum / (1 - squares)
}

// positive returns the number of values with a weight.
func (s Sample) positive() int {
	n := 0
	for _, w := range s.weights {
		if w > 0 {
			n++
		}
	}
	return n
}

// SD returns the square root of the variance.
func (s Sample) SD() float64 { return math.Sqrt(s.Variance()) }

// SE returns the standard error of the mean,
//
//	sqrt(sum w^2 (v - mean)^2 / (1 - sum w^2)),
//
// with equal weights SD/sqrt(S). It is NaN for a single value.
func (s Sample) SE() float64 {
	m := s.Mean()
	sum, squares := 0.0, 0.0
	for i, v := range s.values {
		w := s.weights[i]
		sum += w * w * (v - m) * (v - m)
		squares += w * w
	}
	if s.positive() < 2 {
		return math.NaN()
	}
	return math.Sqrt(sum / (1 - squares))
}

// Estimate returns the mean with its standard error.
func (s Sample) Estimate() Estimate { return Estimate{Value: s.Mean(), SE: s.SE()} }

// Between returns the probability of lower <= v <= upper.
func (s Sample) Between(lower, upper float64) Probability {
	return s.chance(func(i int) bool { return lower <= s.values[i] && s.values[i] <= upper })
}

func (s Sample) chance(hit func(i int) bool) Probability {
	p := 0.0
	hits := 0
	for i, w := range s.weights {
		if hit(i) {
			p += w
			hits++
		}
	}
	if hits == len(s.weights) {
		p = 1
	}
	return newProbability(p, s.ESS())
}
