package pathwise

import (
	"fmt"
	"math/rand/v2"
	"sync"

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
	prior := gp.Prior{Kernel: d.Inducing.Kernel(), Mean: d.Inducing.Mean(), Jitter: d.Inducing.Cholesky().Jitter()}
	p, err := drawPrior(data{prior: prior, x: d.Inducing.Z()}, basis.Options{Count: d.Features, Form: d.Form, Frequencies: d.Frequencies}, d.PerPath, key, n)
	if err != nil {
		return nil, err
	}
	p.posterior = noPosterior
	p.guide = &guide{
		moments: sync.OnceValue(func() Moments { return Moments{d.Guide.Mean(), d.Guide.Covariance()} }),
		factor:  func() (*linalg.Cholesky, error) { return d.Inducing.Cholesky(), nil },
	}
	m := p.rows()
	r := newStrided(m, n)
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
