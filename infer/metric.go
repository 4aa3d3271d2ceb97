package infer

import (
	"fmt"
	"math/rand/v2"
)

// Metric is a Euclidean metric: the matrix M whose inverse stands in for the
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
	Diagonal MetricKind = iota // a variance each coordinate: O(D) a leapfrog step
	Dense                      // a covariance: O(D²) a step, O(D³) a window
	Unit                       // none
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

// UnitMetric is M = I in that many dimensions.
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
