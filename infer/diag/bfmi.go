package diag

import "math"

// EBFMI returns the energy Bayesian fraction of missing information of one chain,
// from the Hamiltonian at each of its draws:
//
//	mean (E_i - E_(i-1))^2 / var E
//
// It is near 1 where a fresh momentum reaches every energy, and below some 0.3
// where it takes many steps to, as with heavy tails. It is NaN for fewer than 2
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
