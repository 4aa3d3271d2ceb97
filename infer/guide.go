package infer

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// GuideKind is a family of normal distributions to fit.
type GuideKind int

const (
	MeanField GuideKind = iota // independent coordinates: 2 D parameters
	FullRank                   // any covariance: D (D + 3)/2 parameters
)

// String returns the kind in words.
func (k GuideKind) String() string {
	switch k {
	case MeanField:
		return "mean field"
	case FullRank:
		return "full rank"
	}
	return fmt.Sprintf("GuideKind(%d)", int(k))
}

// guide is N(m, S S') with S = diag(exp(rho)) W, W lower triangular with a unit
// diagonal, while it is fitted. Its parameters are m, rho and, if of full rank, the
// rows of W below the diagonal.
type guide struct {
	dim    int
	params []float64
	full   bool
}

func newGuide(kind GuideKind, mean []float64, sd float64) *guide {
	d := len(mean)
	g := &guide{dim: d, params: make([]float64, 2*d)}
	switch kind {
	case MeanField:
	case FullRank:
		g.full = true
		g.params = make([]float64, 2*d+d*(d-1)/2)
	default:
		panic(fmt.Sprintf("infer: %v", kind))
	}
	copy(g.params, mean)
	for i := range d {
		g.params[d+i] = math.Log(sd)
	}
	return g
}

// mean, logSD and row are the parts of a vector of parameters.
func (g *guide) mean(p []float64) []float64  { return p[:g.dim] }
func (g *guide) logSD(p []float64) []float64 { return p[g.dim : 2*g.dim] }
func (g *guide) row(p []float64, i int) []float64 {
	if !g.full {
		return nil
	}
	at := 2*g.dim + i*(i-1)/2
	return p[at : at+i]
}

// correlate sets a to W z.
func (g *guide) correlate(a, z []float64) {
	for i := range a {
		a[i] = z[i]
		for j, w := range g.row(g.params, i) {
			a[i] += w * z[j]
		}
	}
}

// point sets x to m + sign diag(exp(rho)) a.
func (g *guide) point(x, a []float64, sign float64) {
	m, rho := g.mean(g.params), g.logSD(g.params)
	for i := range x {
		x[i] = m[i] + sign*math.Exp(rho[i])*a[i]
	}
}

// solveTrans sets b to W'⁻¹ z, which is -exp(rho) d log q/dx at
// m + diag(exp(rho)) W z.
func (g *guide) solveTrans(b, z []float64) {
	copy(b, z)
	for i := g.dim - 1; i > 0; i-- {
		for j, w := range g.row(g.params, i) {
			b[j] -= w * b[i]
		}
	}
}

// addGrad adds to grad weight times the gradient of log p(x) - log q(x) through
// x = m + sign diag(exp(rho)) W z, the part of m in units of exp(rho): with dx the
// gradient of log p at x, a = W z, b = W'⁻¹ z and h_i = exp(rho_i) dx_i + sign b_i,
//
//	d/dm_i = h_i / exp(rho_i),  d/drho_i = sign h_i (W z)_i,  d/dW_ij = sign h_i z_j.
func (g *guide) addGrad(grad, dx, a, b, z []float64, weight, sign float64) {
	m, rho := g.mean(grad), g.logSD(grad)
	for i, v := range dx {
		h := weight * (math.Exp(g.logSD(g.params)[i])*v + sign*b[i])
		m[i] += h
		rho[i] += sign * h * a[i]
		row := g.row(grad, i)
		for j := range row {
			row[j] += sign * h * z[j]
		}
	}
}

// move adds a step, its part of m in units of exp(rho).
func (g *guide) move(step []float64) {
	m, rho := g.mean(g.params), g.logSD(g.params)
	for i := range m {
		m[i] += math.Exp(rho[i]) * step[i]
	}
	for i, s := range step[g.dim:] {
		g.params[g.dim+i] += s
	}
}

// entropy returns D/2 (1 + log 2 pi) + sum rho.
func (g *guide) entropy() float64 {
	s := float64(g.dim) / 2 * (1 + log2Pi)
	for _, r := range g.logSD(g.params) {
		s += r
	}
	return s
}

// gaussian returns the guide of a vector of parameters as a value.
func (g *guide) gaussian(p []float64) *Gaussian {
	sd := make([]float64, g.dim)
	for i, r := range g.logSD(p) {
		sd[i] = math.Exp(r)
	}
	if !g.full {
		return NewDiagonalGaussian(g.mean(p), sd)
	}
	l := mat.NewDense(g.dim, g.dim, nil)
	for i := range g.dim {
		for j, w := range g.row(p, i) {
			l.Set(i, j, sd[i]*w)
		}
		l.Set(i, i, sd[i])
	}
	return NewGaussian(g.mean(p), l)
}

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

// pair draws a pair and returns its mean of log p(x) - log q(x), -Inf if either point
// is outside of the support. It is an estimate of the ELBO: log p(x) + H(q) plus the
// control variate z'z/2 - D/2 of mean zero, free of noise where the guide has the
// shape of the target.
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
// the ELBO itself, over n pairs less those outside of the support; NaN if all are.
// The gradient of -log q is taken through the samples and not through the parameters
// of q: what that leaves out has mean zero, and without it the estimate has no noise
// where the guide has the shape of the target (Roeder, Wu and Duvenaud, Sticking the
// landing, 2017).
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
