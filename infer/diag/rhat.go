package diag

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// RHat returns the rank-normalised split R-hat of one quantity, chains x draws:
// the larger of [RHatBulk] and [RHatTail]. It is NaN for one chain, for a
// constant, for fewer than 4 draws and where a draw is NaN.
func RHat(chains [][]float64) float64 {
	bulk, tail := RHatBulk(chains), RHatTail(chains)
	if tail > bulk { // false for a tail of NaN, which draws of two values have
		return tail
	}
	return bulk
}

// RHatBulk returns the split R-hat of the normal scores of the draws: whether the
// chains are in the same place.
func RHatBulk(chains [][]float64) float64 {
	if !valid(chains, 2) {
		return math.NaN()
	}
	return rhat(normalScores(split(chains)))
}

// RHatTail returns the split R-hat of the normal scores of the distances from the
// median: whether the chains have the same scale.
func RHatTail(chains [][]float64) float64 {
	if !valid(chains, 2) {
		return math.NaN()
	}
	return rhat(normalScores(split(fold(chains))))
}

// RHatSplit returns the split R-hat of the draws themselves (Gelman and others,
// Bayesian Data Analysis, third edition, 11.4).
func RHatSplit(chains [][]float64) float64 {
	if !valid(chains, 2) {
		return math.NaN()
	}
	return rhat(split(chains))
}

// rhat returns sqrt((B/W + N - 1)/N).
func rhat(chains [][]float64) float64 {
	n := float64(len(chains[0]))
	means := make([]float64, len(chains))
	within := make([]float64, len(chains))
	for i, c := range chains {
		means[i], within[i] = mean(c), variance(c)
	}
	return math.Sqrt((n*variance(means)/mean(within) + n - 1) / n)
}

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

// EBFMI returns the energy Bayesian fraction of missing information (E-BFMI) of one
// chain, from the Hamiltonian at each of its draws:
//
//	mean (E_i - E_(i-1))^2 / var E
//
// It is near 1 if one fresh momentum can reach every energy, and below some 0.3 if
// that takes many steps, as with heavy tails. It is NaN for fewer than 2
// draws and for constant energies.
func EBFMI(energy []float64) float64 {
	if len(energy) < 2 {
		return math.NaN()
	}
	s := 0.0
	for i := 1; i < len(energy); i++ {
		d := energy[i] - energy[i-1]
		s += d * d
	}
	return s / float64(len(energy)-1) / variance(energy)
}
