package ppl

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/ad"
	"matheron/prob"
)

// MultivariateNormal returns the normal law of a vector with covariance C = L L',
// from the n x n lower triangular factor L, of which it reads the diagonal and
// what is below. The mean is a vector, or a number for all elements. A density
// costs n^2.
func MultivariateNormal(mean, cholesky ad.Value) Distribution {
	return gaussian("MultivariateNormal", mean, cholesky, prob.NormalFromCholesky)
}

// MultivariateNormalCovariance is [MultivariateNormal] from the covariance C. A
// density costs n^3/3, and a gradient some n^3.
func MultivariateNormalCovariance(mean, covariance ad.Value) Distribution {
	return gaussian("MultivariateNormalCovariance", mean, covariance, prob.NormalFromCovariance)
}

// MultivariateNormalPrecision is [MultivariateNormalCovariance] from the inverse
// of C.
func MultivariateNormalPrecision(mean, precision ad.Value) Distribution {
	return gaussian("MultivariateNormalPrecision", mean, precision, prob.NormalFromPrecision)
}

// gaussian returns the law of the form that from makes.
func gaussian(name string, mean, m ad.Value, from func([]float64, mat.Matrix) (*prob.MultivariateNormal, error)) Distribution {
	n, c := m.Dims()
	if m.Rank() != 2 || n != c || n == 0 || mean.Len() != 1 && ShapeOf(mean) != VectorShape(n) {
		panic(fmt.Sprintf("ppl: %s: a mean of shape %v and a matrix of shape %v", name, ShapeOf(mean), ShapeOf(m)))
	}
	one := mat.NewDiagDense(n, nil)
	zero := make([]float64, n)
	for i := range n {
		one.SetDiag(i, 1)
	}
	if mean.Len() == 1 {
		mean = ad.Add(mean, mean.Tape().ConstVector(zero))
	}
	proto, err := from(zero, one)
	if err != nil {
		panic(fmt.Sprintf("ppl: %s: %v", name, err)) // the identity is a covariance
	}
	return OfVector(proto, mean, ad.Gather(ad.Reshape(m, n*n), lower(n)))
}

// lower returns the places on and below the diagonal, row by row.
func lower(n int) []int {
	at := make([]int, 0, n*(n+1)/2)
	for i := range n {
		for j := range i + 1 {
			at = append(at, i*n+j)
		}
	}
	return at
}
