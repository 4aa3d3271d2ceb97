package gp

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
)

// Random problems and the slow, obvious forms that the package is compared with.

func randomInputs(seed uint64, n, d int) *mat.Dense {
	r := rand.New(rand.NewPCG(seed, 11))
	x := mat.NewDense(n, d, nil)
	for i := range x.RawMatrix().Data {
		x.RawMatrix().Data[i] = 4*r.Float64() - 2
	}
	return x
}

func randomTargets(seed uint64, x *mat.Dense) []float64 {
	r := rand.New(rand.NewPCG(seed, 13))
	n, d := x.Dims()
	y := make([]float64, n)
	for i := range y {
		y[i] = math.Sin(2*x.At(i, 0)) + 0.5*x.At(i, d-1) + 0.2*r.NormFloat64()
	}
	return y
}

func randomRows(seed uint64, n int) []float64 {
	r := rand.New(rand.NewPCG(seed, 17))
	v := make([]float64, n)
	for i := range v {
		v[i] = 0.02 + 0.2*r.Float64()
	}
	return v
}

// problem is a kernel with white noise and a mean with parameters.
func problem(d int) Prior {
	slopes := make([]float64, d)
	l := make([]float64, d)
	for i := range d {
		slopes[i] = 0.3 - 0.2*float64(i)
		l[i] = 0.8 + 0.3*float64(i)
	}
	return Prior{
		Kernel: kernel.Add(
			kernel.Matern52{Variance: 1.3, Lengthscale: kernel.ARD(l...)},
			kernel.Scaled{Factor: 0.5, Kernel: kernel.White{Variance: 0.06}},
			kernel.Mul(kernel.RBF{Variance: 0.4, Lengthscale: kernel.Shared(2)}, kernel.Periodic{Variance: 1, Lengthscale: kernel.Shared(1.5), Period: kernel.Shared(1.7)}),
		),
		Mean:   Linear{Intercept: 0.2, Slopes: slopes},
		Jitter: 1e-6,
	}
}

func condition(t testing.TB, p Prior, x *mat.Dense, y []float64, noise NoiseVariance) *Exact {
	t.Helper()
	post, err := p.Condition(x, y, noise)
	if err != nil {
		t.Fatal(err)
	}
	return post
}

func wantNear(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*math.Max(1, math.Abs(want))) {
		t.Errorf("%s: %v, want %v within %g", what, got, want, tol)
	}
}

func wantAllNear(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for i := range got {
		wantNear(t, fmt.Sprintf("%s[%d]", what, i), got[i], want[i], tol)
	}
}

func wantSameBits(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for i := range got {
		if math.Float64bits(got[i]) != math.Float64bits(want[i]) {
			t.Fatalf("%s[%d]: %v, want the bits of %v", what, i, got[i], want[i])
		}
	}
}

func wantPanic(t *testing.T, message string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if r := recover(); r != message {
			t.Errorf("panic %v, want %q", r, message)
		}
	}()
	f()
}

// dense returns the elements of m, row by row.
func dense(m mat.Matrix) []float64 { return mat.DenseCopyOf(m).RawMatrix().Data }

// slow computes everything from the formulas with gonum's general solver.
type slow struct {
	evidence   float64
	mean       []float64
	covariance *mat.Dense
}

func slowPosterior(p Prior, x *mat.Dense, y, diag []float64, at *mat.Dense) slow {
	n := len(y)
	t, _ := at.Dims()
	h, ks, kss := mat.NewDense(n, n, nil), mat.NewDense(t, n, nil), mat.NewDense(t, t, nil)
	p.Kernel.Cov(h, x, x)
	p.Kernel.Cov(ks, at, x)
	p.Kernel.Cov(kss, at, at)
	m, ms := make([]float64, n), make([]float64, t)
	p.mean().Eval(m, x)
	p.mean().Eval(ms, at)
	r := mat.NewVecDense(n, nil)
	for i := range n {
		h.Set(i, i, h.At(i, i)+diag[i])
		r.SetVec(i, y[i]-m[i])
	}
	var inv mat.Dense
	if err := inv.Inverse(h); err != nil {
		panic(err)
	}
	var a, f mat.VecDense
	a.MulVec(&inv, r)
	f.MulVec(ks, &a)
	det, _ := mat.LogDet(h)
	out := slow{evidence: -0.5*mat.Dot(r, &a) - 0.5*det - 0.5*float64(n)*math.Log(2*math.Pi)}
	for i := range t {
		out.mean = append(out.mean, ms[i]+f.AtVec(i))
	}
	var part, c mat.Dense
	part.Mul(ks, &inv)
	c.Mul(&part, ks.T())
	c.Sub(kss, &c)
	out.covariance = &c
	return out
}

