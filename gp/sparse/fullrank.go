package sparse

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"matheron/linalg"
)

// FullRank is the guide u ~ N(mean, T T'), T lower triangular with a positive
// diagonal. Parameters: the mean, then T row by row, its diagonal by the
// logarithm: M + M(M+1)/2 numbers, any of which make a distribution.
type FullRank struct {
	mean []float64
	tril *mat.Dense
}

var (
	_ Trainable = FullRank{}
	_ Factored  = FullRank{}
)

// NewFullRank returns the guide with this mean and scale, of which the lower
// triangle is read; both are copied. It panics on shapes that do not fit. The
// error is a [*GuideParamError] for a number that is not finite or a diagonal
// that is not positive.
func NewFullRank(mean []float64, scaleTril *mat.Dense) (FullRank, error) {
	m := len(mean)
	checkSquare("NewFullRank", scaleTril, m)
	tril := mat.NewDense(m, m, nil)
	for i := range m {
		copy(tril.RawRowView(i)[:i+1], scaleTril.RawRowView(i))
	}
	return newFullRank(append([]float64(nil), mean...), tril)
}

// newFullRank keeps both; tril has zeros above its diagonal.
func newFullRank(mean []float64, tril *mat.Dense) (FullRank, error) {
	for i, v := range mean {
		if !finite(v) {
			return FullRank{}, &GuideParamError{i, v}
		}
	}
	at := len(mean)
	for i := range mean {
		row := tril.RawRowView(i)[:i+1]
		// v - v is 0 for a finite number and else NaN, which no sum loses.
		var bad float64
		for _, v := range row {
			bad += v - v
		}
		if bad == 0 && row[i] > 0 {
			at += i + 1
			continue
		}
		for j, v := range row {
			if !finite(v) || i == j && v <= 0 {
				return FullRank{}, &GuideParamError{at + j, v}
			}
		}
	}
	return FullRank{mean, tril}, nil
}

// Mean implements [Guide].
func (q FullRank) Mean() []float64 { return append([]float64(nil), q.mean...) }

// Covariance implements [Guide].
func (q FullRank) Covariance() *mat.Dense {
	m := len(q.mean)
	s := mat.NewDense(m, m, nil)
	linalg.SymRankK(s, 1, q.tril)
	linalg.Symmetrize(s)
	return s
}

// ScaleTril implements [Factored].
func (q FullRank) ScaleTril() *mat.Dense { return q.tril }

// Draw implements [Guide]. Cost M².
func (q FullRank) Draw(r *rand.Rand) []float64 {
	u := lowerTimes(q.tril, normals(len(q.mean), r))
	for i, v := range q.mean {
		u[i] += v
	}
	return u
}

// LogDet implements [Trainable].
func (q FullRank) LogDet() float64 {
	var s float64
	for i := range q.mean {
		s += math.Log(q.tril.At(i, i))
	}
	return 2 * s
}

// Params implements [Trainable].
func (q FullRank) Params() []float64 {
	m := len(q.mean)
	out := append(make([]float64, 0, m+packed(m)), q.mean...)
	for i := range m {
		row := q.tril.RawRowView(i)
		out = append(out, row[:i]...)
		out = append(out, math.Log(row[i]))
	}
	return out
}

// WithParams implements [Trainable].
func (q FullRank) WithParams(theta []float64) (Trainable, error) {
	m := len(q.mean)
	checkLen("FullRank", "parameters", len(theta), m+packed(m))
	t := mat.NewDense(m, m, nil)
	at := m
	for i := range m {
		row := t.RawRowView(i)
		copy(row[:i], theta[at:])
		row[i] = math.Exp(theta[at+i])
		at += i + 1
	}
	return newFullRank(append([]float64(nil), theta[:m]...), t)
}

// ParamGrad implements [Trainable]: dT = 2 dCov T, lower triangle.
func (q FullRank) ParamGrad(dst, dMean []float64, dCov *mat.Dense, dLogDet float64) {
	m := len(q.mean)
	checkLen("FullRank", "parameters", len(dst), m+packed(m))
	for i, v := range dMean {
		dst[i] += v
	}
	dt := mat.NewDense(m, m, nil)
	linalg.Mul(dt, dCov, q.tril)
	at := m
	for i := range m {
		row := dt.RawRowView(i)
		for j, v := range row[:i] {
			dst[at+j] += 2 * v
		}
		dst[at+i] += 2*row[i]*q.tril.At(i, i) + 2*dLogDet
		at += i + 1
	}
}
