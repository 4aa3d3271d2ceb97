package sparse

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"matheron/linalg"
)

// Whitened is the guide u = m(Z) + L v with v ~ V and L L' = K_ZZ + jitter I. Its
// parameters are those of V, and p(u) is v ~ N(0, I): the guide keeps its shape
// while the prior changes. Make it by [Inducing.Whiten].
type Whitened struct {
	v  Trainable
	in *Inducing
}

var _ Trainable = Whitened{}

// Whiten returns the guide of u whose whitened variables have the distribution v: a
// [FullRank], [MeanField], [Natural] or [Delta] of M variables, for instance. It
// panics for another number of variables, and if v is itself [Whitened].
func (in *Inducing) Whiten(v Trainable) Whitened {
	if _, twice := v.(Whitened); twice {
		panic("sparse: Whiten: the guide is whitened already")
	}
	checkLen("Whiten", "variables", len(v.Mean()), in.Len())
	return Whitened{v, in}
}

// StandardGuide returns p(u) as a whitened guide: v ~ N(0, I), full rank.
func (in *Inducing) StandardGuide() Whitened {
	return Whitened{FullRank{make([]float64, in.Len()), identity(in.Len())}, in}
}

// V returns the distribution of v.
func (q Whitened) V() Trainable { return q.v }

// Inducing returns the prior that u is whitened by.
func (q Whitened) Inducing() *Inducing { return q.in }

// At returns the guide with the same distribution of v under another prior.
func (q Whitened) At(in *Inducing) Whitened { return in.Whiten(q.v) }

// colour returns m(Z) + L v.
func (q Whitened) colour(v []float64) []float64 {
	u := lowerTimes(q.in.chol.L(), v)
	for i, m := range q.in.mean {
		u[i] += m
	}
	return u
}

// Mean implements [Guide].
func (q Whitened) Mean() []float64 { return q.colour(q.v.Mean()) }

// Covariance implements [Guide]: L cov(v) L'.
func (q Whitened) Covariance() *mat.Dense {
	m := q.in.Len()
	half, s := mat.NewDense(m, m, nil), mat.NewDense(m, m, nil)
	q.in.chol.MulLower(half, q.v.Covariance())
	linalg.MulTransB(s, half, q.in.chol.L())
	linalg.Symmetrize(s)
	return s
}

// Draw implements [Guide].
func (q Whitened) Draw(r *rand.Rand) []float64 { return q.colour(q.v.Draw(r)) }

// LogDet implements [Trainable].
func (q Whitened) LogDet() float64 { return q.v.LogDet() + q.in.chol.LogDet() }

// Params implements [Trainable].
func (q Whitened) Params() []float64 { return q.v.Params() }

// WithParams implements [Trainable].
func (q Whitened) WithParams(theta []float64) (Trainable, error) {
	v, err := q.v.WithParams(theta)
	if err != nil {
		return nil, err
	}
	return Whitened{v, q.in}, nil
}

// ParamGrad implements [Trainable], the prior being constant.
func (q Whitened) ParamGrad(dst, dMean []float64, dCov *mat.Dense, dLogDet float64) {
	m := q.in.Len()
	l := q.in.chol.L()
	mean, half, cov := mat.NewDense(m, 1, nil), mat.NewDense(m, m, nil), mat.NewDense(m, m, nil)
	linalg.MulTransA(mean, l, column(dMean))
	linalg.Mul(half, dCov, l)
	linalg.MulTransA(cov, l, half)
	linalg.Symmetrize(cov)
	q.v.ParamGrad(dst, mean.RawMatrix().Data, cov, dLogDet)
}
