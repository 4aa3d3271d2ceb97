package sparse

import (
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Guide is a Gaussian distribution q(u) of the M inducing variables: an immutable value,
// safe for many goroutines.
type Guide interface {
	// Mean returns E u, a new slice.
	Mean() []float64
	// Covariance returns cov u, a new M x M matrix, both triangles.
	Covariance() *mat.Dense
	// Draw returns one draw of u.
	Draw(r *rand.Rand) []float64
}

// Trainable is a guide with parameters that an ELBO is differentiated to. All
// guides of this package are.
type Trainable interface {
	Guide
	// Params returns the parameters, a new slice.
	Params() []float64
	// WithParams returns the guide of the same kind with these parameters. It
	// panics if their number differs; the error is a [*GuideParamError] or a
	// *[matheron/linalg.NotPositiveDefinite].
	WithParams(theta []float64) (Trainable, error)
	// LogDet returns log det cov u.
	LogDet() float64
	// ParamGrad adds to dst the gradient, with respect to the parameters, of a
	// function F(mean, cov, log det cov) with these derivatives; dCov is
	// symmetric.
	ParamGrad(dst, dMean []float64, dCov *mat.Dense, dLogDet float64)
}

// Factored is the ability of a guide of having its scale at hand: the lower
// triangular T with cov u = T T'.
type Factored interface {
	// ScaleTril returns T, which must not be written to.
	ScaleTril() *mat.Dense
}

// packed is the number of elements of a lower triangle.
func packed(m int) int { return m * (m + 1) / 2 }

func checkLen(op, what string, got, want int) {
	if got != want {
		panic(fmt.Sprintf("sparse: %s: %d %s, want %d", op, got, what, want))
	}
}

func checkSquare(op string, a *mat.Dense, m int) {
	if r, c := a.Dims(); r != m || c != m {
		panic(fmt.Sprintf("sparse: %s: matrix is %d x %d, want %d x %d", op, r, c, m, m))
	}
}

// normals returns n independent standard normal numbers.
func normals(n int, r *rand.Rand) []float64 {
	z := make([]float64, n)
	for i := range z {
		z[i] = r.NormFloat64()
	}
	return z
}

// column returns v as a matrix of one column that shares its storage.
func column(v []float64) *mat.Dense { return mat.NewDense(len(v), 1, v) }

// lowerTimes returns T v for a lower triangular T.
func lowerTimes(t *mat.Dense, v []float64) []float64 {
	out := make([]float64, len(v))
	for i := range v {
		for j, a := range t.RawRowView(i)[:i+1] {
			out[i] += a * v[j]
		}
	}
	return out
}
