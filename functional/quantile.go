package functional

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Quantile returns the value that a part p of the sample is below: linear between
// the sorted values v_1 <= ... <= v_S at
//
//	p_i = (C_i - w_i/2 - w_1/2) / (1 - w_1/2 - w_S/2),  C_i = w_1 + ... + w_i,
//
// which is (i-1)/(S-1) where weights are equal (type 7 of Hyndman and Fan 1996).
// It panics if p is not in [0, 1].
func (s Sample) Quantile(p float64) float64 {
	mustBeProbability(p)
	first, last := s.ends()
	if first == last {
		return s.values[s.order[first]]
	}
	w1, wn := s.weights[s.order[first]], s.weights[s.order[last]]
	target := p * (1 - w1/2 - wn/2)
	// at is the place of the value before, in the same units as target.
	at, i := 0.0, first
	for j := first + 1; j <= last; j++ {
		w := s.weights[s.order[j]]
		if w == 0 {
			continue
		}
		next := at + (s.weights[s.order[i]]+w)/2
		if target <= next {
			a, b := s.values[s.order[i]], s.values[s.order[j]]
			if a == b {
				return a
			}
			t := (target - at) / (next - at)
			return (1-t)*a + t*b
		}
		at, i = next, j
	}
	return s.values[s.order[last]]
}

// ends returns the first and the last place in the order that have a weight.
func (s Sample) ends() (first, last int) {
	last = len(s.order) - 1
	for s.weights[s.order[first]] == 0 {
		first++
	}
	for s.weights[s.order[last]] == 0 {
		last--
	}
	return first, last
}

// QuantileSE returns the standard error of a quantile by the method of Maritz and
// Jarrett (1978): the sd of order statistic p (S+1) under resampling,
//
//	sqrt(sum b_i v_i^2 - (sum b_i v_i)^2),  b_i = I(C_i; a, b) - I(C_{i-1}; a, b),
//
// with I the regularised incomplete beta function, a = p (n+1), b = (1-p)(n+1), n
// the effective number of values and C_i the sum of the first i weights. It is
// NaN for a single value and for p of 0 or 1. It needs some values beyond the
// quantile: for p below 1/n the extremes of the sample say nothing. It panics if
// p is not in [0, 1].
func (s Sample) QuantileSE(p float64) float64 {
	mustBeProbability(p)
	if s.positive() < 2 || p == 0 || p == 1 {
		return math.NaN()
	}
	n := s.ESS()
	a, b := p*(n+1), (1-p)*(n+1)
	m := s.Quantile(p)
	before, c := 0.0, 0.0
	mean, square := 0.0, 0.0
	for k, i := range s.order {
		c += s.weights[i]
		next := 1.0
		if k < len(s.order)-1 {
			next = mathext.RegIncBeta(a, b, math.Min(c, 1))
		}
		d := s.values[i] - m
		mean += (next - before) * d
		square += (next - before) * d * d
		before = next
	}
	return math.Sqrt(math.Max(0, square-mean*mean))
}

func mustBeProbability(p float64) {
	if !(p >= 0 && p <= 1) {
		panic(fmt.Sprintf("functional: a probability of %g", p))
	}
}

// rank reorders v so that v[k] is what it would be if v were sorted, with nothing
// greater before it and nothing less after it: Hoare's selection, with the median
// of three as the pivot. v has no NaN. Cost O(len(v)) on average.
func rank(v []float64, k int) {
	low, high := 0, len(v)-1
	for low < high {
		mid := low + (high-low)/2
		if v[mid] < v[low] {
			v[mid], v[low] = v[low], v[mid]
		}
		if v[high] < v[low] {
			v[high], v[low] = v[low], v[high]
		}
		if v[high] < v[mid] {
			v[high], v[mid] = v[mid], v[high]
		}
		pivot := v[mid]
		i, j := low, high
		for i <= j {
			for v[i] < pivot {
				i++
			}
			for pivot < v[j] {
				j--
			}
			if i <= j {
				v[i], v[j] = v[j], v[i]
				i++
				j--
			}
		}
		// Now v[low..j] <= pivot <= v[i..high], and all in between are the pivot.
		switch {
		case k <= j:
			high = j
		case k >= i:
			low = i
		default:
			return
		}
	}
}

// next returns the least of v[k+1:], which is the next in order once rank has put
// v[k] in its place, and v[k] itself where that is the last.
func next(v []float64, k int) float64 {
	if k == len(v)-1 {
		return v[k]
	}
	least := v[k+1]
	for _, e := range v[k+2:] {
		if e < least {
			least = e
		}
	}
	return least
}
