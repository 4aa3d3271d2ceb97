package sparse

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"matheron/linalg"
)

// Natural is the Gaussian guide by its natural parameters
//
//	theta1 = S^-1 mean,  theta2 = -1/2 S^-1
//
// in which a natural-gradient step is a sum (Salimbeni, Eleftheriadis and
// Hensman 2018, Natural gradients in practice). Parameters: theta1, then the
// lower triangle of theta2 row by row, an element off the diagonal standing for
// its mirror image too. Not all values make a full: theta2 is negative definite.
type Natural struct {
	theta1    []float64
	precision *mat.Dense // -2 theta2, both triangles
	full      FullRank
}

var (
	_ Trainable = Natural{}
	_ Factored  = Natural{}
)

// NewNatural returns the guide with these natural parameters, of theta2 the lower
// triangle; both are copied. It panics on shapes that do not fit. The error is a
// [*GuideParamError] for a number that is not finite, or a
// *[linalg.NotPositiveDefinite] for -2 theta2, whose pivots count from the last
// variable. Cost 2 M³/3.
func NewNatural(theta1 []float64, theta2 *mat.Dense) (Natural, error) {
	m := len(theta1)
	checkSquare("NewNatural", theta2, m)
	precision := mat.NewDense(m, m, nil)
	for i := range m {
		for j, v := range theta2.RawRowView(i)[:i+1] {
			precision.Set(i, j, -2*v)
		}
	}
	linalg.Symmetrize(precision)
	return newNatural(append([]float64(nil), theta1...), precision)
}

// newNatural keeps both.
func newNatural(theta1 []float64, precision *mat.Dense) (Natural, error) {
	m := len(theta1)
	for i, v := range theta1 {
		if !finite(v) {
			return Natural{}, &GuideParamError{i, v}
		}
	}
	for i := range m {
		for j, v := range precision.RawRowView(i)[:i+1] {
			if !finite(v) {
				return Natural{}, &GuideParamError{m + packed(i) + j, -v / 2}
			}
		}
	}
	f, err := factorPrecision(precision)
	if err != nil {
		return Natural{}, err
	}
	return Natural{theta1, precision, FullRank{f.solve(theta1), f.tril}}, nil
}

// Theta1 returns S⁻¹ mean.
func (q Natural) Theta1() []float64 { return append([]float64(nil), q.theta1...) }

// Theta2 returns -1/2 S⁻¹, both triangles.
func (q Natural) Theta2() *mat.Dense {
	out := mat.DenseCopyOf(q.precision)
	out.Scale(-0.5, out)
	return out
}

// Mean implements [Guide].
func (q Natural) Mean() []float64 { return q.full.Mean() }

// Covariance implements [Guide].
func (q Natural) Covariance() *mat.Dense { return q.full.Covariance() }

// ScaleTril implements [Factored].
func (q Natural) ScaleTril() *mat.Dense { return q.full.tril }

// Draw implements [Guide].
func (q Natural) Draw(r *rand.Rand) []float64 { return q.full.Draw(r) }

// LogDet implements [Trainable].
func (q Natural) LogDet() float64 { return q.full.LogDet() }

// Params implements [Trainable].
func (q Natural) Params() []float64 {
	m := len(q.theta1)
	out := append(make([]float64, 0, m+packed(m)), q.theta1...)
	for i := range m {
		for _, v := range q.precision.RawRowView(i)[:i+1] {
			out = append(out, -v/2)
		}
	}
	return out
}

// WithParams implements [Trainable].
func (q Natural) WithParams(theta []float64) (Trainable, error) {
	m := len(q.theta1)
	checkLen("Natural", "parameters", len(theta), m+packed(m))
	theta2 := mat.NewDense(m, m, nil)
	at := m
	for i := range m {
		copy(theta2.RawRowView(i)[:i+1], theta[at:])
		at += i + 1
	}
	return NewNatural(theta[:m], theta2)
}

// ParamGrad implements [Trainable]: with P = S^-1,
//
//	d/d theta1 = S dMean
//	d/dP       = -sym(S dMean mean') - S dCov S - dLogDet S,  d/d theta2 = -2 d/dP
func (q Natural) ParamGrad(dst, dMean []float64, dCov *mat.Dense, dLogDet float64) {
	m := len(q.theta1)
	checkLen("Natural", "parameters", len(dst), m+packed(m))
	s := q.Covariance()
	d1 := mat.NewDense(m, 1, nil)
	linalg.Mul(d1, s, column(dMean))
	sd, sds := mat.NewDense(m, m, nil), mat.NewDense(m, m, nil)
	linalg.Mul(sd, s, dCov)
	linalg.Mul(sds, sd, s)
	at := m
	for i := range m {
		dst[i] += d1.At(i, 0)
		for j := range i + 1 {
			p := -0.5*(d1.At(i, 0)*q.full.mean[j]+d1.At(j, 0)*q.full.mean[i]) -
				0.5*(sds.At(i, j)+sds.At(j, i)) - dLogDet*s.At(i, j)
			if i != j {
				p *= 2
			}
			dst[at] -= 2 * p
			at++
		}
	}
}

// step returns the guide after a natural-gradient step of size gamma along the
// gradient, in the expectation parameters, of F(mean, cov) + 1/2 log det cov:
//
//	theta1 <- (1 - gamma) theta1 + gamma (dMean - 2 dCov mean)
//	theta2 <- (1 - gamma) theta2 + gamma dCov
func (q Natural) step(gamma float64, dMean []float64, dCov *mat.Dense) (Natural, error) {
	m := len(q.theta1)
	shift := mat.NewDense(m, 1, nil)
	linalg.Mul(shift, dCov, column(q.full.mean))
	theta1, precision := make([]float64, m), mat.NewDense(m, m, nil)
	for i := range m {
		theta1[i] = (1-gamma)*q.theta1[i] + gamma*(dMean[i]-2*shift.At(i, 0))
		row, d := precision.RawRowView(i), dCov.RawRowView(i)
		for j, v := range q.precision.RawRowView(i) {
			row[j] = (1-gamma)*v - 2*gamma*d[j]
		}
	}
	return newNatural(theta1, precision)
}
