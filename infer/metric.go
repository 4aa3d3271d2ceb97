package infer

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"matheron/linalg"
)

// Metric is a Euclidean metric: the matrix M whose inverse approximates the
// covariance of the target. The momentum is p ~ N(0, M), its velocity M⁻¹ p and
// its kinetic energy p'M⁻¹p / 2. It is a value, safe for many goroutines:
// [UnitMetric], [DiagMetric] or [*DenseMetric].
type Metric interface {
	Dim() int
	// Velocity sets dst to M⁻¹ p. dst must not overlap p.
	Velocity(dst, p []float64)
	// Momentum sets dst to a draw from N(0, M).
	Momentum(dst []float64, r *rand.Rand)
}

var (
	_ Metric = UnitMetric(0)
	_ Metric = DiagMetric{}
	_ Metric = (*DenseMetric)(nil)
)

// MetricKind says which metric a warm-up adapts.
type MetricKind int

const (
	Diagonal MetricKind = iota // the variances: O(D) a leapfrog step
	Dense                      // the covariance: O(D²) a step, O(D³) a window
	Unit                       // the identity, not adapted
)

// String returns the kind in words.
func (k MetricKind) String() string {
	switch k {
	case Diagonal:
		return "diagonal"
	case Dense:
		return "dense"
	case Unit:
		return "unit"
	}
	return fmt.Sprintf("MetricKind(%d)", int(k))
}

// UnitMetric is M = I; its value is the dimension.
type UnitMetric int

// Dim implements [Metric].
func (m UnitMetric) Dim() int { return int(m) }

// Velocity implements [Metric].
func (m UnitMetric) Velocity(dst, p []float64) { copy(dst, p) }

// Momentum implements [Metric].
func (m UnitMetric) Momentum(dst []float64, r *rand.Rand) {
	for i := range dst {
		dst[i] = r.NormFloat64()
	}
}

// DiagMetric is M⁻¹ = diag(Variance). Every variance must be positive and finite.
type DiagMetric struct {
	Variance []float64
}

// Dim implements [Metric].
func (m DiagMetric) Dim() int { return len(m.Variance) }

// Velocity implements [Metric].
func (m DiagMetric) Velocity(dst, p []float64) {
	v := m.Variance[:len(dst)]
	p = p[:len(dst)]
	for i := range dst {
		dst[i] = v[i] * p[i]
	}
}

// Momentum implements [Metric].
func (m DiagMetric) Momentum(dst []float64, r *rand.Rand) {
	for i := range dst {
		dst[i] = r.NormFloat64() / math.Sqrt(m.Variance[i])
	}
}

// checkMetric panics unless m has that dimension.
func checkMetric(m Metric, dim int) {
	if m == nil {
		panic("infer: a tuning has no metric")
	}
	if m.Dim() != dim {
		panic(fmt.Sprintf("infer: a metric of %d dimensions for a target of %d", m.Dim(), dim))
	}
}

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
