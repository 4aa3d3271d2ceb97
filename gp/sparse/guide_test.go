package sparse

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/linalg"
	"matheron/rng"
)

// Draws have the guide's mean and covariance.
func TestDrawMoments(t *testing.T) {
	const n = 20000
	for name, q := range randomGuides(t, problem(4, 1)) {
		r := rng.New(7).Named(name).Rand()
		mean, cov := q.Mean(), q.Covariance()
		sum, cross := make([]float64, 4), mat.NewDense(4, 4, nil)
		for range n {
			u := q.Draw(r)
			for i := range u {
				sum[i] += (u[i] - mean[i]) / n
				for j := range u {
					cross.Set(i, j, cross.At(i, j)+(u[i]-mean[i])*(u[j]-mean[j])/n)
				}
			}
		}
		for i := range 4 {
			// Five standard errors: sqrt(S_ii/n) of a mean, sqrt((S_ii S_jj + S_ij²)/n)
			// of a covariance; a point has none but rounding.
			if math.Abs(sum[i]) > 5*math.Sqrt(cov.At(i, i)/n)+1e-12 {
				t.Errorf("%s: mean of draws is off by %v", name, sum[i])
			}
			for j := range 4 {
				se := math.Sqrt((cov.At(i, i)*cov.At(j, j) + cov.At(i, j)*cov.At(i, j)) / n)
				if math.Abs(cross.At(i, j)-cov.At(i, j)) > 5*se+1e-12 {
					t.Errorf("%s: covariance %d %d of draws is %v, want %v", name, i, j, cross.At(i, j), cov.At(i, j))
				}
			}
		}
	}
}

// Params and WithParams are inverse, and LogDet is that of Covariance.
func TestGuideParams(t *testing.T) {
	for name, q := range randomGuides(t, problem(5, 1)) {
		back, err := q.WithParams(q.Params())
		if err != nil {
			t.Fatal(err)
		}
		wantAll(t, name+": parameters", back.Params(), q.Params(), 1e-12)
		wantAll(t, name+": mean", back.Mean(), q.Mean(), 1e-12)
		wantMatrix(t, name+": covariance", back.Covariance(), q.Covariance(), 1e-12)
		if mat.Norm(q.Covariance(), 2) == 0 {
			continue
		}
		det, _ := mat.LogDet(q.Covariance())
		wantNear(t, name+": log det", q.LogDet(), det, 1e-10)
	}
}

