package demo_test

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/demo"
)

// optimum returns Titsias' optimal q(u) in closed form, N(K B⁻¹ K_ZX y/s2, K B⁻¹ K)
// with B = K + K_ZX K_XZ/s2 and K = K_ZZ + jitter I, beside p(u | y) and the bound,
// by dense algebra alone.
func optimum(t *testing.T, s *demo.Example, z []float64) (mean, exactMean *mat.VecDense, c, exact *mat.SymDense, bound float64) {
	t.Helper()
	const jitter = 1e-6
	s2 := 0.15*0.15 + jitter
	m, n := len(z), len(s.Table.X)
	k := cov(z, z)
	for i := range m {
		k.Set(i, i, k.At(i, i)+jitter)
	}
	zx := cov(z, s.Table.X)
	var b, solved, product, kzx mat.Dense
	b.Mul(zx, zx.T())
	b.Scale(1/s2, &b)
	b.Add(&b, k)
	solve := func(dst, a, rhs *mat.Dense) {
		// The condition of B is reported as an error from 1e15 on.
		if err := dst.Solve(a, rhs); err != nil {
			if _, ok := err.(mat.Condition); !ok {
				t.Fatal(err)
			}
		}
	}
	solve(&solved, &b, k) // B⁻¹ K
	product.Mul(k, &solved)
	c = symmetric(&product)
	y := mat.NewVecDense(n, s.Table.Y)
	mean = mat.NewVecDense(m, nil)
	kzx.Mul(solved.T(), zx) // K B⁻¹ K_ZX
	mean.MulVec(&kzx, y)
	mean.ScaleVec(1/s2, mean)

	book := newTextbook(t, s, jitter)
	em, ec := book.joint(z)
	exactMean = mat.NewVecDense(m, em)
	for i := range m {
		ec.Set(i, i, ec.At(i, i)+jitter)
	}
	exact = symmetric(ec)

	var kInvZX, q mat.Dense
	solve(&kInvZX, k, zx)
	q.Mul(zx.T(), &kInvZX)
	trace := float64(n) - mat.Trace(&q)
	h := symmetric(&q)
	for i := range n {
		h.SetSym(i, i, h.At(i, i)+s2)
	}
	var chol mat.Cholesky
	if !chol.Factorize(h) {
		t.Fatal("not positive definite")
	}
	var a mat.VecDense
	if err := chol.SolveVecTo(&a, y); err != nil {
		t.Fatal(err)
	}
	bound = -(mat.Dot(y, &a)+chol.LogDet()+float64(n)*math.Log(2*math.Pi))/2 - trace/(2*s2)
	return mean, exactMean, c, exact, bound
}

func symmetric(a *mat.Dense) *mat.SymDense {
	n, _ := a.Dims()
	s := mat.NewSymDense(n, nil)
	for i := range n {
		for j := range i + 1 {
			s.SetSym(i, j, (a.At(i, j)+a.At(j, i))/2)
		}
	}
	return s
}

// kl is KL(N(m, s) || N(p, q)).
func kl(t *testing.T, m, p *mat.VecDense, s, q *mat.SymDense) float64 {
	t.Helper()
	var cs, cq mat.Cholesky
	if !cs.Factorize(s) || !cq.Factorize(q) {
		t.Fatal("not positive definite")
	}
	var solved mat.Dense
	if err := cq.SolveTo(&solved, s); err != nil {
		t.Fatal(err)
	}
	var d, w mat.VecDense
	d.SubVec(m, p)
	if err := cq.SolveVecTo(&w, &d); err != nil {
		t.Fatal(err)
	}
	n, _ := s.Dims()
	return (mat.Trace(&solved) + mat.Dot(&d, &w) - float64(n) + cq.LogDet() - cs.LogDet()) / 2
}

