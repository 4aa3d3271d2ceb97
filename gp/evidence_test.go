package gp

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/linalg"
)

// evidenceOf evaluates the log evidence with other parameters, means and noise.
func evidenceOf(t *testing.T, e *Evidence, p Prior, theta, beta, noise []float64, perRow bool) float64 {
	t.Helper()
	p.Kernel = kernel.WithParams(p.Kernel, theta)
	p.Mean = p.Mean.(ParametricMean).WithParams(beta)
	nv := Noise(noise[0])
	if perRow {
		nv = NoiseRows(noise...)
	}
	v, err := e.Eval(p, nv)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func paramValues(ps []kernel.Param) []float64 {
	var out []float64
	for _, p := range ps {
		out = append(out, p.Value)
	}
	return out
}

func TestGradientByDifferences(t *testing.T) {
	for _, perRow := range []bool{false, true} {
		for _, n := range []int{1, 7, 70} {
			t.Run(fmt.Sprintf("n %d, a row %t", n, perRow), func(t *testing.T) {
				x := randomInputs(1, n, 2)
				y := randomTargets(2, x)
				p := problem(2)
				noise := []float64{0.05}
				nv := Noise(0.05)
				if perRow {
					noise = randomRows(3, n)
					nv = NoiseRows(noise...)
				}
				e := NewEvidence(x, y)
				value, g, err := e.EvalGrad(p, nv)
				if err != nil {
					t.Fatal(err)
				}
				theta, beta := paramValues(kernel.Params(p.Kernel)), paramValues(MeanParams(p.Mean))
				if again, err := e.Eval(p, nv); err != nil || again != value {
					t.Errorf("Eval %v, %v after EvalGrad %v", again, err, value)
				}
				check := func(what string, v, grad []float64) {
					if len(grad) != len(v) {
						t.Fatalf("%d derivatives to the %s, want %d", len(grad), what, len(v))
					}
					for i, old := range v {
						h := 1e-4 * math.Max(1, math.Abs(old))
						if old > 0 {
							h = 1e-4 * old
						}
						at := func(s float64) float64 {
							v[i] = old + s*h
							defer func() { v[i] = old }()
							return evidenceOf(t, e, p, theta, beta, noise, perRow)
						}
						// Fourth-order differences: h^4 in truncation and, in rounding,
						// eps |value| / h = 1e-16 * 100 / 1e-6.
						want := (8*(at(1)-at(-1)) - (at(2) - at(-2))) / (12 * h)
						wantNear(t, fmt.Sprintf("%s[%d]", what, i), grad[i], want, 1e-7)
					}
				}
				check("kernel", theta, g.Kernel)
				check("mean", beta, g.Mean)
				check("noise", noise, g.Noise)

				// The same from a posterior, which evaluates its blocks again.
				post := condition(t, p, x, y, nv)
				if post.LogEvidence() != value {
					t.Errorf("posterior's log evidence %v, want the bits of %v", post.LogEvidence(), value)
				}
				pg := post.EvidenceGrad()
				wantSameBits(t, "posterior's kernel gradient", pg.Kernel, g.Kernel)
				wantSameBits(t, "posterior's mean gradient", pg.Mean, g.Mean)
				wantSameBits(t, "posterior's noise gradient", pg.Noise, g.Noise)
			})
		}
	}
}

// Held parameters leave the gradient, which stays in the order of Params; a
// kernel and a mean without parameters have none.
func TestGradientOfHeldAndParameterFree(t *testing.T) {
	x := randomInputs(1, 20, 1)
	y := randomTargets(2, x)
	k := kernel.Add(kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.7)}, kernel.White{Variance: 0.1})
	e := NewEvidence(x, y)
	_, all, err := e.EvalGrad(Prior{Kernel: k}, Noise(0.1))
	if err != nil {
		t.Fatal(err)
	}
	if len(all.Mean) != 0 {
		t.Errorf("zero mean has %d derivatives", len(all.Mean))
	}
	_, held, err := e.EvalGrad(Prior{Kernel: kernel.Fix(k, "lengthscale")}, Noise(0.1))
	if err != nil {
		t.Fatal(err)
	}
	wantSameBits(t, "held", held.Kernel, []float64{all.Kernel[0], all.Kernel[2]})
	_, bare, err := e.EvalGrad(Prior{Kernel: values{k}}, Noise(0.1))
	if err != nil {
		t.Fatal(err)
	}
	if len(bare.Kernel) != 0 {
		t.Errorf("a kernel without parameters has %d derivatives", len(bare.Kernel))
	}
	wantPanic(t, "gp: kernel gp.ungraded has parameters but no ParamGrad", func() {
		e.EvalGrad(Prior{Kernel: ungraded{values{k}}}, Noise(0.1))
	})
}

