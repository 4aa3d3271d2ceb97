package pathwise

import (
	"fmt"
	"math"
	"sync"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/linalg"
)

// Moments are those of the guide's law of u at the inducing inputs: all that
// the law of drawn functions takes from a guide.
type Moments struct {
	Mean       []float64
	Covariance *mat.Dense // M x M, both triangles
}

// guide is what paths keep of a guide and of its inducing inputs, made when the
// law is asked for first: evaluation needs neither.
type guide struct {
	moments func() Moments
	factor  func() (*linalg.Cholesky, error) // of K_ZZ + jitter I
}

// storedGuide returns the guide with these moments at the inducing inputs z. The
// jitter is all that was in the factor of the draw, and no more is tried: with
// more, the law would not be that of the drawn functions.
func storedGuide(q Moments, prior gp.Prior, z *mat.Dense) *guide {
	return &guide{
		moments: func() Moments { return q },
		factor: sync.OnceValues(func() (*linalg.Cholesky, error) {
			m, _ := z.Dims()
			k := mat.NewDense(m, m, nil)
			prior.Kernel.Cov(k, z, z)
			return linalg.Factorize(k, linalg.Policy{Jitter: prior.Jitter})
		}),
	}
}

// check returns an error unless q is of m variables.
func (q Moments) check(m int) error {
	if len(q.Mean) != m {
		return fmt.Errorf("a guide of %d variables for %d inducing inputs", len(q.Mean), m)
	}
	return wantDims("covariances of the guide", q.Covariance, m, m)
}

// guided is a process given by the moments of a guide at inducing inputs.
type guided struct {
	prior gp.Prior // its Mean is not nil
	z     *mat.Dense
	chol  *linalg.Cholesky
	q     Moments
}

// guided returns what the law of paths of a guide is made of.
func (p *Paths) guided() (*guided, error) {
	chol, err := p.guide.factor()
	if err != nil {
		return nil, err
	}
	prior := p.data.prior
	if prior.Mean == nil {
		prior.Mean = gp.Zero{}
	}
	return &guided{prior, p.x, chol, p.guide.moments()}, nil
}

func (g *guided) factor() *linalg.Cholesky { return g.chol }

func (g *guided) residual() []float64 {
	r := make([]float64, g.chol.N())
	g.prior.Mean.Eval(r, g.z)
	for i, v := range g.q.Mean {
		r[i] = v - r[i]
	}
	return r
}

// spread adds A (S_u + j I) Aᵀ.
func (g *guided) spread(c, a *mat.Dense) {
	s := mat.DenseCopyOf(g.q.Covariance)
	for i := range g.chol.N() {
		s.Set(i, i, s.At(i, i)+g.chol.Jitter())
	}
	addQuadratic(c, a, s)
}

// covariance is K** - A K_Z* + A S_u Aᵀ.
func (g *guided) covariance(x *mat.Dense) *mat.Dense {
	t, _ := x.Dims()
	c := mat.NewDense(t, t, nil)
	g.prior.Kernel.Cov(c, x, x)
	cross := mat.NewDense(g.chol.N(), t, nil)
	g.prior.Kernel.Cov(cross, g.z, x)
	half := mat.DenseCopyOf(cross)
	g.chol.SolveLower(half)
	linalg.SymRankKTransA(c, -1, half)
	g.chol.Solve(cross)
	addQuadratic(c, mat.DenseCopyOf(cross.T()), g.q.Covariance)
	for i := range t {
		c.Set(i, i, math.Max(0, c.At(i, i)))
	}
	linalg.Symmetrize(c)
	return c
}

// addQuadratic adds A S Aᵀ to the lower triangle of c.
func addQuadratic(c, a, s *mat.Dense) {
	t, m := a.Dims()
	as, full := mat.NewDense(t, m, nil), mat.NewDense(t, t, nil)
	linalg.Mul(as, a, s)
	linalg.MulTransB(full, as, a)
	for i := range t {
		row := c.RawRowView(i)
		for j, v := range full.RawRowView(i)[:i+1] {
			row[j] += v
		}
	}
}
