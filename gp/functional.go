package gp

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Functional returns the mean and the variance of a linear functional g = L f,
// such as an integral of f, an inner product with it or a derivative of it, given
// what L makes of the prior: the mean L m, the covariances c_i = Cov(g, f(x_i)) =
// L k(·, x_i) with f at the rows of X, and the variance v = L L' k,
//
//	E g   = L m + cᵀ H⁻¹ (y - m(X))
//	var g = v - cᵀ H⁻¹ c
//
// (Rasmussen and Williams 2006, section 9.4, for derivatives; O'Hagan 1991,
// Bayes-Hermite quadrature, for integrals). A variance that rounding hides is of the
// size of that rounding, as [Exact.Variance] has it. It panics if there is not a
// covariance for each row. Cost O(N²).
func (p *Exact) Functional(mean float64, cov []float64, variance float64) (m, v float64) {
	if len(cov) != p.Len() {
		panic(fmt.Sprintf("gp: Functional: %d covariances with %d rows", len(cov), p.Len()))
	}
	solved := append([]float64(nil), cov...)
	column := mat.NewDense(len(solved), 1, solved)
	p.solver.Solve(column, column)
	m, v = mean, variance
	for i, c := range cov {
		m += c * p.weights[i]
		v -= c * solved[i]
	}
	if size := epsilon*variance + p.loss.of(solved); !(v >= reach*size) {
		v = max(v, size, p.noiseOf(solved))
	}
	return m, v
}
