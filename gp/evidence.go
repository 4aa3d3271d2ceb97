package gp

import (
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/linalg"
)

// Evidence is the log evidence of fixed data as a function of the prior and the
// noise: what a fit climbs and a sampler walks on. It is prepared once by
// [NewEvidence] and keeps its N x N storage between calls, so it is not safe for
// concurrent use: give each goroutine its own.
//
// Jitter is that of the prior and constant. A covariance that is not positive
// definite under it is an error, a *[linalg.NotPositiveDefinite], never a retry.
type Evidence struct {
	x       *mat.Dense
	y       []float64
	err     error // of the data
	first   []int
	h, k    *mat.Dense // H, then its factor and inverse; K_XX, from the first gradient on
	r       []float64  // y - m, then L^-1 of it, then H^-1 of it
	scratch scratch
}

// NewEvidence returns the evidence of targets y at the rows of x, which are
// copied. It panics if their numbers differ. Data that no prior can be
// conditioned on ([ErrNoRows], [*NotFinite]) is the error of every Eval.
func NewEvidence(x *mat.Dense, y []float64) *Evidence {
	e := &Evidence{err: checkData("NewEvidence", x, y)}
	if e.err != nil {
		return e
	}
	e.x, e.y = mat.DenseCopyOf(x), slices.Clone(y)
	e.first = firstEqual(e.x)
	e.r = make([]float64, len(y))
	return e
}

// Len returns the number of rows.
func (e *Evidence) Len() int { return len(e.y) }

// Eval returns log p(y). It panics if there is a noise variance a row for
// another number of rows.
//
// Errors are those of [Prior.Condition], but that there is no retry: a
// *[kernel.ParamError], *[NoiseError], *[JitterError], *[EqualInputs],
// *[NotFinite], *[linalg.NotPositiveDefinite], or white noise inside a product.
func (e *Evidence) Eval(p Prior, noise NoiseVariance) (float64, error) {
	diag, _, err := e.diagonal(p, noise)
	if err != nil {
		return 0, err
	}
	if err := covariance(e.h, p.Kernel, e.x); err != nil {
		return 0, err
	}
	value, _, err := e.factorize(p, diag)
	return value, err
}

// EvalGrad returns log p(y) and its gradient from one factorisation. The
// gradient is the caller's to keep. It panics as [Evidence.Eval] does, and if
// the kernel has parameters but no [kernel.ParamGrader].
func (e *Evidence) EvalGrad(p Prior, noise NoiseVariance) (float64, Gradient, error) {
	diag, whiteGrad, err := e.diagonal(p, noise)
	if err != nil {
		return 0, Gradient{}, err
	}
	n := e.Len()
	if e.k == nil {
		e.k = mat.NewDense(n, n, nil)
	}
	if err := covariance(e.k, p.Kernel, e.x); err != nil {
		return 0, Gradient{}, err
	}
	for i := range n {
		copy(e.h.RawRowView(i)[:i+1], e.k.RawRowView(i))
	}
	value, chol, err := e.factorize(p, diag)
	if err != nil {
		return 0, Gradient{}, err
	}
	chol.SolveLowerTrans(mat.NewDense(n, 1, e.r))
	c := contraction{
		x: e.x, alpha: e.r, inverse: chol.InverseInPlace(), k: e.k,
		whiteGrad: whiteGrad, scratch: &e.scratch,
	}
	return value, c.gradient(p.Kernel, p.mean(), noise), nil
}

func (e *Evidence) diagonal(p Prior, noise NoiseVariance) (diag, whiteGrad []float64, err error) {
	if e.err != nil {
		return nil, nil, e.err
	}
	noise.checkLen("Evidence", e.Len())
	if e.h == nil {
		e.h = mat.NewDense(e.Len(), e.Len(), nil)
	}
	return p.diagonal(noise, e.first)
}

// factorize adds diag to e.h, which holds K_XX, factorises it in place, sets e.r
// to L⁻¹ (y - m) and returns the log evidence.
func (e *Evidence) factorize(p Prior, diag []float64) (float64, *linalg.Cholesky, error) {
	if err := residual(e.r, p.mean(), e.x, e.y); err != nil {
		return 0, nil, err
	}
	addDiagonal(e.h, diag)
	chol, err := linalg.Factorize(e.h, linalg.Policy{Jitter: p.Jitter})
	if err != nil {
		return 0, nil, err
	}
	chol.SolveLower(mat.NewDense(len(e.r), 1, e.r))
	return logEvidence(e.r, chol.LogDet()), chol, nil
}
