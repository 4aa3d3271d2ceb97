package infer

import (
	"math"
	"math/rand/v2"
)

// pairs draws antithetic samples of a guide: z and -z.
type pairs struct {
	target Target
	guide  *guide
	z, a   []float64 // and W z
	b      []float64 // W'⁻¹ z
	x, dx  [2][]float64
}

func newPairs(t Target, g *guide) *pairs {
	p := &pairs{target: t, guide: g, z: make([]float64, g.dim), a: make([]float64, g.dim), b: make([]float64, g.dim)}
	for i := range p.x {
		p.x[i], p.dx[i] = make([]float64, g.dim), make([]float64, g.dim)
	}
	return p
}

// pair draws a pair and returns its mean of log p(x) - log q(x), -Inf if either is
// outside. As an estimate of the ELBO that is log p(x) + H(q) with z'z/2 - D/2, of
// mean zero, added: without noise where the guide has the shape of the target.
func (p *pairs) pair(r *rand.Rand) float64 {
	square := 0.0
	for i := range p.z {
		p.z[i] = r.NormFloat64()
		square += p.z[i] * p.z[i]
	}
	p.guide.correlate(p.a, p.z)
	lp := 0.0
	for k, sign := range [2]float64{1, -1} {
		p.guide.point(p.x[k], p.a, sign)
		v := logProbGrad(p.target, p.dx[k], p.x[k])
		if !allFinite(p.dx[k]) {
			v = math.Inf(-1)
		}
		lp += v / 2
	}
	return lp + p.guide.entropy() + (square-float64(p.guide.dim))/2
}

// gradient sets grad to an estimate of the gradient of the ELBO and returns one of
// the ELBO itself, over n pairs less those that are outside; NaN if all are. The
// gradient goes through the samples only, also that of -log q: the mean of what that
// leaves out is zero, and so is its noise where the guide has the shape of the
// target (Roeder, Wu and Duvenaud, Sticking the landing, 2017).
func (p *pairs) gradient(grad []float64, r *rand.Rand, n int) (elbo float64, outside int) {
	clear(grad)
	inside := 0.0
	for range n {
		v := p.pair(r)
		if math.IsInf(v, -1) {
			outside++
			continue
		}
		inside++
		elbo += v
		p.guide.solveTrans(p.b, p.z)
		p.guide.addGrad(grad, p.dx[0], p.a, p.b, p.z, 0.5, 1)
		p.guide.addGrad(grad, p.dx[1], p.a, p.b, p.z, 0.5, -1)
	}
	if inside == 0 {
		return math.NaN(), outside
	}
	for i := range grad {
		grad[i] /= inside
	}
	return elbo / inside, outside
}
