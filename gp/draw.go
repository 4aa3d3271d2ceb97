package gp

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/linalg"
	"matheron/rng"
)

// Draw returns s joint draws of f at the T rows of x, S x T, and the jitter that
// was added to the diagonal of their covariance.
//
//	f = E f(x) + C z,  C C' = cov f(x, x) + jitter I,  z ~ N(0, I)
//
// Draw i takes the stream key.Split(i), so that it does not depend on how many
// are drawn. The covariance of close points is singular to rounding: jitter is
// added where its factorisation fails, from 1e-10 up to 1e-4 times the mean
// prior variance at x. The error is a *[linalg.NotPositiveDefinite] beyond that.
// It panics on shapes that do not fit.
//
// For T points Draw takes T³/3 flop on top of [Exact.Covariance]: it is the
// exact reference for few points. Draws that are functions, at any number of
// points, are what package pathwise makes.
func (p *Exact) Draw(key rng.Key, s int, x *mat.Dense) (draws *mat.Dense, jitter float64, err error) {
	t := p.checkColumns("Draw", x)
	if s < 1 {
		panic(fmt.Sprintf("gp: Draw: %d draws, want at least 1", s))
	}
	prior := make([]float64, t)
	p.Kernel().Diag(prior, x)
	var scale float64
	for _, v := range prior {
		scale += v / float64(t)
	}
	c, err := linalg.Factorize(p.Covariance(nil, x), linalg.Policy{Retry: true, Scale: max(scale, 0)})
	if err != nil {
		return nil, 0, err
	}
	z := mat.NewDense(t, s, nil)
	for j := range s {
		r := key.Split(j).Rand()
		for i := range t {
			z.Set(i, j, r.NormFloat64())
		}
	}
	f := mat.NewDense(t, s, nil)
	c.MulLower(f, z)
	mean := p.Mean(nil, x)
	draws = mat.NewDense(s, t, nil)
	for j := range s {
		row := draws.RawRowView(j)
		for i := range row {
			row[i] = mean[i] + f.At(i, j)
		}
	}
	return draws, c.Jitter(), nil
}
