package sparse

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
)

func dense(rows [][]float64) *mat.Dense {
	m := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, r := range rows {
		m.SetRow(i, r)
	}
	return m
}

func wantNear(t *testing.T, name string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*math.Max(1, math.Abs(want))) {
		t.Errorf("%s: %.15g, want %.15g within %g", name, got, want, tol)
	}
}

func wantAll(t *testing.T, name string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", name, len(got), len(want))
	}
	for i := range got {
		wantNear(t, name, got[i], want[i], tol)
	}
}

func wantMatrix(t *testing.T, name string, got, want *mat.Dense, tol float64) {
	t.Helper()
	wantAll(t, name, flat(got), flat(want), tol)
}

func flat(m *mat.Dense) []float64 {
	if m == nil {
		return nil
	}
	return mat.DenseCopyOf(m).RawMatrix().Data
}

func wantPanic(t *testing.T, want string, f func()) {
	t.Helper()
	defer func() {
		if r := recover(); r != want {
			t.Errorf("panic %v, want %q", r, want)
		}
	}()
	f()
}

type reference struct {
	X     [][]float64 `json:"X"`
	Y     []float64   `json:"y"`
	Z     [][]float64 `json:"Z"`
	Xs    [][]float64 `json:"X_test"`
	Theta []float64   `json:"params"`
	Noise float64     `json:"noise_variance"`
	Bound float64     `json:"bound"`
	GradT []float64   `json:"grad_log_params"`
	GradN float64     `json:"grad_log_noise_variance"`
	GradZ [][]float64 `json:"grad_Z"`
	QMean []float64   `json:"q_mean"`
	QCov  [][]float64 `json:"q_covariance"`
	Mean  []float64   `json:"mean"`
	Cov   [][]float64 `json:"covariance"`
}

func readJSON(t testing.TB, file string, into any) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}

// The numbers of testdata/sparse.json come from JAX's automatic differentiation
// of Titsias' bound.
func TestReference(t *testing.T) {
	var r reference
	readJSON(t, "testdata/sparse.json", &r)
	p := Prior{
		Prior: gp.Prior{Kernel: kernel.RBF{Variance: r.Theta[0], Lengthscale: kernel.ARD(r.Theta[1:]...)}},
		Z:     dense(r.Z),
	}
	x, xs := dense(r.X), dense(r.Xs)
	const tol = 1e-8
	v, g, err := NewCollapsed(x, r.Y).EvalGrad(p, gp.Noise(r.Noise))
	if err != nil {
		t.Fatal(err)
	}
	wantNear(t, "bound", v, r.Bound, tol)
	for i, d := range g.Kernel {
		wantNear(t, "gradient to a log parameter", d*r.Theta[i], r.GradT[i], tol)
	}
	wantNear(t, "gradient to the log noise", g.Noise[0]*r.Noise, r.GradN, tol)
	wantMatrix(t, "gradient to Z", g.Z, dense(r.GradZ), tol)

	post, bound, err := p.Condition(x, r.Y, gp.Noise(r.Noise))
	if err != nil {
		t.Fatal(err)
	}
	wantNear(t, "bound of Condition", bound, r.Bound, tol)
	wantAll(t, "q mean", post.Guide().Mean(), r.QMean, tol)
	wantMatrix(t, "q covariance", post.Guide().Covariance(), dense(r.QCov), tol)
	wantAll(t, "mean", post.Mean(nil, xs), r.Mean, tol)
	cov := post.Covariance(nil, xs)
	wantMatrix(t, "covariance", cov, dense(r.Cov), tol)
	for i, s := range post.Variance(nil, xs) {
		wantNear(t, "variance", s, r.Cov[i][i], tol)
	}
	full, err := ToFullRank(post.Guide())
	if err != nil {
		t.Fatal(err)
	}
	wantMatrix(t, "covariance with the guide of u", NewPosterior(post.Inducing(), full).Covariance(nil, xs), cov, tol)
}

// randomInputs are uniform on [-2, 2].
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

func randomRows(seed uint64, n int) gp.NoiseVariance {
	r := rand.New(rand.NewPCG(seed, 17))
	v := make([]float64, n)
	for i := range v {
		v[i] = 0.02 + 0.2*r.Float64()
	}
	return gp.NoiseRows(v...)
}

// problem is a sum with white noise, a diagonal that varies, a mean with
// parameters and jitters.
func problem(m, d int) Prior {
	l, slopes := make([]float64, d), make([]float64, d)
	for i := range d {
		l[i], slopes[i] = 0.8+0.3*float64(i), 0.3-0.2*float64(i)
	}
	return Prior{
		Prior: gp.Prior{
			Kernel: kernel.Add(
				kernel.Matern52{Variance: 1.3, Lengthscale: kernel.ARD(l...)},
				kernel.Scaled{Factor: 0.5, Kernel: kernel.White{Variance: 0.06}},
				kernel.Linear{Bias: 0.4, Variance: append([]float64(nil), l...)},
			),
			Mean:   gp.Linear{Intercept: 0.2, Slopes: slopes},
			Jitter: 1e-3,
		},
		Z:      randomInputs(91, m, d),
		Jitter: 1e-4,
	}
}

// randomGuides are guides of every kind for a prior.
func randomGuides(t testing.TB, p Prior) map[string]Trainable {
	t.Helper()
	in, err := p.Inducing()
	if err != nil {
		t.Fatal(err)
	}
	m := in.Len()
	r := rand.New(rand.NewPCG(5, 19))
	mean, sd, tril := normals(m, r), make([]float64, m), mat.NewDense(m, m, nil)
	for i := range m {
		sd[i] = 0.3 + 0.5*r.Float64()
		for j := range i {
			tril.Set(i, j, 0.2*r.NormFloat64())
		}
		tril.Set(i, i, sd[i])
	}
	full, err := NewFullRank(mean, tril)
	if err != nil {
		t.Fatal(err)
	}
	field, err := NewMeanField(mean, sd)
	if err != nil {
		t.Fatal(err)
	}
	point, err := NewDelta(mean)
	if err != nil {
		t.Fatal(err)
	}
	natural, err := ToNatural(full)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]Trainable{
		"full rank": full, "mean field": field, "delta": point, "natural": natural,
		"whitened full rank": in.Whiten(full), "whitened mean field": in.Whiten(field),
		"whitened delta": in.Whiten(point), "whitened natural": in.Whiten(natural),
	}
}