// reference is the file made by independent software (JAX in float64): see its
// own "about".
type reference struct {
	Cases []struct {
		Kernel       string
		D            int
		Params       []float64
		MeanConstant *float64        `json:"mean_constant"`
		Noise        json.RawMessage `json:"noise_variance"`
		X            [][]float64
		Y            []float64
		LogEvidence  float64     `json:"log_evidence"`
		GradParams   []float64   `json:"grad_log_params"`
		GradNoise    float64     `json:"grad_log_noise_variance"`
		XTest        [][]float64 `json:"X_test"`
		Mean         []float64
		Covariance   [][]float64
	}
}

func matrix(rows [][]float64) *mat.Dense {
	m := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, r := range rows {
		m.SetRow(i, r)
	}
	return m
}

func referenceKernel(t *testing.T, name string, d int, v []float64) kernel.Kernel {
	l := kernel.ARD(v[1 : 1+d]...)
	switch name {
	case "rbf":
		return kernel.RBF{Variance: v[0], Lengthscale: l}
	case "matern32":
		return kernel.Matern32{Variance: v[0], Lengthscale: l}
	case "matern52":
		return kernel.Matern52{Variance: v[0], Lengthscale: l}
	case "rational_quadratic":
		return kernel.RationalQuadratic{Variance: v[0], Lengthscale: l, Alpha: v[1+d]}
	}
	t.Fatalf("testdata names a kernel %q", name)
	return nil
}

func TestReference(t *testing.T) {
	// 1e-8: the condition number of these H is under 1e4, so that both sides are
	// good to some 1e-11.
	const tol = 1e-8
	text, err := os.ReadFile("testdata/regression.json")
	if err != nil {
		t.Fatal(err)
	}
	var ref reference
	if err := json.Unmarshal(text, &ref); err != nil {
		t.Fatal(err)
	}
	if len(ref.Cases) != 9 {
		t.Fatalf("%d cases, want 9", len(ref.Cases))
	}
	for i, c := range ref.Cases {
		t.Run(fmt.Sprint(i, c.Kernel, c.D), func(t *testing.T) {
			p := Prior{Kernel: referenceKernel(t, c.Kernel, c.D, c.Params)}
			if c.MeanConstant != nil {
				p.Mean = Constant{*c.MeanConstant}
			}
			var noise NoiseVariance
			var v float64
			var rows []float64
			if err := json.Unmarshal(c.Noise, &v); err == nil {
				noise = Noise(v)
			} else if err := json.Unmarshal(c.Noise, &rows); err == nil {
				noise = NoiseRows(rows...)
			} else {
				t.Fatal(err)
			}
			post := condition(t, p, matrix(c.X), c.Y, noise)
			at := matrix(c.XTest)
			cov := post.Covariance(nil, at)
			wantNear(t, "log evidence", post.LogEvidence(), c.LogEvidence, tol)
			wantAllNear(t, "mean", post.Mean(nil, at), c.Mean, tol)
			wantAllNear(t, "covariance", dense(cov), dense(matrix(c.Covariance)), tol)
			diag := make([]float64, len(c.Covariance))
			for i := range diag {
				diag[i] = c.Covariance[i][i]
			}
			wantAllNear(t, "variance", post.Variance(nil, at), diag, tol)
			if c.GradParams == nil {
				return
			}
			value, fromEvidence, err := NewEvidence(matrix(c.X), c.Y).EvalGrad(p, noise)
			if err != nil {
				t.Fatal(err)
			}
			wantNear(t, "log evidence by Evidence", value, c.LogEvidence, tol)
			for _, g := range []Gradient{post.EvidenceGrad(), fromEvidence} {
				for q, theta := range c.Params { // the file has derivatives to logarithms
					wantNear(t, fmt.Sprintf("gradient[%d]", q), g.Kernel[q]*theta, c.GradParams[q], tol)
				}
				wantNear(t, "noise gradient", g.Noise[0]*v, c.GradNoise, tol)
			}
		})
	}
}
