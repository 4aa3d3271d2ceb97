package diag

import (
	"fmt"
	"math"
)

// check returns the number of draws a chain, and panics unless all have as many.
func check(chains [][]float64) int {
	if len(chains) == 0 {
		return 0
	}
	n := len(chains[0])
	for i, c := range chains {
		if len(c) != n {
			panic(fmt.Sprintf("diag: chain %d has %d draws, chain 0 has %d", i, len(c), n))
		}
	}
	return n
}

// minDraws is the length of the shortest chain that has a diagnostic: two halves of
// two.
const minDraws = 4

// valid reports whether there are at least minChains chains of minDraws, none NaN.
func valid(chains [][]float64, minChains int) bool {
	if n := check(chains); len(chains) < minChains || n < minDraws {
		return false
	}
	for _, c := range chains {
		for _, v := range c {
			if math.IsNaN(v) {
				return false
			}
		}
	}
	return true
}

// split returns the halves of the chains, first halves first, without a copy. Of
// an odd number of draws the middle one is left out.
func split(chains [][]float64) [][]float64 {
	out := make([][]float64, 0, 2*len(chains))
	half := check(chains) / 2
	for _, c := range chains {
		out = append(out, c[:half])
	}
	for _, c := range chains {
		out = append(out, c[len(c)-half:])
	}
	return out
}

// apply returns f of each draw.
func apply(chains [][]float64, f func(float64) float64) [][]float64 {
	out := like(chains)
	for i, c := range chains {
		for j, v := range c {
			out[i][j] = f(v)
		}
	}
	return out
}

// like returns zeros in the shape of the chains.
func like(chains [][]float64) [][]float64 {
	n := check(chains)
	b := make([]float64, len(chains)*n)
	out := make([][]float64, len(chains))
	for i := range out {
		out[i] = b[i*n : (i+1)*n]
	}
	return out
}

// pool returns all draws of all chains, in their order.
func pool(chains [][]float64) []float64 {
	out := make([]float64, 0, len(chains)*check(chains))
	for _, c := range chains {
		out = append(out, c...)
	}
	return out
}

// mean returns the mean of x, in two passes: the second corrects the rounding of the
// first.
func mean(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v
	}
	m := s / float64(len(x))
	s = 0
	for _, v := range x {
		s += v - m
	}
	if d := s / float64(len(x)); d-d == 0 { // not for infinities
		m += d
	}
	return m
}

// variance returns the variance of x with divisor n - 1.
func variance(x []float64) float64 {
	m := mean(x)
	s := 0.0
	for _, v := range x {
		s += (v - m) * (v - m)
	}
	return s / float64(len(x)-1)
}
