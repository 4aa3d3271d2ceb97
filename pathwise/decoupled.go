package pathwise

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/linalg"
	"matheron/rng"
)

// Inducing is the prior of a process at M inducing inputs, as far as a sampler
// needs it. [matheron/gp/sparse.Inducing] is one.
type Inducing interface {
	Kernel() kernel.Kernel
	Mean() gp.Mean
	// Z is M x D.
	Z() *mat.Dense
	// Cholesky is the factor of K_ZZ + jitter I; its Jitter is all of it.
	Cholesky() *linalg.Cholesky
}

// Guide is a Gaussian law q(u) of the process at the inducing inputs.
type Guide interface {
	// Mean and Covariance are the moments of u.
	Mean() []float64
	Covariance() *mat.Dense
	// Draw returns one draw of u.
	Draw(r *rand.Rand) []float64
}

// Decoupled draws functions from a sparse posterior: a prior path, corrected at
// the inducing inputs to what the guide draws there (Wilson et al. 2020, eq. 13),
//
//	f_s(x) = m(x) + phi(x).w_s + k(x, Z) v_s,
//	v_s = (K_ZZ + j I)⁻¹ (u_s - m(Z) - Phi_Z w_s - sqrt(j) xi_s),  u_s ~ q.
//
// The jitter j is in the factor and so in the draw. Evaluation costs
// O((F + M)(D + S)) a point, whatever the number of rows that q has learned from.
type Decoupled struct {
	Inducing Inducing
	Guide    Guide
	// The rest is as in [Sampler].
	Features    int
	Form        basis.Form
	Frequencies basis.Frequencies
	PerPath     bool
}

// Draw returns n functions. It panics if a part is missing or n is not positive;
// it returns an error that names a kernel without a basis. Path s has streams of
// its own for its weights, for the guide and for the jitter. Cost O(n M (F + M)).
func (d Decoupled) Draw(key rng.Key, n int) (*Paths, error) {
	if d.Inducing == nil || d.Guide == nil {
		panic("pathwise: a Decoupled sampler without inducing inputs or without a guide")
	}
	if n < 1 {
		panic(fmt.Sprintf("pathwise: Draw of %d paths", n))
	}
	g := &guided{d.Inducing, d.Guide}
	prior := gp.Prior{Kernel: d.Inducing.Kernel(), Mean: d.Inducing.Mean(), Jitter: d.Inducing.Cholesky().Jitter()}
	p, err := drawPrior(data{prior: prior, x: d.Inducing.Z()}, basis.Options{Count: d.Features, Form: d.Form, Frequencies: d.Frequencies}, d.PerPath, key, n)
	if err != nil {
		return nil, err
	}
	p.posterior = func() (*gp.Posterior, error) { return nil, ErrNoPosterior }
	p.guide = g
	m := p.rows()
	r := mat.NewDense(m, n, nil)
	p.priorTo(r, p.x)
	mean := make([]float64, m)
	p.mean.Eval(mean, p.x)
	for s := range n {
		u := d.Guide.Draw(key.Named("guide").Split(s).Rand())
		if len(u) != m {
			panic(fmt.Sprintf("pathwise: a guide of %d variables for %d inducing inputs", len(u), m))
		}
		for i, v := range u {
			r.Set(i, s, (v-mean[i])-r.At(i, s))
		}
	}
	jitter := make([]float64, m)
	for i := range jitter {
		jitter[i] = prior.Jitter
	}
	subtractNoise(r, key.Named("noise"), jitter)
	d.Inducing.Cholesky().Solve(r)
	p.update = r
	return p, nil
}

// guided is a process given by a guide at inducing inputs.
type guided struct {
	prior Inducing
	q     Guide
}

func (g *guided) factor() *linalg.Cholesky { return g.prior.Cholesky() }

func (g *guided) residual() []float64 {
	r, u := make([]float64, g.factor().N()), g.q.Mean()
	g.prior.Mean().Eval(r, g.prior.Z())
	for i, v := range u {
		r[i] = v - r[i]
	}
	return r
}

// spread adds A (S_u + j I) Aᵀ.
func (g *guided) spread(c, a *mat.Dense) {
	s := mat.DenseCopyOf(g.q.Covariance())
	for i := range g.factor().N() {
		s.Set(i, i, s.At(i, i)+g.factor().Jitter())
	}
	addQuadratic(c, a, s)
}

// covariance is K** - A K_Z* + A S_u Aᵀ.
func (g *guided) covariance(x *mat.Dense) *mat.Dense {
	t, _ := x.Dims()
	c := mat.NewDense(t, t, nil)
	g.prior.Kernel().Cov(c, x, x)
	cross := mat.NewDense(g.factor().N(), t, nil)
	g.prior.Kernel().Cov(cross, g.prior.Z(), x)
	half := mat.DenseCopyOf(cross)
	g.factor().SolveLower(half)
	linalg.SymRankKTransA(c, -1, half)
	g.factor().Solve(cross)
	addQuadratic(c, mat.DenseCopyOf(cross.T()), g.q.Covariance())
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