// Every guide that has a density converts to every form and back with its distribution.
func TestConversions(t *testing.T) {
	in, err := problem(5, 1).Inducing()
	if err != nil {
		t.Fatal(err)
	}
	for name, q := range randomGuides(t, problem(5, 1)) {
		full, err := ToFullRank(q)
		if mat.Norm(q.Covariance(), 2) == 0 {
			var pivot *linalg.NotPositiveDefinite
			if !errors.As(err, &pivot) {
				t.Errorf("%s: a point as full rank: %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		natural, err := ToNatural(q)
		if err != nil {
			t.Fatal(err)
		}
		again, err := NewNatural(natural.Theta1(), natural.Theta2())
		if err != nil {
			t.Fatal(err)
		}
		white, err := in.WhitenGuide(natural)
		if err != nil {
			t.Fatal(err)
		}
		for form, to := range map[string]Trainable{"full rank": full, "natural": natural, "from natural parameters": again, "whitened": white} {
			wantAll(t, name+" as "+form+": mean", to.Mean(), q.Mean(), 1e-10)
			wantMatrix(t, name+" as "+form+": covariance", to.Covariance(), q.Covariance(), 1e-10)
			wantNear(t, name+" as "+form+": log det", to.LogDet(), q.LogDet(), 1e-10)
			kl, err := KL(q, to)
			if err != nil || kl > 1e-12 {
				t.Errorf("%s as %s: KL %g (%v)", name, form, kl, err)
			}
		}
	}
	field := randomGuides(t, problem(5, 1))["mean field"]
	full, err := ToFullRank(field)
	if err != nil {
		t.Fatal(err)
	}
	back, err := ToMeanField(full)
	if err != nil {
		t.Fatal(err)
	}
	wantAll(t, "mean field and back", back.Params(), field.Params(), 1e-14)
	var mixed *NotDiagonal
	if _, err := ToMeanField(randomGuides(t, problem(5, 1))["full rank"]); !errors.As(err, &mixed) || mixed.I != 0 || mixed.J != 1 {
		t.Errorf("a full covariance as mean field: %v", err)
	}
}

// KL(q || p) is the mean of log q - log p under q.
func TestKLByMonteCarlo(t *testing.T) {
	gs := randomGuides(t, problem(3, 1))
	q, p := gs["full rank"], gs["whitened mean field"]
	kl, err := KL(q, p)
	if err != nil {
		t.Fatal(err)
	}
	density := func(g Trainable) func(u []float64) float64 {
		mean, prec := g.Mean(), mat.NewDense(3, 3, nil)
		if err := prec.Inverse(g.Covariance()); err != nil {
			t.Fatal(err)
		}
		return func(u []float64) float64 {
			v := -0.5 * g.LogDet()
			for i := range u {
				for j := range u {
					v -= 0.5 * (u[i] - mean[i]) * prec.At(i, j) * (u[j] - mean[j])
				}
			}
			return v
		}
	}
	lq, lp := density(q), density(p)
	const n = 40000
	r := rand.New(rand.NewPCG(3, 29))
	var sum, square float64
	for range n {
		u := q.Draw(r)
		d := lq(u) - lp(u)
		sum += d / n
		square += d * d / n
	}
	if se := math.Sqrt((square - sum*sum) / n); math.Abs(sum-kl) > 4*se {
		t.Errorf("KL %v, by Monte Carlo %v (standard error %v)", kl, sum, se)
	}
	in, err := problem(3, 1).Inducing()
	if err != nil {
		t.Fatal(err)
	}
	toPrior, err := KL(q, in.Guide())
	if err != nil {
		t.Fatal(err)
	}
	wantNear(t, "KL to the prior", in.KL(q), toPrior, 1e-12)
	wantNear(t, "KL of the prior", in.KL(in.StandardGuide()), 0, 1e-14)
}

// The KL of a point is -log p(u).
func TestDeltaKL(t *testing.T) {
	in, err := problem(4, 1).Inducing()
	if err != nil {
		t.Fatal(err)
	}
	q := randomGuides(t, problem(4, 1))["delta"]
	g := in.Guide()
	s := mat.NewSymDense(4, nil)
	for i := range 4 {
		for j := range 4 {
			s.SetSym(i, j, g.Covariance().At(i, j))
		}
	}
	var chol mat.Cholesky
	if !chol.Factorize(s) {
		t.Fatal("not positive definite")
	}
	d := mat.NewVecDense(4, nil)
	d.SubVec(mat.NewVecDense(4, q.Mean()), mat.NewVecDense(4, g.Mean()))
	var sol mat.VecDense
	if err := chol.SolveVecTo(&sol, d); err != nil {
		t.Fatal(err)
	}
	want := 0.5 * (mat.Dot(d, &sol) + chol.LogDet() + 4*math.Log(2*math.Pi))
	wantNear(t, "KL of a point", in.KL(q), want, 1e-11)
}

func TestGuideErrors(t *testing.T) {
	var bad *GuideParamError
	if _, err := NewFullRank([]float64{0, 0}, mat.NewDense(2, 2, []float64{1, 9, 0.5, -1})); !errors.As(err, &bad) || bad.Index != 4 {
		t.Errorf("negative diagonal: %v", err)
	}
	if _, err := NewMeanField([]float64{0, 0}, []float64{1, 0}); !errors.As(err, &bad) || bad.Index != 3 {
		t.Errorf("standard deviation 0: %v", err)
	}
	if _, err := NewDelta([]float64{math.NaN()}); !errors.As(err, &bad) || bad.Index != 0 {
		t.Errorf("NaN: %v", err)
	}
	var pivot *linalg.NotPositiveDefinite
	if _, err := NewNatural([]float64{0, 0}, mat.NewDense(2, 2, []float64{-0.5, 0, 2, -0.5})); !errors.As(err, &pivot) {
		t.Errorf("indefinite theta2: %v", err)
	}
	in, err := problem(2, 1).Inducing()
	if err != nil {
		t.Fatal(err)
	}
	wantPanic(t, "sparse: Whiten: the guide is whitened already", func() { in.Whiten(in.StandardGuide()) })
	wantPanic(t, "sparse: Whiten: 1 variables, want 2", func() { in.Whiten(Delta{[]float64{0}}) })
	wantPanic(t, "sparse: Delta: 3 parameters, want 1", func() { _, _ = Delta{[]float64{0}}.WithParams(make([]float64, 3)) })
}
