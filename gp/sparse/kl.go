package sparse

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/linalg"
)

// KL returns the Kullback-Leibler divergence from q to p, in nats,
//
//	KL(q || p) = 1/2 (tr(Sp^-1 Sq) + d' Sp^-1 d - M + log det Sp - log det Sq),  d = mq - mp.
//
// It panics if they differ in length. The error is a *[linalg.NotPositiveDefinite]
// where a covariance is singular, as that of [Delta] is. Cost O(M³).
func KL(q, p Guide) (float64, error) {
	mean, to := q.Mean(), p.Mean()
	checkLen("KL", "variables", len(mean), len(to))
	tq, err := scaleTril(q)
	if err != nil {
		return 0, err
	}
	tp, err := scaleTril(p)
	if err != nil {
		return 0, err
	}
	m := len(mean)
	d := make([]float64, m)
	for i := range d {
		d[i] = mean[i] - to[i]
	}
	ratio := mat.DenseCopyOf(tq)
	solveTril(tp, ratio)
	solveTril(tp, column(d))
	// log det is the product of the ratio's diagonal: no two large numbers cancel.
	var kl float64
	for i := range m {
		row := ratio.RawRowView(i)
		for _, v := range row[:i] {
			kl += v * v
		}
		kl += d[i] * d[i]
		kl += row[i]*row[i] - 1 - 2*math.Log(row[i])
	}
	return max(0.5*kl, 0), nil
}

// KL returns KL(q(u) || p(u)) in nats; for a [Delta], whose entropy counts as 0,
// it is -log p(u). Cost O(M³), O(M²) for a [Whitened] guide of this prior.
func (in *Inducing) KL(q Trainable) float64 {
	mean, cov := in.whitenedMoments(q)
	return whitenedKL(mean, cov, in.whitenedLogDet(q))
}

// KLGrad adds the gradient of [Inducing.KL] to the guide's parameters to dst and
// returns the KL.
func (in *Inducing) KLGrad(dst []float64, q Trainable) float64 {
	mean, cov := in.whitenedMoments(q)
	kl := whitenedKL(mean, cov, in.whitenedLogDet(q))
	half := identity(in.Len())
	half.Scale(0.5, half)
	in.pullGuide(dst, q, mean, half, -0.5)
	return kl
}

// whitenedKL returns the KL from N(mean, cov) to N(0, I).
func whitenedKL(mean []float64, cov *mat.Dense, logDet float64) float64 {
	kl := -logDet - float64(len(mean))
	for i, v := range mean {
		kl += v*v + cov.At(i, i)
	}
	return 0.5 * kl
}

// whitenedLogDet returns log det cov v.
func (in *Inducing) whitenedLogDet(q Trainable) float64 {
	if w, ok := q.(Whitened); ok && w.in == in {
		return w.v.LogDet()
	}
	return q.LogDet() - in.chol.LogDet()
}

// pullGuide adds to dst the gradient to the parameters of q of a function whose
// derivatives to mean, covariance and log determinant of v are given.
func (in *Inducing) pullGuide(dst []float64, q Trainable, dMean []float64, dCov *mat.Dense, dLogDet float64) {
	if w, ok := q.(Whitened); ok && w.in == in {
		w.v.ParamGrad(dst, dMean, dCov, dLogDet)
		return
	}
	mean, cov := in.pullMoments(dMean, dCov)
	q.ParamGrad(dst, mean, cov, dLogDet)
}

// pullMoments returns derivatives to the mean and covariance of u from those to
// the mean and covariance of v: L⁻ᵀ dMean and L⁻ᵀ dCov L⁻¹.
func (in *Inducing) pullMoments(dMean []float64, dCov *mat.Dense) ([]float64, *mat.Dense) {
	mean := append([]float64(nil), dMean...)
	in.chol.SolveLowerTrans(column(mean))
	half := mat.DenseCopyOf(dCov)
	in.chol.SolveLowerTrans(half)
	cov := mat.DenseCopyOf(half.T())
	in.chol.SolveLowerTrans(cov)
	linalg.Symmetrize(cov)
	return mean, cov
}
