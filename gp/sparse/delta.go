package sparse

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Delta is the guide that is one point: u = mean for sure. Its parameters are
// that point. Its entropy is -Inf, and counts as 0: what an ELBO climbs over it
// is the log joint density of targets and u, whose top is the MAP estimate of u
// (of v, inside of [Whitened]), and its KL to p(u) is -log p(u).
type Delta struct {
	mean []float64
}

var _ Trainable = Delta{}

// NewDelta returns the guide at u, which is copied. The error is a
// [*GuideParamError] for a number that is not finite.
func NewDelta(u []float64) (Delta, error) {
	for i, v := range u {
		if !finite(v) {
			return Delta{}, &GuideParamError{i, v}
		}
	}
	return Delta{append([]float64(nil), u...)}, nil
}

// Mean implements [Guide].
func (q Delta) Mean() []float64 { return append([]float64(nil), q.mean...) }

// Covariance implements [Guide]: zero.
func (q Delta) Covariance() *mat.Dense { return mat.NewDense(len(q.mean), len(q.mean), nil) }

// Draw implements [Guide]: the point.
func (q Delta) Draw(*rand.Rand) []float64 { return q.Mean() }

// LogDet implements [Trainable]: the value for which a Gaussian's entropy,
// (M + M log 2 pi + log det)/2, is 0.
func (q Delta) LogDet() float64 { return -float64(len(q.mean)) * (1 + math.Log(2*math.Pi)) }

// Params implements [Trainable].
func (q Delta) Params() []float64 { return q.Mean() }

// WithParams implements [Trainable].
func (q Delta) WithParams(theta []float64) (Trainable, error) {
	checkLen("Delta", "parameters", len(theta), len(q.mean))
	return NewDelta(theta)
}

// ParamGrad implements [Trainable].
func (q Delta) ParamGrad(dst, dMean []float64, _ *mat.Dense, _ float64) {
	checkLen("Delta", "parameters", len(dst), len(q.mean))
	for i, v := range dMean {
		dst[i] += v
	}
}
