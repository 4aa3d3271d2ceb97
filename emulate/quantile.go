package emulate

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"matheron/optimize"
)

// empirical is a weighted sample in ascending order. Member i stands at the
// probability c_i - w_i/2, with c the cumulated weights, and quantiles between two
// members are interpolated: for equal weights the rule of Hazen (type 5 of Hyndman
// and Fan 1996).
type empirical struct {
	values, at []float64
}

// newEmpirical sorts copies of its arguments; members without weight are left out. A
// member that is NaN makes all quantiles NaN.
func newEmpirical(values, weights []float64) empirical {
	order := make([]int, 0, len(values))
	for i, w := range weights {
		if w > 0 {
			order = append(order, i)
			if math.IsNaN(values[i]) {
				return empirical{[]float64{math.NaN()}, []float64{0}}
			}
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	e := empirical{make([]float64, len(order)), make([]float64, len(order))}
	sum := 0.0
	for k, i := range order {
		e.values[k] = values[i]
		e.at[k] = sum + weights[i]/2
		sum += weights[i]
	}
	return e
}

func (e empirical) quantile(p float64) float64 {
	n := len(e.values)
	k, _ := slices.BinarySearch(e.at, p)
	switch {
	case k == 0:
		return e.values[0]
	case k == n:
		return e.values[n-1]
	}
	t := (p - e.at[k-1]) / (e.at[k] - e.at[k-1])
	return e.values[k-1] + t*(e.values[k]-e.values[k-1])
}

// mixtureQuantile returns the p-quantile of sum_s w_s N(f_s, sd^2). It lies between
// the least and the greatest of the members' own.
func mixtureQuantile(f, w []float64, sd, p float64) float64 {
	z := -math.Sqrt2 * math.Erfcinv(2*p)
	if math.IsInf(z, 0) {
		return z
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for i, v := range f {
		if w[i] > 0 {
			lo, hi = math.Min(lo, v), math.Max(hi, v)
		}
	}
	if !finite(lo) || !finite(hi) {
		return math.NaN()
	}
	// A little wider, because rounding may change the sign at the ends.
	margin := 1e-8*sd + 1e-14*math.Max(math.Abs(lo), math.Abs(hi))
	// The smaller of both tails is computed, which keeps its digits.
	sign, tail := 1.0, p
	if p > 0.5 {
		sign, tail = -1, 1-p
	}
	excess := func(q float64) float64 {
		sum := -tail
		for i, v := range f {
			if w[i] == 0 {
				continue
			}
			sum += w[i] * math.Erfc(sign*(v-q)/(sd*math.Sqrt2)) / 2
		}
		return sign * sum
	}
	q, err := optimize.Root(excess, lo+sd*z-margin, hi+sd*z+margin, 1e-12*sd)
	if err != nil {
		return math.NaN()
	}
	return q
}

func checkProbability(p float64) {
	if !(p >= 0 && p <= 1) {
		panic(fmt.Sprintf("emulate: a probability of %v", p))
	}
}
