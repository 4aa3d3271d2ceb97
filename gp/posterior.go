package gp

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/linalg"
	"matheron/rng"
)

// Posterior is what data say of a function f of D inputs: [*Exact], [*Mixture], that
// of package gp/sparse, or one of your own, which package gp/gptest checks. It is
// immutable and safe for many goroutines.
//
// The methods panic on shapes that do not fit. What some posteriors can do beside is
// an interface of one method: [HasPrior], [HasEvidence].
type Posterior interface {
	// Inputs returns the number of inputs D.
	Inputs() int
	// Mean sets dst[i] to E f(x_i) for the rows of x, T x D, and returns dst, a new
	// slice if it is nil. Element i depends on row i of x alone.
	Mean(dst []float64, x *mat.Dense) []float64
	// Variance sets dst[i] to var f(x_i), which is not negative, in the same way.
	Variance(dst []float64, x *mat.Dense) []float64
	// Covariance sets dst to cov f(x_i, x_j), T x T, both triangles, and returns it, a
	// new matrix if it is nil.
	Covariance(dst, x *mat.Dense) *mat.Dense
	// Draw returns s joint draws of f at the rows of x, S x T, and the jitter that was
	// added to the diagonal of a covariance for that. The same key gives the same draws.
	Draw(key rng.Key, s int, x *mat.Dense) (draws *mat.Dense, jitter float64, err error)
}

// HasPrior is the ability of a posterior of naming the prior that it comes from.
type HasPrior interface {
	Prior() Prior
}

// HasEvidence is the ability of a posterior of knowing log p(y), the log density of
// the targets under its prior.
type HasEvidence interface {
	LogEvidence() float64
}

var (
	_ Posterior   = (*Exact)(nil)
	_ HasPrior    = (*Exact)(nil)
	_ HasEvidence = (*Exact)(nil)
	_ Posterior   = (*Mixture)(nil)
)

// DrawGaussian returns s joint draws of a Gaussian with this mean and covariance,
// S x T: what [Posterior].Draw is for one that has these. cov is overwritten. Draw i takes
// the stream key.Split(i), so that it does not depend on how many are drawn:
//
//	f = mean + C z,  C C' = cov + jitter I,  z ~ N(0, I)
//
// The covariance of close points is singular to rounding: jitter is added where its
// factorisation fails, from 1e-10 up to 1e-4 times scale, such as the mean prior
// variance. The error is a *[linalg.NotPositiveDefinite] beyond that. It panics if
// s < 1. Cost T³/3.
func DrawGaussian(key rng.Key, s int, mean []float64, cov *mat.Dense, scale float64) (draws *mat.Dense, jitter float64, err error) {
	if s < 1 {
		panic(fmt.Sprintf("gp: Draw: %d draws, want at least 1", s))
	}
	t := len(mean)
	c, err := linalg.Factorize(cov, linalg.Policy{Retry: true, Scale: max(scale, 0)})
	if err != nil {
		return nil, 0, err
	}
	z := mat.NewDense(t, s, nil)
	for j := range s {
		r := key.Split(j).Rand()
		for i := range t {
			z.Set(i, j, r.NormFloat64())
		}
	}
	f := mat.NewDense(t, s, nil)
	c.MulLower(f, z)
	draws = mat.NewDense(s, t, nil)
	for j := range s {
		row := draws.RawRowView(j)
		for i := range row {
			row[i] = mean[i] + f.At(i, j)
		}
	}
	return draws, c.Jitter(), nil
}
