package infer

import (
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"matheron/linalg"
)

// DenseMetric is M⁻¹ = S for a covariance matrix S = L L'. The momentum is
// L'⁻¹ z with z standard normal. It is immutable.
type DenseMetric struct {
	cov  *mat.Dense
	chol *linalg.Cholesky
}

// NewDenseMetric returns the metric of a covariance. The error is a
// [*linalg.NotPositiveDefinite]. Cost D³/3.
func NewDenseMetric(cov mat.Symmetric) (*DenseMetric, error) {
	n := cov.SymmetricDim()
	s := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			s.Set(i, j, cov.At(i, j))
		}
	}
	chol, err := linalg.Factorize(mat.DenseCopyOf(s), linalg.Policy{})
	if err != nil {
		return nil, fmt.Errorf("metric: %w", err)
	}
	return &DenseMetric{s, chol}, nil
}

// Covariance returns a copy of M⁻¹.
func (m *DenseMetric) Covariance() *mat.SymDense {
	n, _ := m.cov.Dims()
	s := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			s.SetSym(i, j, m.cov.At(i, j))
		}
	}
	return s
}

// Dim implements [Metric].
func (m *DenseMetric) Dim() int { return m.chol.N() }

// Velocity implements [Metric].
func (m *DenseMetric) Velocity(dst, p []float64) {
	n := len(dst)
	blas64.Gemv(blas.NoTrans, 1, m.cov.RawMatrix(),
		blas64.Vector{N: n, Data: p, Inc: 1}, 0, blas64.Vector{N: n, Data: dst, Inc: 1})
}

// Momentum implements [Metric].
func (m *DenseMetric) Momentum(dst []float64, r *rand.Rand) {
	for i := range dst {
		dst[i] = r.NormFloat64()
	}
	l := m.chol.L().RawMatrix()
	blas64.Trsv(blas.Trans, blas64.Triangular{
		Uplo: blas.Lower, Diag: blas.NonUnit, N: l.Rows, Data: l.Data, Stride: l.Stride,
	}, blas64.Vector{N: len(dst), Data: dst, Inc: 1})
}
