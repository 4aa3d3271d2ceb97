package sparse

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
)

// Collapsed is the evidence lower bound at the optimal guide, for fixed data, as
// a function of prior, noise and inducing inputs (Titsias 2009, Variational
// learning of inducing variables in sparse Gaussian processes, equation 9):
//
//	log N(y | m(X), Q + diag(s)) - 1/2 sum_i (k_ii - Q_ii)/s_i <= log p(y)
//	Q = k(X,Z) (K_ZZ + jitter I)^-1 k(Z,X),  s = noise + white noise + jitter of the process
//
// It keeps its storage between calls, O(M²) and three tiles of M x 1024, so it is
// not safe for concurrent use. Jitter is constant: a K_ZZ that is not positive
// definite under it is a *[linalg.NotPositiveDefinite], never a retry. Cost of a
// value 2 N M², of value and gradient some 8 N M², and O(M³).
type Collapsed struct {
	x   *mat.Dense
	y   []float64
	buf buffers
}

// NewCollapsed returns the bound for targets y at the rows of x, which are
// copied. It panics if their numbers differ.
func NewCollapsed(x *mat.Dense, y []float64) *Collapsed {
	n := 0
	if x != nil && !x.IsEmpty() {
		n, _ = x.Dims()
	}
	if len(y) != n {
		panic(fmt.Sprintf("sparse: NewCollapsed: %d targets for %d rows", len(y), n))
	}
	c := &Collapsed{y: slices.Clone(y)}
	if n > 0 {
		c.x = mat.DenseCopyOf(x)
	}
	return c
}

// Eval returns the bound. It panics if there is a noise variance a row for
// another number of rows, or Z has other columns than x. Errors are those of
// [Prior.Condition], but that there is no retry.
func (c *Collapsed) Eval(p Prior, noise gp.NoiseVariance) (float64, error) {
	in, err := p.factorize(false)
	if err != nil {
		return 0, err
	}
	o, err := c.optimum(in, noise)
	if err != nil {
		return 0, err
	}
	return o.bound, nil
}

// EvalGrad returns the bound and its gradient, which is the caller's to keep. It
// panics as Eval does, and if the kernel has parameters but no
// [matheron/kernel.ParamGrader].
//
// The gradient is that of the uncollapsed bound with the whitened guide held at
// its optimum, where the bound is flat in it.
func (c *Collapsed) EvalGrad(p Prior, noise gp.NoiseVariance) (float64, Gradient, error) {
	in, err := p.factorize(false)
	if err != nil {
		return 0, Gradient{}, err
	}
	o, err := c.optimum(in, noise)
	if err != nil {
		return 0, Gradient{}, err
	}
	// At the optimum g = sum w e v = mu, and sum w e² follows from the sums at 0.
	at := &sums{gram: o.sums.gram, pull: o.full.mean, diag: o.sums.diag, square: o.squareAt()}
	b := pullback{sw: o.sw, sums: at, mu: o.full.mean, lost: complement(o.full.Covariance())}
	g, err := b.gradient()
	return o.bound, g, err
}

// optimum is the optimal guide in closed form, v ~ N(mu, B^-1) with
// B = I + V diag(1/s) V' and mu = B^-1 V diag(1/s) r.
type optimum struct {
	sw    *sweep
	sums  *sums // with e = r
	full  FullRank
	bound float64
}

func (c *Collapsed) optimum(in *Inducing, noise gp.NoiseVariance) (*optimum, error) {
	sw, err := newSweep(in, noise, c.x, c.y, 1, &c.buf)
	if err != nil {
		return nil, err
	}
	s, err := sw.gather(make([]float64, in.Len()))
	if err != nil {
		return nil, err
	}
	f, err := factorPrecision(plusIdentity(s.gram))
	if err != nil {
		return nil, err
	}
	o := &optimum{sw: sw, sums: s, full: FullRank{f.solve(s.pull), f.tril}}
	fit := 0.0
	trace := 0.0
	for i, v := range o.full.mean {
		fit += v * s.pull[i]
		trace += s.gram.At(i, i)
	}
	o.bound = -0.5 * (s.logNoise + s.square - fit + f.logDet + s.diag - trace)
	if !finite(o.bound) {
		return nil, fmt.Errorf("the bound is %v", o.bound)
	}
	return o, nil
}

// squareAt returns sum_i w_i e_i² at the optimum: |r|² - 2 mu'g + mu'G mu, and
// (I + G) mu = g.
func (o *optimum) squareAt() float64 {
	s := o.sums.square
	for i, v := range o.full.mean {
		s -= v*o.sums.pull[i] + v*v
	}
	return s
}

// plusIdentity returns I + g.
func plusIdentity(g *mat.Dense) *mat.Dense {
	b := mat.DenseCopyOf(g)
	m, _ := g.Dims()
	for i := range m {
		b.Set(i, i, b.At(i, i)+1)
	}
	return b
}

// Condition returns the posterior with the optimal guide for targets y at the
// rows of x (Titsias 2009), and the bound there,
//
//	q(u) = N(m(Z) + K B^-1 k(Z,X) S^-1 (y - m(X)), K B^-1 K),  S = diag(s)
//	K = K_ZZ + jitter I,  B = K + k(Z,X) S^-1 k(X,Z)
//
// as a [Whitened] guide. With Z = X and no jitter it is the exact posterior and
// the bound the evidence.
//
// It panics on shapes that do not fit. Errors: those of [Prior.Inducing], whose
// retries it has; [gp.ErrNoRows]; a *[gp.NotFinite] of the data, of m(X) or of
// the kernel; and a *[NoiseError] where nothing is on the diagonal of an
// observation. Cost 2 N M² and O(M³).
func (p Prior) Condition(x *mat.Dense, y []float64, noise gp.NoiseVariance) (post *Posterior, bound float64, err error) {
	in, err := p.factorize(true)
	if err != nil {
		return nil, 0, err
	}
	c := &Collapsed{x: x, y: y}
	o, err := c.optimum(in, noise)
	if err != nil {
		return nil, 0, err
	}
	return NewPosterior(in, in.Whiten(o.full)), o.bound, nil
}
