package infer

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/rng"
)

// Gaussian is the multivariate normal N(m, L L') on R^Dim, an approximation of a
// target: what [Laplace] and [SVI] find. It is immutable.
type Gaussian struct {
	mean []float64
	sd   []float64  // if L = diag(sd)
	l    *mat.Dense // otherwise: lower triangular with a positive diagonal
}

// NewGaussian returns N(mean, l l') for a lower triangular l, of which it reads the
// diagonal and what is below. Both are copied. It panics if the diagonal is not
// positive.
func NewGaussian(mean []float64, l mat.Matrix) *Gaussian {
	n := len(mean)
	if r, c := l.Dims(); r != n || c != n {
		panic(fmt.Sprintf("infer: a %d x %d factor for %d dimensions", r, c, n))
	}
	g := &Gaussian{mean: append([]float64(nil), mean...), l: mat.NewDense(n, n, nil)}
	for i := range n {
		for j := range i + 1 {
			g.l.Set(i, j, l.At(i, j))
		}
		if !(l.At(i, i) > 0) {
			panic(fmt.Sprintf("infer: a factor with %v on its diagonal", l.At(i, i)))
		}
	}
	return g
}

// NewDiagonalGaussian returns the normal of independent coordinates. Both slices
// are copied. It panics if a deviation is not positive.
func NewDiagonalGaussian(mean, sd []float64) *Gaussian {
	if len(mean) != len(sd) {
		panic(fmt.Sprintf("infer: %d means and %d deviations", len(mean), len(sd)))
	}
	for _, s := range sd {
		if !(s > 0) {
			panic(fmt.Sprintf("infer: a deviation of %v", s))
		}
	}
	return &Gaussian{mean: append([]float64(nil), mean...), sd: append([]float64(nil), sd...)}
}

// Dim returns the dimension.
func (g *Gaussian) Dim() int { return len(g.mean) }

// Mean returns a copy of the mean.
func (g *Gaussian) Mean() []float64 { return append([]float64(nil), g.mean...) }

// SD returns the deviation of each coordinate.
func (g *Gaussian) SD() []float64 {
	if g.l == nil {
		return append([]float64(nil), g.sd...)
	}
	out := make([]float64, g.Dim())
	for i := range out {
		s := 0.0
		for _, v := range g.l.RawRowView(i)[:i+1] {
			s = math.Hypot(s, v)
		}
		out[i] = s
	}
	return out
}

// Covariance returns L L'.
func (g *Gaussian) Covariance() *mat.SymDense {
	n := g.Dim()
	out := mat.NewSymDense(n, nil)
	for i := range n {
		if g.l == nil {
			out.SetSym(i, i, g.sd[i]*g.sd[i])
			continue
		}
		for j := range i + 1 {
			s := 0.0
			for k := range j + 1 {
				s += g.l.At(i, k) * g.l.At(j, k)
			}
			out.SetSym(i, j, s)
		}
	}
	return out
}

// logDet returns log det L.
func (g *Gaussian) logDet() float64 {
	s := 0.0
	for i := range g.mean {
		if g.l == nil {
			s += math.Log(g.sd[i])
		} else {
			s += math.Log(g.l.At(i, i))
		}
	}
	return s
}

// log2Pi is log(2 pi).
const log2Pi = 1.8378770664093454835606594728112352797

// Entropy returns D/2 (1 + log 2 pi) + log det L.
func (g *Gaussian) Entropy() float64 {
	return float64(g.Dim())/2*(1+log2Pi) + g.logDet()
}

// LogProb returns the log density at x. Cost D²/2.
func (g *Gaussian) LogProb(x []float64) float64 {
	n := g.Dim()
	if len(x) != n {
		panic(fmt.Sprintf("infer: a point of %d coordinates for %d dimensions", len(x), n))
	}
	z := make([]float64, n)
	q := 0.0
	for i := range z {
		z[i] = x[i] - g.mean[i]
		if g.l == nil {
			z[i] /= g.sd[i]
		} else {
			row := g.l.RawRowView(i)
			for j := range i {
				z[i] -= row[j] * z[j]
			}
			z[i] /= row[i]
		}
		q += z[i] * z[i]
	}
	return -(float64(n)*log2Pi+q)/2 - g.logDet()
}

// Draw returns n draws, n x Dim. Draw i depends on the key and on i alone.
func (g *Gaussian) Draw(key rng.Key, n int) *mat.Dense {
	if n < 1 {
		panic(fmt.Sprintf("infer: %d draws of a Gaussian", n))
	}
	out := mat.NewDense(n, g.Dim(), nil)
	z := make([]float64, g.Dim())
	for i := range n {
		r := key.Split(i).Rand()
		for j := range z {
			z[j] = r.NormFloat64()
		}
		g.at(out.RawRowView(i), z)
	}
	return out
}

// at sets x to m + L z.
func (g *Gaussian) at(x, z []float64) {
	for i := range x {
		x[i] = g.mean[i]
		if g.l == nil {
			x[i] += g.sd[i] * z[i]
			continue
		}
		for j, v := range g.l.RawRowView(i)[:i+1] {
			x[i] += v * z[j]
		}
	}
}
