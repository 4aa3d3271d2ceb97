package pathwise

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/linalg"
)

// conditioned is what the law of paths is made of, besides their features: the
// correction is k(x, X) H⁻¹ (r - prior path at X - e), where r has a mean and a
// covariance. For an exact posterior X are the rows, r is y - m(X) and fixed, and
// e has the variance Sigma; for a guide X are the inducing inputs Z, r is u - m(Z)
// with u ~ q, and e has the variance of the jitter.
type conditioned interface {
	// factor is that of H.
	factor() *linalg.Cholesky
	// residual is the mean of r.
	residual() []float64
	// spread adds A C Aᵀ to the lower triangle of c, where C is the covariance
	// of r - e. It may overwrite a.
	spread(c, a *mat.Dense)
	// covariance is that of f at the rows of x, without a basis.
	covariance(x *mat.Dense) *mat.Dense
}

// exact is a posterior given rows.
type exact struct{ *gp.Exact }

func (e exact) factor() *linalg.Cholesky { return e.Cholesky() }

func (e exact) residual() []float64 {
	r := make([]float64, e.Len())
	e.PriorMean().Eval(r, e.X())
	for i, y := range e.Y() {
		r[i] = y - r[i]
	}
	return r
}

func (e exact) spread(c, a *mat.Dense) {
	sd := make([]float64, e.Len())
	for j, v := range e.NoiseDiag() {
		sd[j] = math.Sqrt(v)
	}
	scaleColumns(a, sd)
	linalg.SymRankK(c, 1, a)
}

func (e exact) covariance(x *mat.Dense) *mat.Dense { return e.Covariance(nil, x) }

// scaleColumns multiplies column j of a by s[j].
func scaleColumns(a *mat.Dense, s []float64) {
	n, _ := a.Dims()
	for i := range n {
		row := a.RawRowView(i)
		for j := range row {
			row[j] *= s[j]
		}
	}
}
