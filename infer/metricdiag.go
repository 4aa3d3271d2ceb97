package infer

import (
	"fmt"
	"math"
	"math/rand/v2"
)

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

// checkMetric panics unless m fits a target of that dimension.
func checkMetric(m Metric, dim int) {
	if m == nil {
		panic("infer: a tuning has no metric")
	}
	if m.Dim() != dim {
		panic(fmt.Sprintf("infer: a metric of %d dimensions for a target of %d", m.Dim(), dim))
	}
}
