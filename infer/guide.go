package infer

import (
	"fmt"
	"math"

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
// diagonal, being fitted. Its parameters are m, rho and, of full rank, the rows of
// W below the diagonal.
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

// solveTrans sets b to W'⁻¹ z, which is -exp(rho) d log q/dx at m + diag(exp(rho)) W z.
func (g *guide) solveTrans(b, z []float64) {
	copy(b, z)
	for i := g.dim - 1; i > 0; i-- {
		for j, w := range g.row(g.params, i) {
			b[j] -= w * b[i]
		}
	}
}

// addGrad adds to grad weight times that of log p(x) - log q(x) through x = m +
// sign diag(exp(rho)) W z, the part of m in units of exp(rho): with b of landing and
// h_i = exp(rho_i) d log p/dx_i + sign b_i,
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
