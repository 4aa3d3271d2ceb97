package sparse

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/linalg"
)

// ToFullRank returns the full-rank guide of the same distribution. The error is a
// *[linalg.NotPositiveDefinite] where the covariance is singular, as that of
// [Delta] is.
func ToFullRank(q Guide) (FullRank, error) {
	switch t := q.(type) {
	case FullRank:
		return t, nil
	case Natural:
		return t.full, nil
	}
	tril, err := scaleTril(q)
	if err != nil {
		return FullRank{}, err
	}
	return FullRank{q.Mean(), tril}, nil
}

// ToNatural returns the guide of the same distribution by its natural parameters, with
// the errors of [ToFullRank].
func ToNatural(q Guide) (Natural, error) {
	if t, ok := q.(Natural); ok {
		return t, nil
	}
	f, err := ToFullRank(q)
	if err != nil {
		return Natural{}, err
	}
	m := len(f.mean)
	inv := identity(m)
	solveTril(f.tril, inv)
	precision, theta1 := mat.NewDense(m, m, nil), mat.NewDense(m, 1, nil)
	linalg.SymRankKTransA(precision, 1, inv)
	linalg.Symmetrize(precision)
	linalg.Mul(theta1, precision, column(f.mean))
	// The distribution is at hand: factorising the precision again would only round it.
	return Natural{theta1.RawMatrix().Data, precision, f}, nil
}

// ToMeanField returns the mean-field guide of the same distribution. The error is a
// [*NotDiagonal] for the first covariance of two variables that is not zero, or
// a [*GuideParamError] for a variance of 0.
func ToMeanField(q Guide) (MeanField, error) {
	if t, ok := q.(MeanField); ok {
		return t, nil
	}
	mean, s := q.Mean(), q.Covariance()
	sd := make([]float64, len(mean))
	for i := range sd {
		for j, v := range s.RawRowView(i)[:i] {
			if v != 0 {
				return MeanField{}, &NotDiagonal{j, i, v}
			}
		}
		sd[i] = math.Sqrt(s.At(i, i))
	}
	return NewMeanField(mean, sd)
}

// WhitenGuide returns the whitened guide of the same distribution of u: v = L⁻¹ (u - m(Z)),
// full rank; a [Delta] stays one. The errors are those of [ToFullRank].
func (in *Inducing) WhitenGuide(q Guide) (Whitened, error) {
	if t, ok := q.(Whitened); ok && t.in == in {
		return t, nil
	}
	inner := q
	if t, ok := q.(Whitened); ok {
		inner = t.v
	}
	if _, ok := inner.(Delta); ok {
		return in.Whiten(Delta{in.whitenMean(q.Mean())}), nil
	}
	f, err := ToFullRank(q)
	if err != nil {
		return Whitened{}, err
	}
	t := mat.DenseCopyOf(f.tril)
	in.chol.SolveLower(t)
	return in.Whiten(FullRank{in.whitenMean(f.mean), t}), nil
}

// whitenMean returns L⁻¹ (u - m(Z)).
func (in *Inducing) whitenMean(u []float64) []float64 {
	checkLen("guide", "variables", len(u), in.Len())
	v := make([]float64, len(u))
	for i := range v {
		v[i] = u[i] - in.mean[i]
	}
	in.chol.SolveLower(column(v))
	return v
}

// whitenCovariance returns L⁻¹ s L⁻ᵀ in the storage of s.
func (in *Inducing) whitenCovariance(s *mat.Dense) *mat.Dense {
	in.chol.SolveLower(s)
	out := mat.DenseCopyOf(s.T())
	in.chol.SolveLower(out)
	linalg.Symmetrize(out)
	return out
}

// whitenedMoments returns the mean and the covariance of v under q.
func (in *Inducing) whitenedMoments(q Guide) ([]float64, *mat.Dense) {
	if w, ok := q.(Whitened); ok && w.in == in {
		return w.v.Mean(), w.v.Covariance()
	}
	return in.whitenMean(q.Mean()), in.whitenCovariance(q.Covariance())
}

// scaleTril returns T with cov u = T T'.
func scaleTril(q Guide) (*mat.Dense, error) {
	if w, ok := q.(Whitened); ok {
		v, err := scaleTril(w.v)
		if err != nil {
			return nil, err
		}
		t := mat.NewDense(w.in.Len(), w.in.Len(), nil)
		w.in.chol.MulLower(t, v)
		return t, nil
	}
	if f, ok := q.(Factored); ok {
		return f.ScaleTril(), nil
	}
	c, err := linalg.Factorize(q.Covariance(), linalg.Policy{})
	if err != nil {
		return nil, err
	}
	return c.L(), nil
}

// identity returns the identity of m rows.
func identity(m int) *mat.Dense {
	eye := mat.NewDense(m, m, nil)
	for i := range m {
		eye.Set(i, i, 1)
	}
	return eye
}

// solveTril sets b to T⁻¹ b.
func solveTril(t, b *mat.Dense) {
	m, _ := t.Dims()
	for i := range m {
		bi, ti := b.RawRowView(i), t.RawRowView(i)
		for k, a := range ti[:i] {
			if a == 0 {
				continue
			}
			for j, v := range b.RawRowView(k) {
				bi[j] -= a * v
			}
		}
		for j := range bi {
			bi[j] /= ti[i]
		}
	}
}
