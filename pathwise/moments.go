package pathwise

import (
	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel/basis"
	"matheron/linalg"
)

// Moments returns the mean and the covariance of path i at the rows of x, given its
// basis, in closed form: over its weights and its noise the path is Gaussian with
//
//	mean = m(x) + A (y - m(X)),  A = k(x, X) H⁻¹,
//	cov  = (Phi_x - A Phi_X)(Phi_x - A Phi_X)ᵀ + A Sigma Aᵀ.
//
// The mean is the posterior's whatever the basis. Averaged over independent
// bases, cov is the posterior's covariance too; with one basis it differs by
// O(F^-1/2). For a component of the kernel, Phi_x and k(x, ·) are the
// component's and Phi_X and H the whole's. For paths of a mixture they are the moments
// given the hyperparameters of path i.
//
// For paths of an inducing posterior with u ~ N(m_u, S_u), X is Z, y - m(X) is
// m_u - m(Z), H is K_ZZ + j I with jitter j, and Sigma is S_u + j I.
//
// Cost O(N^2 T + N F T) for T rows. The error is that of [Paths.Posterior]. It
// panics if i is out of range.
func (p *Paths) Moments(i int, x *mat.Dense) (mean []float64, cov *mat.SymDense, err error) {
	q, i := p.of(i)
	p.checkInputs(x)
	g, err := q.given()
	if err != nil {
		return nil, nil, err
	}
	mean, cov = q.moments(g, i, x)
	return mean, cov, nil
}

// moments is [Paths.Moments].
func (p *part) moments(g given, i int, x *mat.Dense) (mean []float64, cov *mat.SymDense) {
	t, _ := x.Dims()
	a := p.gain(g, x)
	mean = make([]float64, t)
	p.mean.Eval(mean, x)
	m := mat.NewDense(t, 1, nil)
	residual := g.residual()
	linalg.Mul(m, a, mat.NewDense(len(residual), 1, residual))
	for r := range mean {
		mean[r] += m.At(r, 0)
	}
	c := mat.NewDense(t, t, nil)
	if d := p.featureError(i, x, a); d != nil {
		linalg.SymRankK(c, 1, d)
	}
	g.addNoise(c, a)
	cov = mat.NewSymDense(t, nil)
	for r := range t {
		for s := range r + 1 {
			cov.SetSym(r, s, c.At(r, s))
		}
	}
	return mean, cov
}

// gain returns A = k(x, X) H⁻¹, T x N.
func (p *part) gain(g given, x *mat.Dense) *mat.Dense {
	t, _ := x.Dims()
	if finite, ok := g.solver().(gp.FiniteRank); ok {
		return finite.Gain(p.evalAmong(finite.Features(), x))
	}
	k := mat.NewDense(g.solver().Len(), t, nil)
	p.kernel.Cov(k, p.x, x)
	g.solver().Solve(k, k)
	return mat.DenseCopyOf(k.T())
}

// featureError returns Phi_x - A Phi_X for path i, or nil without features. For
// a component, Phi_x is zero outside of the component's features.
func (p *part) featureError(i int, x, a *mat.Dense) *mat.Dense {
	whole := p.whole(i)
	f := whole.Len()
	if f == 0 {
		return nil
	}
	_, n := a.Dims()
	d := p.evalAmong(whole, x)
	phi := mat.NewDense(n, f, nil)
	whole.Eval(phi, p.x)
	linalg.MulAdd(d, -1, a, phi)
	return d
}

// evalAmong returns the features of all components at the rows of x; for a component,
// those of others are 0. Without any there is one column of zeros.
func (p *part) evalAmong(all basis.Stack, x *mat.Dense) *mat.Dense {
	t, _ := x.Dims()
	d := mat.NewDense(t, max(1, all.Len()), nil)
	if !p.component.is {
		all.Eval(d, x)
	} else if b := all[p.component.index]; b.Len() > 0 {
		o := all.Offsets()
		b.Eval(d.Slice(0, t, o[p.component.index], o[p.component.index+1]).(*mat.Dense), x)
	}
	return d
}
