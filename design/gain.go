package design

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Gain is an estimate of the expected information gain of a design, in nats.
type Gain struct {
	// Value is the nested Monte Carlo estimate. Its expectation is too large.
	Value float64
	// Bias is how much too large, to leading order, estimated from the same draws.
	// It is good where it is small beside 1; where outcomes are so informative
	// that few of the inner draws explain them, the true bias is more.
	Bias float64
	// Lower is the contrastive estimate from the same draws, whose expectation is
	// too small. It is log(M + 1) at most: where it is close to that, more inner
	// draws are needed.
	Lower float64
	// SE is the standard error of Value, from outer and inner draws.
	SE float64
	// Outer is what each outer draw adds to Value, of mean 0, and Inner what each
	// inner draw does: see [Gain.Less].
	Outer, Inner []float64
}

// Less returns Value less that of another design's gain, estimated from the same
// draws, and the standard error of the difference, in which the randomness that
// they share cancels. It panics for gains of different [Nested] settings.
func (g Gain) Less(h Gain) (difference, se float64) {
	if len(g.Outer) != len(h.Outer) || len(g.Inner) != len(h.Inner) {
		panic("design: gains of different numbers of draws")
	}
	minus := func(a, b []float64) []float64 {
		out := make([]float64, len(a))
		for i := range a {
			out[i] = a[i] - b[i]
		}
		return out
	}
	return g.Value - h.Value, standardError(minus(g.Outer, h.Outer), minus(g.Inner, h.Inner))
}

// standardError is that of a sum of two means of independent terms, of which the
// deviations are given.
func standardError(outer, inner []float64) float64 {
	v := 0.0
	for _, dev := range [][]float64{outer, inner} {
		n := float64(len(dev))
		sum := 0.0
		for _, d := range dev {
			sum += d * d
		}
		v += sum / (n * (n - 1))
	}
	return math.Sqrt(v)
}

// GaussianGain returns the expected information gain about a function from
// observing it, with independent errors of variance noise, at points where its
// covariance is cov:
//
//	1/2 log det(I + cov/noise)
//
// (Krause et al. 2008). The error is a *[linalg.NotPositiveDefinite]. It panics if
// noise is 0, where the gain is infinite.
func GaussianGain(cov mat.Symmetric, noise float64) (float64, error) {
	if noise == 0 {
		panic("design: the information gain of observations without noise is infinite")
	}
	h, err := Entropy(cov, noise)
	if err != nil {
		return 0, err
	}
	return h - float64(cov.SymmetricDim())/2*(logTwoPiE+math.Log(noise)), nil
}
