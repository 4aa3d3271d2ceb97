package sparse

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/linalg"
)

// ELBO is the uncollapsed evidence lower bound for a Gaussian likelihood on a
// batch of B of N rows (Hensman, Fusi and Lawrence 2013, Gaussian processes for
// big data, equation 4),
//
//	N/B sum_i E_q[log N(y_i | f(x_i), s_i)] - KL(q(u) || p(u))
//
// with s as in [Collapsed]. Over batches drawn uniformly it is unbiased for that
// of all rows, gradients too. For a [Whitened] guide the distribution of v is
// fixed while prior and Z move: the prior given stands in for the guide's own.
// For every other guide the distribution of u is fixed.
//
// It keeps its storage between calls, so it is not safe for concurrent use.
// Jitter is constant and never retried. Cost of a value 2 B M², of value and
// gradient some 5 B M² (more from 1,024 rows on, whose tiles are made twice), and
// O(M³).
type ELBO struct {
	rows int
	buf  buffers
}

// NewELBO returns the bound for a table of the given number of rows; 0 says that
// every batch is the whole table.
func NewELBO(rows int) *ELBO {
	if rows < 0 {
		panic(fmt.Sprintf("sparse: NewELBO: %d rows", rows))
	}
	return &ELBO{rows: rows}
}

// Eval returns the bound on the batch x, y; noise is that of its rows. It panics
// on shapes that do not fit. Errors are those of [Prior.Condition], but that
// there is no retry.
func (e *ELBO) Eval(p Prior, noise gp.NoiseVariance, q Trainable, x *mat.Dense, y []float64) (float64, error) {
	at, err := e.at(p, noise, q, x, y)
	if err != nil {
		return 0, err
	}
	return at.value()
}

// EvalGrad returns the bound and its gradient, which is the caller's to keep. It
// panics as Eval does, and if the kernel has parameters but no
// [matheron/kernel.ParamGrader].
func (e *ELBO) EvalGrad(p Prior, noise gp.NoiseVariance, q Trainable, x *mat.Dense, y []float64) (float64, Gradient, error) {
	at, err := e.at(p, noise, q, x, y)
	if err != nil {
		return 0, Gradient{}, err
	}
	v, err := at.value()
	if err != nil {
		return 0, Gradient{}, err
	}
	g, err := at.gradient()
	if err != nil {
		return 0, Gradient{}, err
	}
	g.Guide = make([]float64, len(q.Params()))
	dMean, dCov := at.moments()
	at.in.pullGuide(g.Guide, at.q, dMean, dCov, 0.5)
	return v, g, nil
}

// NaturalStep returns the guide after a natural-gradient step of the given size
// on the batch (Salimbeni, Eleftheriadis and Hensman 2018). A step of 1 on all
// rows reaches the optimal guide, from anywhere; on a batch 0.1 or less averages
// over batches. q is a [Natural] guide or a [Whitened] one of a [Natural]; the
// result is of the same kind, and under the prior given. It panics for another
// kind, and if step is not in (0, 1]. The errors are those of Eval.
func (e *ELBO) NaturalStep(p Prior, noise gp.NoiseVariance, q Trainable, x *mat.Dense, y []float64, step float64) (Trainable, error) {
	if !(step > 0 && step <= 1) {
		panic(fmt.Sprintf("sparse: NaturalStep: step %v, want one in (0, 1]", step))
	}
	at, err := e.at(p, noise, q, x, y)
	if err != nil {
		return nil, err
	}
	return at.naturalStep(step)
}

// evaluation is an ELBO at a prior, a guide and a batch.
type evaluation struct {
	in   *Inducing
	sw   *sweep
	sums *sums
	q    Trainable
	mu   []float64 // moments of v
	cov  *mat.Dense
	lost *mat.Dense
}

func (e *ELBO) at(p Prior, noise gp.NoiseVariance, q Trainable, x *mat.Dense, y []float64) (*evaluation, error) {
	in, err := p.factorize(false)
	if err != nil {
		return nil, err
	}
	if w, ok := q.(Whitened); ok {
		q = w.At(in)
	}
	scale := 1.0
	if e.rows > 0 {
		scale = float64(e.rows) / float64(max(len(y), 1))
	}
	sw, err := newSweep(in, noise, x, y, scale, &e.buf)
	if err != nil {
		return nil, err
	}
	at := &evaluation{in: in, sw: sw, q: q}
	at.mu, at.cov = in.whitenedMoments(q)
	at.lost = e.buf.square(lostSquare, in.Len())
	complementTo(at.lost, at.cov)
	at.sums, err = sw.gather(at.mu)
	return at, err
}

// value returns the bound.
func (at *evaluation) value() (float64, error) {
	s := at.sums
	v := -0.5*(s.logNoise+s.square+s.diag-s.lostTrace(at.lost)) - whitenedKL(at.mu, at.cov, at.in.whitenedLogDet(at.q))
	if !finite(v) {
		return 0, fmt.Errorf("the bound is %v", v)
	}
	return v, nil
}

// moments returns the derivatives to mean and covariance of v, less that of
// 1/2 log det cov: g - mu and -1/2 (I + G). The second is valid as long as the sums.
func (at *evaluation) moments() ([]float64, *mat.Dense) {
	mean := make([]float64, len(at.mu))
	for i, v := range at.mu {
		mean[i] = at.sums.pull[i] - v
	}
	cov := at.sw.buf.square(momentSquare, len(mean))
	for i := range mean {
		row := cov.RawRowView(i)
		for j, v := range at.sums.gram.RawRowView(i) {
			row[j] = -0.5 * v
		}
		row[i] -= 0.5
	}
	return mean, cov
}

// gradient returns the gradient to prior and noise. A guide of u has moments of v
// that move with L and m(Z): with d the derivatives above,
//
//	P += -(d_mu mu' + 2 d_cov cov + I),  d/dm(Z) = -L^-T d_mu
func (at *evaluation) gradient() (Gradient, error) {
	b := pullback{sw: at.sw, sums: at.sums, mu: at.mu, lost: at.lost}
	if _, white := at.q.(Whitened); !white {
		dMean, dCov := at.moments()
		m := len(at.mu)
		b.factor = at.sw.buf.square(factorSquare, m)
		for i := range m {
			row := b.factor.RawRowView(i)
			for j, v := range at.mu {
				row[j] = -dMean[i] * v
			}
			row[i]--
		}
		linalg.MulAdd(b.factor, -2, dCov, at.cov)
		b.dMeanZ = dMean
		at.in.chol.SolveLowerTrans(column(b.dMeanZ))
		for i, v := range b.dMeanZ {
			b.dMeanZ[i] = -v
		}
	}
	return b.gradient()
}

func (at *evaluation) naturalStep(step float64) (Trainable, error) {
	dMean, dCov := at.moments()
	switch q := at.q.(type) {
	case Natural:
		dMean, dCov = at.in.pullMoments(dMean, dCov)
		return asTrainable(q.step(step, dMean, dCov))
	case Whitened:
		if v, ok := q.v.(Natural); ok {
			v, err := v.step(step, dMean, dCov)
			if err != nil {
				return nil, err
			}
			return at.in.Whiten(v), nil
		}
	}
	panic(fmt.Sprintf("sparse: NaturalStep: guide %T has no natural parameters", at.q))
}

func asTrainable(q Natural, err error) (Trainable, error) {
	if err != nil {
		return nil, err
	}
	return q, nil
}
