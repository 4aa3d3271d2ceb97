package sparse

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/rng"
)

func rbf(v, l float64) kernel.Kernel {
	return kernel.RBF{Variance: v, Lengthscale: kernel.Shared(l)}
}

// line returns n points evenly on [lo, hi].
func line(lo, hi float64, n int) *mat.Dense {
	x := mat.NewDense(n, 1, nil)
	for i := range n {
		x.Set(i, 0, lo+(hi-lo)*float64(i)/float64(n-1))
	}
	return x
}

// workedExample returns the KL from the optimal guide to p(u | y) at m inducing
// inputs on [-1.8, 1.8].
func workedExample(t *testing.T, x *mat.Dense, y []float64, m int) float64 {
	t.Helper()
	prior, noise := gp.Prior{Kernel: rbf(1, 0.3)}, gp.Noise(0.0225)
	exact, err := prior.Condition(x, y, noise)
	if err != nil {
		t.Fatal(err)
	}
	post, bound, err := Prior{Prior: prior, Z: line(-1.8, 1.8, m)}.Condition(x, y, noise)
	if err != nil {
		t.Fatal(err)
	}
	u, err := post.Inducing().Exact(exact)
	if err != nil {
		t.Fatal(err)
	}
	kl, err := KL(post.Guide(), u)
	if err != nil {
		t.Fatal(err)
	}
	if !(bound < exact.LogEvidence()) {
		t.Errorf("M = %d: bound %v, evidence %v", m, bound, exact.LogEvidence())
	}
	return kl
}

// On the targets of testdata/hyperposterior.json, against the same formulas in
// NumPy 2.4 (numpy.linalg.solve, no factor shared).
func TestOptimumIsNotExactConditional(t *testing.T) {
	var d struct {
		X [][]float64 `json:"X"`
		Y []float64   `json:"y"`
	}
	readJSON(t, "testdata/hyperposterior.json", &d)
	for m, want := range map[int]float64{12: 2.9164950878797846, 16: 0.0008469093927843119} {
		// cond(K_ZZ) is below 10^7: NumPy's own log determinants agree to 1e-9.
		wantNear(t, fmt.Sprintf("M = %d", m), workedExample(t, dense(d.X), d.Y, m), want, 1e-9)
	}
}

// The KL depends on the noise that was drawn. The 1.9 nats at M = 12 and 0.003 at
// M = 16 that are known for one draw are within two standard deviations of the
// mean over draws, and far from each other.
func TestOptimumOverNoise(t *testing.T) {
	x := line(-1.5, 1.5, 28)
	for m, known := range map[int]float64{12: 1.9, 16: 0.003} {
		const draws = 60
		var sum, square float64
		for i := range draws {
			r := rng.New(uint64(i)).Rand()
			y := make([]float64, 28)
			for j := range y {
				v := x.At(j, 0)
				y[j] = math.Sin(3*v) + 0.3*math.Cos(11*v) + 0.15*r.NormFloat64()
			}
			kl := workedExample(t, x, y, m)
			sum += kl / draws
			square += kl * kl / draws
		}
		if sd := math.Sqrt(square - sum*sum); math.Abs(known-sum) > 2*sd {
			t.Errorf("M = %d: KL %.4g (sd %.2g) over draws, %g is known for one", m, sum, sd, known)
		}
	}
}

// With Z = X and no jitter on K_ZZ the optimum is the exact posterior.
func TestInducingAtDataIsExact(t *testing.T) {
	x, xs := randomInputs(1, 25, 2), randomInputs(2, 9, 2)
	y := randomTargets(3, x)
	p := problem(25, 2)
	p.Z, p.Jitter = x, 0
	for name, noise := range map[string]gp.NoiseVariance{"shared": gp.Noise(0.1), "a row": randomRows(4, 25)} {
		exact, err := p.Prior.Condition(x, y, noise)
		if err != nil {
			t.Fatal(err)
		}
		post, bound, err := p.Condition(x, y, noise)
		if err != nil {
			t.Fatal(err)
		}
		const tol = 1e-8 // of posteriors; cond(K) is some 10^4 here
		wantNear(t, name+": bound", bound, exact.LogEvidence(), tol)
		wantAll(t, name+": mean", post.Mean(nil, xs), exact.Mean(nil, xs), tol)
		wantAll(t, name+": variance", post.Variance(nil, xs), exact.Variance(nil, xs), tol)
		wantMatrix(t, name+": covariance", post.Covariance(nil, xs), exact.Covariance(nil, xs), tol)
		u, err := post.Inducing().Exact(exact)
		if err != nil {
			t.Fatal(err)
		}
		if kl, err := KL(post.Guide(), u); err != nil || kl > 1e-8 {
			t.Errorf("%s: KL to p(u|y) %g (%v)", name, kl, err)
		}
	}
}

