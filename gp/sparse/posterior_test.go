package sparse

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/rng"
)

// foreign is a guide of someone else's making, with no more than it needs.
type foreign struct{ full FullRank }

func (f foreign) Mean() []float64             { return f.full.Mean() }
func (f foreign) Covariance() *mat.Dense      { return f.full.Covariance() }
func (f foreign) Draw(r *rand.Rand) []float64 { return f.full.Draw(r) }

// Any guide predicts: the three methods are all that a posterior asks for.
func TestForeignGuide(t *testing.T) {
	p := problem(5, 2)
	in, err := p.Inducing()
	if err != nil {
		t.Fatal(err)
	}
	own := randomGuides(t, p)["full rank"].(FullRank)
	x := randomInputs(4, 6, 2)
	a, b := NewPosterior(in, own), NewPosterior(in, foreign{own})
	wantAll(t, "mean", b.Mean(nil, x), a.Mean(nil, x), 0)
	wantMatrix(t, "covariance", b.Covariance(nil, x), a.Covariance(nil, x), 0)
	kl, err := KL(foreign{own}, own)
	if err != nil || kl > 1e-13 {
		t.Errorf("KL to itself %g (%v)", kl, err)
	}
}

// Joint draws have the mean and covariance; so has m + A (u - m(Z)) with draws of u,
// plus the covariance of f given u.
func TestPosteriorDraws(t *testing.T) {
	p := problem(5, 1)
	in, err := p.Inducing()
	if err != nil {
		t.Fatal(err)
	}
	post := NewPosterior(in, randomGuides(t, p)["whitened mean field"])
	x := mat.NewDense(3, 1, []float64{-1, 0.2, 2.5})
	mean, cov := post.Mean(nil, x), post.Covariance(nil, x)
	const n = 20000
	joint, jitter, err := post.Draw(rng.New(2), n, x)
	if err != nil || jitter != 0 {
		t.Fatal(err, jitter)
	}
	through := mat.NewDense(n, 3, nil)
	a, rest := in.Projection(nil, x), in.Conditional(nil, x)
	m := make([]float64, 3)
	in.Mean().Eval(m, x)
	for s := range n {
		u := post.DrawInducing(rng.New(3).Split(s).Rand())
		for i := range 3 {
			v := m[i]
			for j := range u {
				v += a.At(i, j) * (u[j] - in.MeanZ()[j])
			}
			through.Set(s, i, v)
		}
	}
	for name, c := range map[string]struct{ draws, add *mat.Dense }{
		"joint": {joint, mat.NewDense(3, 3, nil)}, "through u": {through, rest},
	} {
		for i := range 3 {
			for j := range 3 {
				var si, s2 float64
				for s := range n {
					di := c.draws.At(s, i) - mean[i]
					si += di / n
					s2 += di * (c.draws.At(s, j) - mean[j]) / n
				}
				// Five standard errors, as in TestDrawMoments.
				if math.Abs(si) > 5*math.Sqrt(cov.At(i, i)/n) {
					t.Errorf("%s: mean %d is off by %v", name, i, si)
				}
				se := math.Sqrt((cov.At(i, i)*cov.At(j, j) + cov.At(i, j)*cov.At(i, j)) / n)
				if math.Abs(s2+c.add.At(i, j)-cov.At(i, j)) > 5*se {
					t.Errorf("%s: covariance %d %d is %v, want %v", name, i, j, s2+c.add.At(i, j), cov.At(i, j))
				}
			}
		}
	}
}

func TestPosteriorPanics(t *testing.T) {
	in, err := Prior{Prior: gp.Prior{Kernel: rbf(1, 1)}, Z: line(0, 1, 3)}.Inducing()
	if err != nil {
		t.Fatal(err)
	}
	post := NewPosterior(in, in.Guide())
	x := line(0, 1, 4)
	wantPanic(t, "sparse: Mean: 3 elements of dst, want 4", func() { post.Mean(make([]float64, 3), x) })
	wantPanic(t, "sparse: Variance: x has 2 columns, want 1", func() { post.Variance(nil, randomInputs(1, 2, 2)) })
	wantPanic(t, "sparse: Covariance: dst is 1 x 1, want 4 x 4", func() { post.Covariance(mat.NewDense(1, 1, nil), x) })
	wantPanic(t, "sparse: guide: 2 variables, want 3", func() { NewPosterior(in, Delta{[]float64{1, 2}}) })
	// p(u) as the guide gives the prior back.
	wantAll(t, "mean", post.Mean(nil, x), make([]float64, 4), 1e-12)
	wantAll(t, "variance", post.Variance(nil, x), []float64{1, 1, 1, 1}, 1e-12)
}
