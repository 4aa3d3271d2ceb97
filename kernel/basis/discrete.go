package basis

import (
	"fmt"
	"math"
	"slices"
	"sort"
)

// Discrete is the spectral measure of a product over dimensions of cosine
// series,
//
//	k(r) = prod_d sum_j prob[d][j] cos(j base[d] r_d),
//
// that is, of the periodic kernel (prob from [PeriodicWeights]) and the cosine
// kernel (prob = {0, 1}), with base[d] = 2 pi / period_d: omega_d is +-j base_d,
// the harmonic j = 0, 1, ... with probability prob[d][j] and either sign with
// probability 1/2. Probabilities need not be normalised. It panics if lengths
// differ, a probability is negative or not finite, or all of a dimension are
// zero; the arguments are copied.
//
// It serves where the exact features, prod_d (2 J_d + 1) of them, are too many.
func Discrete(prob [][]float64, base []float64) Spectrum {
	if len(prob) != len(base) {
		panic(fmt.Sprintf("basis: Discrete: probabilities of %d dimensions, base frequencies of %d", len(prob), len(base)))
	}
	s := discrete{cumulative: make([][]float64, len(prob)), base: slices.Clone(base)}
	for d, p := range prob {
		c := make([]float64, len(p))
		var sum float64
		for j, v := range p {
			if !(v >= 0) || math.IsInf(v, 1) {
				panic(fmt.Sprintf("basis: Discrete: probability %d of dimension %d is %v", j, d, v))
			}
			sum += v
			c[j] = sum
		}
		if !(sum > 0) {
			panic(fmt.Sprintf("basis: Discrete: no probability in dimension %d", d))
		}
		if math.IsNaN(base[d]) || math.IsInf(base[d], 0) {
			panic(fmt.Sprintf("basis: Discrete: base frequency %d is %v", d, base[d]))
		}
		for j := range c {
			c[j] /= sum
		}
		s.cumulative[d] = c
	}
	return s
}

type discrete struct {
	cumulative [][]float64
	base       []float64
}

func (s discrete) Dims(d int) (normals, uniforms int) {
	mustHaveInputs("discrete", len(s.base), d)
	return 0, d
}

// Frequency takes the sign from the half that u is in, and the harmonic from
// its distance to 1/2, which is uniform again.
func (s discrete) Frequency(omega, _, u []float64) {
	for d, c := range s.cumulative {
		v := math.Abs(2*u[d] - 1)
		j := sort.Search(len(c), func(i int) bool { return c[i] > v })
		f := float64(min(j, len(c)-1)) * s.base[d]
		if u[d] < 0.5 {
			f = -f
		}
		omega[d] += f
	}
}
