package pathwise_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp/sparse"
	"matheron/pathwise"
	"matheron/rng"
)

// everyGuide returns guides of each kind of package sparse. Those that are named in
// pairs are the same distribution, of u and whitened.
func (c sparseCase) everyGuide(t *testing.T) map[string]sparse.Guide {
	t.Helper()
	fail := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	field, err := sparse.NewMeanField(c.q.Mean(), []float64{0.3, 0.2, 0.5, 0.1, 0.4})
	fail(err)
	delta, err := sparse.NewDelta(c.q.Mean())
	fail(err)
	out := map[string]sparse.Guide{
		"mean field": field, "delta": delta, "full rank": c.q, "prior": c.in.Guide(),
		"prior, whitened":       c.in.StandardGuide(),
		"whitened mean field":   c.in.Whiten(field),
		"whitened delta":        c.in.Whiten(delta),
		"full rank, whitened":   must(c.in.WhitenGuide(c.q)),
		"natural":               must(sparse.ToNatural(c.q)),
		"whitened natural":      c.in.Whiten(must(sparse.ToNatural(field))),
		"mean field, as a full": must(sparse.ToFullRank(field)),
	}
	return out
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// moments are those of one path given its basis, written out:
//
//	mean = m(x) + A (m_u - m(Z)),  A = k(x,Z) (K_ZZ + j I)^-1
//	cov  = (Phi_x - A Phi_Z)(Phi_x - A Phi_Z)' + A (S_u + j I) A'
func (c sparseCase) moments(q sparse.Guide, p *pathwise.Paths) (mean []float64, cov *mat.Dense) {
	z, k := c.in.Z(), c.prior.Kernel
	n, t := 5, 9
	kzz, kzx := mat.NewDense(n, n, nil), mat.NewDense(n, t, nil)
	k.Cov(kzz, z, z)
	k.Cov(kzx, z, c.x)
	spread := mat.DenseCopyOf(q.Covariance())
	for i := range n {
		kzz.Set(i, i, kzz.At(i, i)+c.in.Jitter())
		spread.Set(i, i, spread.At(i, i)+c.in.Jitter())
	}
	var at mat.Dense // A'
	if err := at.Solve(kzz, kzx); err != nil {
		panic(err)
	}
	mz := make([]float64, n)
	mean = make([]float64, t)
	c.prior.Mean.Eval(mz, z)
	c.prior.Mean.Eval(mean, c.x)
	for i := range mean {
		for j, u := range q.Mean() {
			mean[i] += at.At(j, i) * (u - mz[j])
		}
	}
	basis := p.States()[0].Bases[0]
	phi, phiZ := mat.NewDense(t, basis.Len(), nil), mat.NewDense(n, basis.Len(), nil)
	basis.Eval(phi, c.x)
	basis.Eval(phiZ, z)
	var lost, left, noise, both mat.Dense
	lost.Mul(at.T(), phiZ)
	left.Sub(phi, &lost)
	both.Mul(&left, left.T())
	noise.Mul(at.T(), spread)
	lost.Reset()
	lost.Mul(&noise, &at)
	both.Add(&both, &lost)
	return mean, &both
}

// Over a guide of any kind, whitened or not, the distribution of the paths is the closed
// form, a whitened guide and that of u with the same distribution make the same, and the
// draws have it.
func TestInducingOverEveryGuide(t *testing.T) {
	const paths = 4000
	c := newSparseCase(t, 1e-4)
	covs := map[string]*mat.SymDense{}
	for name, q := range c.everyGuide(t) {
		p := c.draw(t, q, rng.New(9), paths, 24, false)
		mean, cov, err := p.Moments(0, c.x)
		if err != nil {
			t.Fatal(err)
		}
		covs[name] = cov
		wantMean, wantCov := c.moments(q, p)
		values := p.Eval(c.x)
		for i := range mean {
			// cond(K_ZZ + j I) is some 1e4.
			if math.Abs(mean[i]-wantMean[i]) > 1e-8*math.Max(1, math.Abs(wantMean[i])) {
				t.Errorf("%s: mean %v at point %d, want %v", name, mean[i], i, wantMean[i])
			}
			for j := range mean {
				if math.Abs(cov.At(i, j)-wantCov.At(i, j)) > 1e-8*math.Max(1, math.Abs(wantCov.At(i, j))) {
					t.Errorf("%s: covariance %v of points %d and %d, want %v", name, cov.At(i, j), i, j, wantCov.At(i, j))
				}
			}
			// The draws share a basis, given which they are independent: standard errors
			// sqrt(v/S) of the mean and v sqrt(2/S) of the variance, 5 of each.
			v, got, square := wantCov.At(i, i), 0.0, 0.0
			for s := range paths {
				d := values.At(s, i) - wantMean[i]
				got += d / paths
				square += d * d / paths
			}
			if math.Abs(got) > 5*math.Sqrt(v/paths) || math.Abs(square-v) > 5*v*math.Sqrt(2.0/paths) {
				t.Errorf("%s: at point %d the draws are off by %v with a variance of %v, want %v", name, i, got, square, v)
			}
		}
	}
	for _, pair := range [][2]string{
		{"full rank", "full rank, whitened"}, {"prior", "prior, whitened"}, {"full rank", "natural"}, {"mean field", "mean field, as a full"},
	} {
		for i := range 9 {
			for j := range 9 {
				if a, b := covs[pair[0]].At(i, j), covs[pair[1]].At(i, j); math.Abs(a-b) > 1e-8*math.Max(1, math.Abs(a)) {
					t.Errorf("%s: covariance %v of points %d and %d, %s has %v", pair[0], a, i, j, pair[1], b)
				}
			}
		}
	}
}
