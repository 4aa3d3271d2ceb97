package basis

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/mathext"

	"matheron/rng"
)

// Spectrum is the symmetric spectral measure of a stationary kernel of unit
// variance, k(r) = E cos(omega . r), as a recipe that makes one angular
// frequency vector from standard normal and uniform numbers. It is immutable
// and safe for many goroutines.
type Spectrum interface {
	// Dims returns how many standard normals and how many uniforms over (0, 1)
	// one frequency vector for d inputs is made of.
	Dims(d int) (normals, uniforms int)
	// Frequency adds to omega, of length d, the frequency made of z and u,
	// which have the lengths that Dims says and are only read. Adding makes
	// the product of kernels: its frequency is the sum of independent ones.
	Frequency(omega, z, u []float64)
}

// Draw draws m angular frequencies for inputs of d columns, m x d, each the sum
// of one frequency of every spectrum in s, that is, from the spectral measure
// of the product of their kernels. The first m frequencies are the same for any
// larger m.
//
// Independent and Orthogonal give each spectrum its own split of the key;
// Orthogonal makes the normals of a spectrum orthogonal in blocks of as many
// frequencies as it has normals, each alone still N(0, I). Sobol takes one
// scrambled sequence over the normals and uniforms of all spectra.
//
// It returns an error if m < 1, if a Sobol sequence cannot have as many
// dimensions, or if a frequency overflows, and panics if d < 1, s is empty or how is unknown.
func Draw(s []Spectrum, d, m int, how Frequencies, key rng.Key) (*mat.Dense, error) {
	if d < 1 || len(s) == 0 {
		panic(fmt.Sprintf("basis: Draw: %d spectra for %d inputs", len(s), d))
	}
	if m < 1 {
		return nil, fmt.Errorf("random features: %d frequencies asked for, want at least 1", m)
	}
	omega := mat.NewDense(m, d, nil)
	switch how {
	case Independent:
		for i, sp := range s {
			drawIndependent(omega, sp, key.Split(i))
		}
	case Orthogonal:
		for i, sp := range s {
			drawOrthogonal(omega, sp, key.Split(i))
		}
	case Sobol:
		if err := drawSobol(omega, s, key); err != nil {
			return nil, err
		}
	default:
		panic(fmt.Sprintf("basis: Draw: unknown frequencies %d", how))
	}
	for j := range m {
		for c, v := range omega.RawRowView(j) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("random features: frequency %d of input %d is %v: a lengthscale or period is too small for floating point", j, c, v)
			}
		}
	}
	return omega, nil
}

// drawIndependent adds independent frequencies of s to the rows of omega.
func drawIndependent(omega *mat.Dense, s Spectrum, key rng.Key) {
	m, d := omega.Dims()
	nz, nu := s.Dims(d)
	z, u := make([]float64, nz), make([]float64, nu)
	r := key.Rand()
	for j := range m {
		for i := range z {
			z[i] = r.NormFloat64()
		}
		for i := range u {
			u[i] = openUniform(r)
		}
		s.Frequency(omega.RawRowView(j), z, u)
	}
}

// drawOrthogonal adds frequencies of s with orthogonal normals in blocks to the
// rows of omega (Yu et al. 2016, "Orthogonal random features", section 3).
func drawOrthogonal(omega *mat.Dense, s Spectrum, key rng.Key) {
	m, d := omega.Dims()
	nz, nu := s.Dims(d)
	if nz < 2 {
		drawIndependent(omega, s, key) // one direction is +-1, chi(1) its norm
		return
	}
	u := make([]float64, nu)
	b := newOrthogonalBlock(nz)
	r := key.Rand()
	for j := range m {
		z := b.next(r)
		for i := range u {
			u[i] = openUniform(r)
		}
		s.Frequency(omega.RawRowView(j), z, u)
	}
}

// drawSobol adds the frequencies of one scrambled Sobol sequence to the rows of omega.
func drawSobol(omega *mat.Dense, s []Spectrum, key rng.Key) error {
	m, d := omega.Dims()
	dims := 0
	for _, sp := range s {
		nz, nu := sp.Dims(d)
		dims += nz + nu
	}
	if dims == 0 {
		drawFixed(omega, s)
		return nil
	}
	q, err := rng.NewSobol(dims, key)
	if err != nil {
		return fmt.Errorf("random features: Sobol frequencies for %d inputs: %w", d, err)
	}
	p := make([]float64, dims)
	for j := range m {
		q.Point(p, j)
		rest := p
		for _, sp := range s {
			nz, nu := sp.Dims(d)
			z, u := rest[:nz:nz], rest[nz:nz+nu:nz+nu]
			rest = rest[nz+nu:]
			for i, v := range z {
				z[i] = mathext.NormalQuantile(v)
			}
			sp.Frequency(omega.RawRowView(j), z, u)
		}
	}
	return nil
}

// drawFixed adds frequencies that are made of no random number at all.
func drawFixed(omega *mat.Dense, s []Spectrum) {
	m, _ := omega.Dims()
	for j := range m {
		for _, sp := range s {
			sp.Frequency(omega.RawRowView(j), nil, nil)
		}
	}
}

// openUniform draws from the midpoints of 2^52 equal parts of (0, 1): never 0
// or 1, and exact in float64.
func openUniform(r *rand.Rand) float64 {
	return (float64(r.Uint64()>>12) + 0.5) * 0x1p-52
}
