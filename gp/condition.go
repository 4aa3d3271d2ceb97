package gp

import (
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/linalg"
)

// Condition returns the posterior of f given y_i = f(x_i) + e_i, with noise the
// variance of e_i. It reads x and y and copies them. Cost N³/3 flop and one
// N x N matrix.
//
// Rows of equal inputs and targets with neither noise nor white noise nor p.Jitter are
// one row, the first of them: the posterior has no other, see [Exact.Len].
//
// If H = K_XX + diag(noise + white + p.Jitter) is not positive definite to
// rounding, more jitter is tried, as the package says; [Exact.Jitter] has
// what was used.
//
// It panics if x, y and a noise a row do not have the same number of rows, or if
// there is no kernel. Errors are
//
//   - [ErrNoRows] if x has no rows;
//   - *[NotFinite] for a number of x, y, m(X) or K_XX that is not finite;
//   - *[NoiseError], *[JitterError] and *[kernel.ParamError] for a noise
//     variance, a jitter or a parameter outside of its range;
//   - *[EqualInputs] if two rows have equal inputs and different targets, and
//     neither has noise, white noise or jitter (with any of these they are legal);
//   - an error naming the term if white noise is a factor of a product;
//   - *[linalg.NotPositiveDefinite] if the last retry fails.
func (p Prior) Condition(x *mat.Dense, y []float64, noise NoiseVariance) (*Exact, error) {
	return p.ConditionOn(0, x, y, noise)
}

// ConditionOn is Condition on at most the given number of goroutines, for who makes
// several posteriors at the same time; 0 means GOMAXPROCS. It changes no bit, and
// does not bound what is done with the posterior.
func (p Prior) ConditionOn(workers int, x *mat.Dense, y []float64, noise NoiseVariance) (*Exact, error) {
	if err := checkData("Condition", x, y); err != nil {
		return nil, err
	}
	n := len(y)
	noise.checkLen("Condition", n)
	diag, kept, err := p.distinct(noise, x, y)
	if err != nil {
		return nil, err
	}
	if kept == nil {
		x, y = mat.DenseCopyOf(x), slices.Clone(y)
	} else {
		x, y, diag, noise, n = takeRows(x, kept), pick(y, kept), pick(diag, kept), noise.take(kept), len(kept)
	}
	h := mat.NewDense(n, n, nil)
	lowerCovariance(h, triangle(p.Kernel, x), workers)
	if bad := notFinite(h); bad != nil {
		return nil, countAll(bad, kept)
	}
	scale := max(diagonalMean(h), 0)
	addDiagonal(h, diag)
	chol, err := linalg.Factorize(h, linalg.Policy{Jitter: p.Jitter, Retry: true, Scale: scale, Workers: linalg.Workers(workers)})
	if err != nil {
		return nil, err
	}
	for i := range diag {
		diag[i] += chol.Jitter()
	}
	post, err := newPosterior(Exact{prior: p, x: x, y: y, noise: noise, diag: diag, chol: chol})
	if err != nil {
		return nil, countAll(err, kept)
	}
	post.chol = chol.On(0)
	return post, nil
}

// newPosterior completes a posterior whose factor is made: its weights and its
// evidence. O(N²).
func newPosterior(p Exact) (*Exact, error) {
	p.weights = make([]float64, len(p.y))
	if err := residual(p.weights, p.PriorMean(), p.x, p.y); err != nil {
		return nil, err
	}
	w := mat.NewDense(len(p.y), 1, p.weights)
	p.chol.SolveLower(w)
	p.logEvidence = logEvidence(p.weights, p.chol.LogDet())
	p.chol.SolveLowerTrans(w)
	p.loss.h = make([]float64, len(p.y))
	p.Kernel().Diag(p.loss.h, p.x)
	p.loss.set(p.diag, 0)
	return &p, nil
}