// values is a kernel with values alone.
type values struct{ k kernel.Kernel }

func (v values) Cov(dst, x, y *mat.Dense)         { v.k.Cov(dst, x, y) }
func (v values) Diag(dst []float64, x *mat.Dense) { v.k.Diag(dst, x) }

// ungraded has a parameter that it cannot differentiate to.
type ungraded struct{ values }

func (u ungraded) Params() []kernel.Param {
	return []kernel.Param{{Name: "p", Value: 1, Upper: 2}}
}
func (u ungraded) WithParams([]float64) kernel.Kernel { return u }

func TestEvidenceOfSlow(t *testing.T) {
	for _, n := range []int{1, 5, 63, 64, 65, 150} {
		x := randomInputs(1, n, 2)
		y := randomTargets(2, x)
		p := problem(2)
		post := condition(t, p, x, y, Noise(0.05))
		at := randomInputs(4, 9, 2)
		// 0.05 noise, 0.5*0.06 white, 1e-6 jitter.
		diag := make([]float64, n)
		for i := range diag {
			diag[i] = 0.05 + 0.03 + 1e-6
		}
		wantAllNear(t, "NoiseDiag", post.NoiseDiag(), diag, 1e-15)
		want := slowPosterior(p, x, y, diag, at)
		// cond(H) < 1.7 n / 0.08 + 1 < 4000: 1e-10 is 100 eps cond and more.
		wantNear(t, fmt.Sprint("log evidence of ", n), post.LogEvidence(), want.evidence, 1e-10)
		wantAllNear(t, fmt.Sprint("mean of ", n), post.Mean(nil, at), want.mean, 1e-10)
		wantAllNear(t, fmt.Sprint("covariance of ", n), dense(post.Covariance(nil, at)), dense(want.covariance), 1e-10)
	}
}

func TestSameBits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	const n = 420 // enough for linalg and the kernel blocks to go parallel
	x := randomInputs(1, n, 2)
	y := randomTargets(2, x)
	at := randomInputs(3, 300, 2)
	var all [][]float64
	for _, procs := range []int{1, 2, 4} {
		runtime.GOMAXPROCS(procs)
		post := condition(t, problem(2), x, y, Noise(0.05))
		g := post.EvidenceGrad()
		v, eg, err := NewEvidence(x, y).EvalGrad(problem(2), Noise(0.05))
		if err != nil {
			t.Fatal(err)
		}
		mean, variance := post.Mean(nil, at), post.Variance(nil, at)
		now := [][]float64{
			{post.LogEvidence(), v}, g.Kernel, g.Mean, g.Noise, eg.Kernel, post.Weights(),
			dense(post.Solver().(interface{ L() *mat.Dense }).L()), mean, variance, dense(post.Covariance(nil, at)),
		}
		if all == nil {
			all = now
		}
		for i := range now {
			wantSameBits(t, fmt.Sprintf("result %d on %d", i, procs), now[i], all[i])
		}
		// In chunks of any size.
		for _, chunk := range []int{1, 50, 129} {
			for lo := 0; lo < 300; lo += 2 * chunk {
				hi := min(lo+chunk, 300)
				wantSameBits(t, "mean in chunks", post.Mean(nil, rows(at, lo, hi)), mean[lo:hi])
				wantSameBits(t, "variance in chunks", post.Variance(nil, rows(at, lo, hi)), variance[lo:hi])
			}
		}
	}
}