func TestDecoupled(t *testing.T) {
	for _, seed := range []uint64{0, 1} {
		r := run(t, seed)
		d := r.Decoupled
		if d.Inducing != 12 || d.From != -1.8 || d.To != 1.8 || d.Paths != 128 || d.Features != 512 || d.Jitter != 1e-6 {
			t.Errorf("settings %+v", d)
		}
		mean, exactMean, c, exact, bound := optimum(t, r.Example, d.Z)
		// The KL between the optimum and p(u | y): cond(K_ZZ) is some 1e3 at 12.
		within(t, "KL at 12", d.Optimum[4].KL, kl(t, mean, exactMean, c, exact), 1e-6*d.Optimum[4].KL)
		k := cov(d.Z, d.Z)
		for i := range d.Z {
			k.Set(i, i, k.At(i, i)+1e-6)
		}
		start := kl(t, mat.NewVecDense(12, nil), mean, symmetric(k), c)
		within(t, "KL at the start", d.SVI.StartKL, start, 1e-6*start)
		within(t, "bound", d.Bound, bound, 1e-8*math.Abs(bound))
		for i := range d.Z {
			within(t, "mean of u", d.Mean[i], exactMean.AtVec(i), 1e-9)
			within(t, "sd of u", d.SD[i], math.Sqrt(exact.At(i, i)), 1e-8)
		}
		// The sparse distribution is that of f given u, with p(u | y) for u. Its
		// distance from the exact one is by A = k(x,Z) K⁻¹.
		var a, am, as, v mat.Dense
		if err := a.Solve(k, cov(d.Z, d.Band.X)); err != nil {
			t.Fatal(err)
		}
		am.Mul(a.T(), exactMean)
		as.Mul(exact, &a)
		v.Mul(k, &a)
		var meanError, sdError float64
		for i := range d.Band.X {
			ai, si, ki := a.ColView(i), as.ColView(i), v.ColView(i)
			variance := 1 - mat.Dot(ai, ki) + mat.Dot(ai, si)
			meanError = max(meanError, math.Abs(am.At(i, 0)-r.Baseline.Mean[i]))
			sdError = max(sdError, math.Abs(math.Sqrt(variance)-r.Baseline.SD[i]))
		}
		within(t, "greatest error of the mean", d.MeanError, meanError, 1e-7)
		within(t, "greatest error of the sd", d.SDError, sdError, 1e-7)

		// ELBO(q) = bound - KL(q || q*), to the rounding of two numbers of some 30.
		within(t, "ELBO and KL", d.SVI.ELBO+d.SVI.KL, d.Bound, 1e-9*math.Abs(d.Bound))
		if !(d.Bound < d.LogEvidence) {
			t.Errorf("a bound of %v on %v", d.Bound, d.LogEvidence)
		}
		// Other readings of the same function have 1.9 nats at 12 inducing inputs and
		// 0.003 at 16; those of a seed change the quadratic term.
		if len(d.Optimum) != 17 || d.Optimum[0].Inducing != 8 || d.Optimum[16].Inducing != 24 {
			t.Fatalf("optimum for %+v", d.Optimum)
		}
		if k := d.Optimum[4].KL; !(k > 0.5 && k < 10) {
			t.Errorf("KL at 12 inducing inputs is %v", k)
		}
		for _, o := range d.Optimum[8:] {
			if !(o.KL >= 0 && o.KL < 0.02) {
				t.Errorf("KL at %d inducing inputs is %v", o.Inducing, o.KL)
			}
		}
	}
}

// SVI from the prior comes within 0.01 nats of the closed form, whatever the seed.
func TestSVIReachesTheOptimum(t *testing.T) {
	for seed := range uint64(10) {
		s := example(t, seed)
		b, err := s.Baseline(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		d, err := s.Decoupled(context.Background(), b)
		if err != nil {
			t.Fatal(err)
		}
		if !(d.SVI.KL < 0.01) || !(d.SVI.StartKL > 10) {
			t.Errorf("seed %d: KL from %v to %v", seed, d.SVI.StartKL, d.SVI.KL)
		}
	}
}

// The band of the decoupled paths is that of the sparse distribution.
func TestDecoupledBand(t *testing.T) {
	d := run(t, 0).Decoupled
	mean := d.Sparse.Mean(nil, column(d.Band.X...))
	variance := d.Sparse.Variance(nil, column(d.Band.X...))
	for i := 0; i < 200; i += 11 {
		sd := math.Sqrt(variance[i])
		// Medians of 128 draws have an error of 1.25 sd/sqrt(128); the quantiles one of
		// sqrt(p q/128)/phi(1.96) = 0.24 sd about order statistic 4.2, at -1.89 sd
		// (Blom). The basis changes the sd by F^-1/2 = 4%, 0.08 sd at 1.96.
		within(t, "median", d.Band.Median[i], mean[i], sigmas*1.25*sd/math.Sqrt(128))
		within(t, "lower", d.Band.Lower[i], mean[i]-1.89*sd, (sigmas*0.24+0.08)*sd)
		within(t, "upper", d.Band.Upper[i], mean[i]+1.89*sd, (sigmas*0.24+0.08)*sd)
	}
}