// No guide, jitter or Z lifts an ELBO above the evidence, and none lifts it above
// the collapsed bound.
func TestBoundsAreOrdered(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 23))
	for trial := range 40 {
		n, m := 5+r.IntN(20), 1+r.IntN(8)
		x := randomInputs(uint64(trial), n, 2)
		y := randomTargets(uint64(trial)+100, x)
		p := problem(m, 2)
		p.Z, p.Jitter = randomInputs(uint64(trial)+200, m, 2), math.Pow(10, -6+6*r.Float64())
		noise := gp.Noise(math.Pow(10, -2+2*r.Float64()))
		exact, err := p.Prior.Condition(x, y, noise)
		if err != nil {
			t.Fatal(err)
		}
		bound, err := NewCollapsed(x, y).Eval(p, noise)
		if err != nil {
			t.Fatal(err)
		}
		slack := 1e-9 * math.Max(1, math.Abs(bound)) // rounding
		if bound > exact.LogEvidence()+slack {
			t.Errorf("trial %d: bound %v above the evidence %v", trial, bound, exact.LogEvidence())
		}
		for name, q := range randomGuides(t, p) {
			elbo, err := NewELBO(n).Eval(p, noise, q, x, y)
			if err != nil {
				t.Fatal(err)
			}
			if _, point := q.(Delta); !point && name != "whitened delta" && elbo > bound+slack {
				t.Errorf("trial %d, %s: ELBO %v above the optimum %v", trial, name, elbo, bound)
			}
		}
	}
}

// At the optimal guide, whitened or of u, the ELBO is the collapsed bound and its
// gradient to the guide is zero; one natural step of size 1 on all rows gets there.
func TestOptimalGuide(t *testing.T) {
	x, noise := randomInputs(1, 50, 2), randomRows(5, 50)
	y := randomTargets(2, x)
	p := problem(6, 2)
	post, bound, err := p.Condition(x, y, noise)
	if err != nil {
		t.Fatal(err)
	}
	full, err := ToFullRank(post.Guide())
	if err != nil {
		t.Fatal(err)
	}
	e := NewELBO(0)
	for name, q := range map[string]Trainable{"whitened": post.Guide().(Trainable), "of u": full} {
		v, g, err := e.EvalGrad(p, noise, q, x, y)
		if err != nil {
			t.Fatal(err)
		}
		wantNear(t, name+": ELBO at the optimum", v, bound, 1e-10)
		for i, d := range g.Guide {
			wantNear(t, fmt.Sprintf("%s: gradient to guide parameter %d", name, i), d, 0, 1e-8)
		}
		_, collapsed, err := NewCollapsed(x, y).EvalGrad(p, noise)
		if err != nil {
			t.Fatal(err)
		}
		wantAll(t, name+": gradient is that of the collapsed bound", g.flat(), collapsed.flat(), 1e-8)
	}
	for name, q := range randomGuides(t, p) {
		switch v := q.(type) {
		case Natural:
		case Whitened:
			if _, ok := v.V().(Natural); !ok {
				continue
			}
		default:
			continue
		}
		to, err := e.NaturalStep(p, noise, q, x, y, 1)
		if err != nil {
			t.Fatal(err)
		}
		// cond(K_ZZ) is some 10^3, and theta2 of u has its square.
		wantAll(t, name+": mean after a natural step", to.Mean(), post.Guide().Mean(), 1e-8)
		wantMatrix(t, name+": covariance after a natural step", to.Covariance(), post.Guide().Covariance(), 1e-8)
	}
	wantPanic(t, "sparse: NaturalStep: guide sparse.FullRank has no natural parameters", func() {
		_, _ = e.NaturalStep(p, noise, full, x, y, 0.5)
	})
}

