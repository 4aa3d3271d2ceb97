package gp

import (
	"gonum.org/v1/gonum/mat"

	"matheron/rng"
)

// Draw returns s joint draws of f at the T rows of x, S x T, and the jitter that
// was added to the diagonal of their covariance, by [DrawGaussian] with the mean prior
// variance at x as the scale of the jitter. Draw i takes the stream key.Split(i). The
// error is a *[linalg.NotPositiveDefinite]. It panics on shapes that do not fit.
//
// For T points Draw takes T³/3 flop on top of [Exact.Covariance]: it is the
// exact reference for few points. Draws that are functions, at any number of
// points, are what package pathwise makes.
func (p *Exact) Draw(key rng.Key, s int, x *mat.Dense) (draws *mat.Dense, jitter float64, err error) {
	t := p.checkColumns("Draw", x)
	prior := make([]float64, t)
	p.Kernel().Diag(prior, x)
	var scale float64
	for _, v := range prior {
		scale += v / float64(t)
	}
	return DrawGaussian(key, s, p.Mean(nil, x), p.Covariance(nil, x), scale)
}
