package pathwise

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/linalg"
)

// Law returns the mean and the covariance of path i at the rows of x, given its
// basis, in closed form: over its weights and its noise the path is Gaussian with
//
//	mean = m(x) + A (y - m(X)),  A = k(x, X) H⁻¹,
//	cov  = (Phi_x - A Phi_X)(Phi_x - A Phi_X)ᵀ + A Sigma Aᵀ.
//
// The mean is the posterior's whatever the basis. Averaged over independent
// bases, cov is the posterior's covariance too; with one basis it differs by
// O(F^-1/2). For a component of the kernel, Phi_x and k(x, ·) are the
// component's and Phi_X and H the whole's.
//
// Cost O(N^2 T + N F T) for T rows. The error is that of [Paths.Posterior]. It
// panics if i is out of range.
func (p *Paths) Law(i int, x *mat.Dense) (mean []float64, cov *mat.SymDense, err error) {
	p.checkIndex(i)
	p.checkInputs(x)
	post, err := p.posterior()
	if err != nil {
		return nil, nil, err
	}
	t, _ := x.Dims()
	a := p.gain(post, x)
	mean = make([]float64, t)
	p.mean.Eval(mean, x)
	residual := mat.NewDense(p.rows(), 1, residual(post))
	m := mat.NewDense(t, 1, nil)
	linalg.Mul(m, a, residual)
	for r := range mean {
		mean[r] += m.At(r, 0)
	}
	c := mat.NewDense(t, t, nil)
	if d := p.featureError(i, x, a); d != nil {
		linalg.SymRankK(c, 1, d)
	}
	scaleColumns(a, post.NoiseDiag())
	linalg.SymRankK(c, 1, a)
	cov = mat.NewSymDense(t, nil)
	for r := range t {
		for s := range r + 1 {
			cov.SetSym(r, s, c.At(r, s))
		}
	}
	return mean, cov, nil
}

// residual returns y - m(X), with the mean function of the whole.
func residual(post *gp.Posterior) []float64 {
	r := make([]float64, post.Len())
	post.Mean().Eval(r, post.X())
	for i, y := range post.Y() {
		r[i] = y - r[i]
	}
	return r
}

// gain returns A = k(x, X) H⁻¹, T x N.
func (p *Paths) gain(post *gp.Posterior, x *mat.Dense) *mat.Dense {
	t, _ := x.Dims()
	k := mat.NewDense(p.rows(), t, nil)
	p.kernel.Cov(k, p.x, x)
	post.Cholesky().Solve(k)
	return mat.DenseCopyOf(k.T())
}

// featureError returns Phi_x - A Phi_X for path i, or nil without features. For
// a component, Phi_x is zero outside of the component's features.
func (p *Paths) featureError(i int, x, a *mat.Dense) *mat.Dense {
	whole := p.whole(i)
	f := whole.Len()
	if f == 0 {
		return nil
	}
	t, _ := x.Dims()
	d := mat.NewDense(t, f, nil)
	if !p.part.is {
		whole.Eval(d, x)
	} else if b := whole[p.part.index]; b.Len() > 0 {
		o := whole.Offsets()
		b.Eval(d.Slice(0, t, o[p.part.index], o[p.part.index+1]).(*mat.Dense), x)
	}
	phi := mat.NewDense(p.rows(), f, nil)
	whole.Eval(phi, p.x)
	linalg.MulAdd(d, -1, a, phi)
	return d
}

// scaleColumns multiplies column j of a by the square root of v[j].
func scaleColumns(a *mat.Dense, v []float64) {
	n, _ := a.Dims()
	for i := range n {
		row := a.RawRowView(i)
		for j := range row {
			row[j] *= math.Sqrt(v[j])
		}
	}
}
