package sparse

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// MeanField is the guide of independent u_i ~ N(mean_i, sd_i²). Parameters: the
// means, then the logarithms of the standard deviations: 2 M numbers.
type MeanField struct {
	mean, sd []float64
}

var (
	_ Trainable = MeanField{}
	_ Factored  = MeanField{}
)

// NewMeanField returns the guide with these means and standard deviations, which
// are copied. It panics if their numbers differ. The error is a
// [*GuideParamError] for a number that is not finite or a standard deviation
// that is not positive.
func NewMeanField(mean, sd []float64) (MeanField, error) {
	checkLen("NewMeanField", "standard deviations", len(sd), len(mean))
	for i, v := range mean {
		if !finite(v) {
			return MeanField{}, &GuideParamError{i, v}
		}
	}
	for i, v := range sd {
		if !finite(v) || v <= 0 {
			return MeanField{}, &GuideParamError{len(mean) + i, v}
		}
	}
	return MeanField{append([]float64(nil), mean...), append([]float64(nil), sd...)}, nil
}

// Mean implements [Guide].
func (q MeanField) Mean() []float64 { return append([]float64(nil), q.mean...) }

// SD returns the standard deviations.
func (q MeanField) SD() []float64 { return append([]float64(nil), q.sd...) }

// Covariance implements [Guide].
func (q MeanField) Covariance() *mat.Dense { return q.diagonal(2) }

// ScaleTril implements [Factored].
func (q MeanField) ScaleTril() *mat.Dense { return q.diagonal(1) }

func (q MeanField) diagonal(power int) *mat.Dense {
	s := mat.NewDense(len(q.sd), len(q.sd), nil)
	for i, v := range q.sd {
		s.Set(i, i, math.Pow(v, float64(power)))
	}
	return s
}

// Draw implements [Guide].
func (q MeanField) Draw(r *rand.Rand) []float64 {
	u := normals(len(q.mean), r)
	for i := range u {
		u[i] = q.mean[i] + q.sd[i]*u[i]
	}
	return u
}

// LogDet implements [Trainable].
func (q MeanField) LogDet() float64 {
	var s float64
	for _, v := range q.sd {
		s += 2 * math.Log(v)
	}
	return s
}

// Params implements [Trainable].
func (q MeanField) Params() []float64 {
	out := q.Mean()
	for _, v := range q.sd {
		out = append(out, math.Log(v))
	}
	return out
}

// WithParams implements [Trainable].
func (q MeanField) WithParams(theta []float64) (Trainable, error) {
	m := len(q.mean)
	checkLen("MeanField", "parameters", len(theta), 2*m)
	sd := make([]float64, m)
	for i := range sd {
		sd[i] = math.Exp(theta[m+i])
	}
	return NewMeanField(theta[:m], sd)
}

// ParamGrad implements [Trainable].
func (q MeanField) ParamGrad(dst, dMean []float64, dCov *mat.Dense, dLogDet float64) {
	m := len(q.mean)
	checkLen("MeanField", "parameters", len(dst), 2*m)
	for i, v := range q.sd {
		dst[i] += dMean[i]
		dst[m+i] += 2*dCov.At(i, i)*v*v + 2*dLogDet
	}
}
