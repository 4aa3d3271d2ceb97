package diag

import "math"

// RHat returns the rank-normalised split R-hat of one quantity, chains x draws:
// the larger of [RHatBulk] and [RHatTail]. It is NaN for one chain, for a
// constant, for fewer than 4 draws and where a draw is NaN.
func RHat(chains [][]float64) float64 {
	bulk, tail := RHatBulk(chains), RHatTail(chains)
	if tail > bulk { // not for NaN: two values have no tail
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
// median: whether the chains have the same spread.
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