// Half a step is the geometric mean of both distributions: theta goes half of the way.
func TestNaturalStepIsLinear(t *testing.T) {
	x, noise := randomInputs(1, 30, 2), gp.Noise(0.1)
	y := randomTargets(2, x)
	p := problem(4, 2)
	q := randomGuides(t, p)["natural"]
	e := NewELBO(0)
	half, err := e.NaturalStep(p, noise, q, x, y, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := e.NaturalStep(p, noise, q, x, y, 1)
	if err != nil {
		t.Fatal(err)
	}
	a, b := q.Params(), whole.Params()
	for i, v := range half.Params() {
		wantNear(t, "parameter", v, 0.5*(a[i]+b[i]), 1e-10)
	}
}

// A whitened guide and the guide of u with the same distribution agree in all they say.
func TestWhitenedIsUnwhitened(t *testing.T) {
	p := problem(6, 2)
	in, err := p.Inducing()
	if err != nil {
		t.Fatal(err)
	}
	x, xs := randomInputs(1, 20, 2), randomInputs(2, 7, 2)
	y := randomTargets(3, x)
	e := NewELBO(60)
	for name, q := range randomGuides(t, p) {
		w, err := in.WhitenGuide(q)
		if err != nil {
			t.Fatal(err)
		}
		const tol = 1e-10
		wantAll(t, name+": mean", w.Mean(), q.Mean(), tol)
		wantMatrix(t, name+": covariance", w.Covariance(), q.Covariance(), tol)
		a, b := NewPosterior(in, q), NewPosterior(in, w)
		wantAll(t, name+": predicted mean", a.Mean(nil, xs), b.Mean(nil, xs), tol)
		wantMatrix(t, name+": predicted covariance", a.Covariance(nil, xs), b.Covariance(nil, xs), tol)
		if _, point := w.V().(Delta); point {
			continue // densities of u and v differ by the Jacobian
		}
		wantNear(t, name+": KL", in.KL(w), in.KL(q), tol)
		u, err := e.Eval(p, gp.Noise(0.1), q, x, y)
		if err != nil {
			t.Fatal(err)
		}
		v, err := e.Eval(p, gp.Noise(0.1), w, x, y)
		if err != nil {
			t.Fatal(err)
		}
		wantNear(t, name+": ELBO", v, u, tol)
	}
}

// The covariance of f under a guide is K** - A k(Z,x) + A S A' with
// A = k(x,Z) (K_ZZ + jI)^-1 at every jitter.
func TestJitterSweep(t *testing.T) {
	xs := randomInputs(2, 7, 1)
	z := line(-1.5, 1.5, 6)
	for j := 1e-10; j < 0.02; j *= 100 {
		p := Prior{Prior: gp.Prior{Kernel: rbf(1.2, 0.7), Mean: gp.Constant{Value: 2}}, Z: z, Jitter: j}
		q := randomGuides(t, p)["full rank"]
		in, err := p.Inducing()
		if err != nil {
			t.Fatal(err)
		}
		if in.Jitter() != j {
			t.Errorf("jitter %g, want %g", in.Jitter(), j)
		}
		k, ks, kss := mat.NewDense(6, 6, nil), mat.NewDense(7, 6, nil), mat.NewDense(7, 7, nil)
		p.Prior.Kernel.Cov(k, z, z)
		p.Prior.Kernel.Cov(ks, xs, z)
		p.Prior.Kernel.Cov(kss, xs, xs)
		for i := range 6 {
			k.Set(i, i, k.At(i, i)+j)
		}
		var inv, a, aq, want, as mat.Dense
		if err := inv.Inverse(k); err != nil {
			t.Fatal(err)
		}
		a.Mul(ks, &inv)
		aq.Mul(&a, ks.T())
		as.Product(&a, q.Covariance(), a.T())
		want.Sub(kss, &aq)
		const tol = 1e-9 // cond(K_ZZ) is below 10^5
		wantMatrix(t, "A", in.Projection(nil, xs), &a, tol)
		wantMatrix(t, "cov f given u", in.Conditional(nil, xs), &want, tol)
		want.Add(&want, &as)
		wantMatrix(t, "covariance", NewPosterior(in, q).Covariance(nil, xs), &want, tol)
		mean := NewPosterior(in, q).Mean(nil, xs)
		u := q.Mean()
		for i := range mean {
			s := 2.0
			for c, v := range u {
				s += a.At(i, c) * (v - 2)
			}
			wantNear(t, "mean", mean[i], s, tol)
		}
	}
}

// The mean over all batches of a partition is the ELBO of all rows, and so is
// that of the gradient.
func TestMinibatchIsUnbiased(t *testing.T) {
	const n, b = 60, 12
	x := randomInputs(1, n, 2)
	y := randomTargets(2, x)
	p := problem(5, 2)
	q := randomGuides(t, p)["whitened full rank"]
	all, g, err := NewELBO(n).EvalGrad(p, gp.Noise(0.1), q, x, y)
	if err != nil {
		t.Fatal(err)
	}
	want := append(append([]float64{all}, g.flat()...), g.Guide...)
	got := make([]float64, len(want))
	e := NewELBO(n)
	for lo := 0; lo < n; lo += b {
		v, g, err := e.EvalGrad(p, gp.Noise(0.1), q, rows(x, lo, lo+b), y[lo:lo+b])
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range append(append([]float64{v}, g.flat()...), g.Guide...) {
			got[i] += w * b / n
		}
	}
	wantAll(t, "mean over batches", got, want, 1e-11)
}

// Several tiles are one sum: the bound over 2,500 rows is the mean of partial ones.
func TestTiles(t *testing.T) {
	const n = 2500
	x := randomInputs(1, n, 2)
	y := randomTargets(2, x)
	p := problem(5, 2)
	q := randomGuides(t, p)["whitened full rank"]
	all, g, err := NewELBO(0).EvalGrad(p, gp.Noise(0.1), q, x, y)
	if err != nil {
		t.Fatal(err)
	}
	var sum float64
	part := make([]float64, len(g.flat()))
	e := NewELBO(n)
	for lo := 0; lo < n; lo += 500 {
		v, g, err := e.EvalGrad(p, gp.Noise(0.1), q, rows(x, lo, lo+500), y[lo:lo+500])
		if err != nil {
			t.Fatal(err)
		}
		sum += v / 5
		for i, d := range g.flat() {
			part[i] += d / 5
		}
	}
	wantNear(t, "value", sum, all, 1e-11)
	wantAll(t, "gradient", part, g.flat(), 1e-9) // sums of 2,500 terms of size 10
}

func TestSameBits(t *testing.T) {
	x := randomInputs(1, 1500, 3)
	y := randomTargets(2, x)
	p := problem(70, 3)
	run := func(procs int) []float64 {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		v, g, err := NewCollapsed(x, y).EvalGrad(p, gp.Noise(0.1))
		if err != nil {
			t.Fatal(err)
		}
		out := append([]float64{v}, g.flat()...)
		post, _, err := p.Condition(x, y, gp.Noise(0.1))
		if err != nil {
			t.Fatal(err)
		}
		v, g, err = NewELBO(9000).EvalGrad(p, gp.Noise(0.1), post.Guide().(Trainable), x, y)
		if err != nil {
			t.Fatal(err)
		}
		out = append(append(append(out, v), g.flat()...), g.Guide...)
		out = append(out, post.Mean(nil, x)...)
		draws, _, err := post.Draw(rng.New(1), 3, rows(x, 0, 40))
		if err != nil {
			t.Fatal(err)
		}
		return append(append(out, post.Variance(nil, x)...), flat(draws)...)
	}
	want := run(1)
	for _, procs := range []int{2, 5} {
		if !slices.Equal(run(procs), want) {
			t.Errorf("GOMAXPROCS %d: other bits than 1", procs)
		}
	}
	post, _, err := p.Condition(x, y, gp.Noise(0.1))
	if err != nil {
		t.Fatal(err)
	}
	var chunks []float64
	for lo := 0; lo < 1500; lo += 300 {
		chunks = append(chunks, post.Variance(nil, rows(x, lo, lo+300))...)
	}
	if !slices.Equal(chunks, post.Variance(nil, x)) {
		t.Error("variance in chunks: other bits")
	}
}
