package basis

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
)

// orthogonalBlock makes vectors of n numbers, each N(0, I), whose directions
// are orthogonal within blocks of n: the directions of a block are the rows of
// a Haar-distributed orthogonal matrix, the norms independent chi(n).
type orthogonalBlock struct {
	q    [][]float64 // directions of the current block
	used int         // how many of them are made
	z    []float64
}

func newOrthogonalBlock(n int) *orthogonalBlock {
	b := &orthogonalBlock{q: make([][]float64, n), used: n, z: make([]float64, n)}
	for i := range b.q {
		b.q[i] = make([]float64, n)
	}
	return b
}

// next returns the next vector, valid until the call after it.
//
// A direction is a Gaussian vector less its projections on the earlier ones:
// the QR decomposition of a Gaussian matrix with a positive diagonal of R,
// whose Q is Haar (Mezzadri 2007), one row at a time. Projecting twice makes it
// orthogonal to rounding error (Giraud et al. 2005).
func (b *orthogonalBlock) next(r *rand.Rand) []float64 {
	n := len(b.q)
	if b.used == n {
		b.used = 0
	}
	v := b.q[b.used]
	for {
		for i := range v {
			v[i] = r.NormFloat64()
		}
		before := floats.Norm(v, 2)
		for range 2 {
			for _, q := range b.q[:b.used] {
				floats.AddScaled(v, -floats.Dot(q, v), q)
			}
		}
		// What is left is rounding error only with a probability of about
		// this bound; then draw again.
		if after := floats.Norm(v, 2); after > 1e-10*before {
			floats.Scale(1/after, v)
			break
		}
	}
	b.used++
	var chi2 float64
	for range n {
		g := r.NormFloat64()
		chi2 += g * g
	}
	floats.ScaleTo(b.z, math.Sqrt(chi2), v)
	return b.z
}
