package diag

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// normalScores replaces each draw by the normal quantile of its rank r among all
// S of them, ties sharing their mean rank:
//
//	z = Phi^-1((r - 3/8)/(S + 1/4))         (Blom 1958)
func normalScores(chains [][]float64) [][]float64 {
	type draw struct {
		value        float64
		chain, place int32
	}
	out := like(chains)
	order := make([]draw, 0, len(chains)*check(chains))
	for i, c := range chains {
		for j, v := range c {
			order = append(order, draw{v, int32(i), int32(j)})
		}
	}
	slices.SortFunc(order, func(a, b draw) int {
		switch {
		case a.value < b.value:
			return -1
		case a.value > b.value:
			return 1
		}
		return 0
	})
	size := len(order)
	for i := 0; i < size; {
		j := i + 1
		for j < size && order[j].value == order[i].value {
			j++
		}
		rank := float64(i+1+j) / 2 // the mean of i+1 ... j
		z := mathext.NormalQuantile((rank - 0.375) / (float64(size) + 0.25))
		for ; i < j; i++ {
			out[order[i].chain][order[i].place] = z
		}
	}
	return out
}

// fold returns the distances of the draws from their median.
func fold(chains [][]float64) [][]float64 {
	m := Quantile(pool(chains), 0.5)
	return apply(chains, func(v float64) float64 { return math.Abs(v - m) })
}