func TestEvidenceErrors(t *testing.T) {
	x := mat.NewDense(3, 1, []float64{0, 1, 0})
	e := NewEvidence(x, []float64{1, 2, 3})
	k := kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}
	var equal *EqualInputs
	if _, err := e.Eval(Prior{Kernel: k}, Noise(0)); !errors.As(err, &equal) || equal.I != 0 || equal.J != 2 {
		t.Errorf("equal inputs without noise: error %v", err)
	}
	// 1e-30 of noise is lost to rounding: without a retry, an error with the pivot.
	var notPD *linalg.NotPositiveDefinite
	if _, err := e.Eval(Prior{Kernel: k}, Noise(1e-30)); !errors.As(err, &notPD) || notPD.Pivot != 2 || len(notPD.Tried) != 1 {
		t.Errorf("equal inputs with noise that rounds away: error %v", err)
	}
	if _, _, err := e.EvalGrad(Prior{Kernel: k}, Noise(1e-30)); !errors.As(err, &notPD) {
		t.Errorf("EvalGrad: error %v", err)
	}
	// After a failure it works on.
	want := condition(t, Prior{Kernel: k}, x, []float64{1, 2, 3}, Noise(0.1)).LogEvidence()
	if v, err := e.Eval(Prior{Kernel: k}, Noise(0.1)); err != nil || v != want {
		t.Errorf("after a failure: %v, %v, want %v", v, err, want)
	}
	// x and y are copies.
	x.Set(0, 0, 17)
	if v, err := e.Eval(Prior{Kernel: k}, Noise(0.1)); err != nil || v != want {
		t.Errorf("after a change of x: %v, %v, want %v", v, err, want)
	}
	var param *kernel.ParamError
	if _, err := e.Eval(Prior{Kernel: kernel.RBF{Variance: math.Inf(1), Lengthscale: kernel.Shared(1)}}, Noise(0.1)); !errors.As(err, &param) {
		t.Errorf("infinite variance: error %v", err)
	}
	bad := NewEvidence(x, []float64{1, math.NaN(), 3})
	var notFinite *NotFinite
	for range 2 {
		if _, err := bad.Eval(Prior{Kernel: k}, Noise(1)); !errors.As(err, &notFinite) || notFinite.Row != 1 {
			t.Errorf("NaN target: error %v", err)
		}
	}
	if _, _, err := bad.EvalGrad(Prior{Kernel: k}, Noise(1)); !errors.As(err, &notFinite) {
		t.Errorf("NaN target: error %v", err)
	}
	wantPanic(t, "gp: Evidence: 2 noise variances for 3 rows", func() { e.Eval(Prior{Kernel: k}, NoiseRows(1, 1)) })
	wantPanic(t, "gp: NewEvidence: 1 targets for 3 rows", func() { NewEvidence(x, []float64{1}) })
}

// A panic of a caller's kernel on a worker reaches the caller, and does not end
// the program.
func TestKernelPanicPropagates(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	x := randomInputs(1, 300, 1)
	wantPanic(t, "boom", func() {
		Prior{Kernel: panicking{}}.Condition(x, randomTargets(2, x), Noise(1))
	})
}

type panicking struct{}

func (panicking) Cov(dst, x, y *mat.Dense)         { panic("boom") }
func (panicking) Diag(dst []float64, x *mat.Dense) {}

func BenchmarkCondition(b *testing.B) {
	for _, n := range []int{100, 500, 2000} {
		x := randomInputs(1, n, 8)
		y := randomTargets(2, x)
		p := Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.ARD(1, 1, 1, 1, 1, 1, 1, 1)}}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				condition(b, p, x, y, Noise(0.1))
			}
		})
	}
}

func BenchmarkEvalGrad(b *testing.B) {
	for _, n := range []int{100, 500, 2000} {
		x := randomInputs(1, n, 8)
		p := Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.ARD(1, 1, 1, 1, 1, 1, 1, 1)}}
		e := NewEvidence(x, randomTargets(2, x))
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := e.EvalGrad(p, Noise(0.1)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
