package gp_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/gp/gptest"
	"matheron/kernel"
	"matheron/linalg"
	"matheron/rng"
)

// finiteCase is a kernel of finite rank with data.
type finiteCase struct {
	name  string
	k     kernel.Kernel
	d     int
	mean  gp.Mean
	noise func(n int) gp.NoiseVariance
}

func finiteCases() []finiteCase {
	shared := func(int) gp.NoiseVariance { return gp.Noise(0.04) }
	each := func(n int) gp.NoiseVariance {
		v := make([]float64, n)
		for i := range v {
			v[i] = 0.02 + 0.05*float64(i%7)
		}
		return gp.NoiseRows(v...)
	}
	linear := kernel.Linear{Bias: 0.7, Variance: []float64{1.3}}
	two := kernel.Linear{Bias: 0.4, Variance: []float64{0.8, 1.9}}
	cubic := kernel.Polynomial{Variance: 0.5, Bias: 1.2, Degree: 3}
	cosine := kernel.Cosine{Variance: 0.9, Period: kernel.Shared(1.7)}
	return []finiteCase{
		{"linear", linear, 1, nil, shared},
		{"linear of two inputs, noise a row", two, 2, gp.Linear{Intercept: 1, Slopes: []float64{2, -1}}, each},
		{"no bias", kernel.Fix(kernel.Linear{Variance: []float64{1}}, "bias"), 1, nil, shared},
		{"polynomial", cubic, 2, gp.Constant{Value: 3}, shared},
		{"constant", kernel.Constant{Variance: 2}, 2, nil, each},
		{"cosine", cosine, 1, nil, shared},
		{"cosine of two inputs", cosine, 2, nil, each},
		{"sum with white noise", kernel.Add(two, kernel.White{Variance: 0.03}, cosine), 2, nil, shared},
		{"product", kernel.Mul(linear, cosine), 1, nil, shared},
		{"multiple", kernel.Scaled{Kernel: cubic, Factor: 2.5}, 1, nil, shared},
		{"active columns", kernel.Add(kernel.Active{Kernel: cubic, Columns: []int{1}}, kernel.Active{Kernel: cosine, Columns: []int{0}}), 2, nil, each},
		{"periodic", kernel.Add(kernel.Periodic{Variance: 1.1, Lengthscale: kernel.Shared(0.9), Period: kernel.Shared(1.3)}, linear), 1, nil, shared},
		{"twice the same, of dependent features", kernel.Add(linear, linear), 1, nil, shared},
		{"a multiple of zero", kernel.Add(linear, kernel.Scaled{Kernel: cosine, Factor: 0}), 1, nil, shared},
		{"some parameters fixed", kernel.Fix(kernel.Add(two, cosine), "period"), 2, nil, shared},
	}
}

func (c finiteCase) data(n int) (x *mat.Dense, y []float64) {
	r := rng.New(uint64(10 + c.d)).Rand()
	x, y = mat.NewDense(n, c.d, nil), make([]float64, n)
	for i := range n {
		for j := range c.d {
			x.Set(i, j, 4*r.Float64()-2)
		}
		y[i] = math.Sin(2*x.At(i, 0)) + 0.5*x.At(i, c.d-1) + 0.2*r.NormFloat64()
	}
	return x, y
}

func (c finiteCase) points(n int) *mat.Dense {
	r := rng.New(99).Rand()
	x := mat.NewDense(n, c.d, nil)
	x.Apply(func(int, int, float64) float64 { return 6*r.Float64() - 3 }, x)
	return x
}

// both returns the posteriors of both kinds of solver.
func (c finiteCase) both(t testing.TB, x *mat.Dense, y []float64, jitter float64) (dense, finite *gp.Exact) {
	t.Helper()
	prior := gp.Prior{Kernel: c.k, Mean: c.mean, Jitter: jitter}
	dense, err := prior.Condition(x, y, c.noise(len(y)))
	if err != nil {
		t.Fatalf("%s: %v", c.name, err)
	}
	prior.Solver = gp.Woodbury{}
	finite, err = prior.Condition(x, y, c.noise(len(y)))
	if err != nil {
		t.Fatalf("%s: %v", c.name, err)
	}
	return dense, finite
}

func close(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d numbers, want %d", what, len(got), len(want))
		return
	}
	size := 1.0
	for _, v := range want {
		size = math.Max(size, math.Abs(v))
	}
	for i, v := range want {
		if !(math.Abs(got[i]-v) <= 1e-8*size) {
			t.Errorf("%s: element %d is %.12g, dense %.12g", what, i, got[i], v)
			return
		}
	}
}

// comparePosteriors compares all that two posteriors say.
func comparePosteriors(t *testing.T, got, want *gp.Exact, at *mat.Dense) {
	t.Helper()
	close(t, "weights", got.Weights(), want.Weights())
	close(t, "evidence", []float64{got.LogEvidence()}, []float64{want.LogEvidence()})
	close(t, "log determinant", []float64{got.Solver().LogDet()}, []float64{want.Solver().LogDet()})
	close(t, "mean", got.Mean(nil, at), want.Mean(nil, at))
	close(t, "variance", got.Variance(nil, at), want.Variance(nil, at))
	close(t, "covariance", got.Covariance(nil, at).RawMatrix().Data, want.Covariance(nil, at).RawMatrix().Data)
	g, w := got.EvidenceGrad(), want.EvidenceGrad()
	close(t, "gradient to the kernel", g.Kernel, w.Kernel)
	close(t, "gradient to the mean", g.Mean, w.Mean)
	close(t, "gradient to the noise", g.Noise, w.Noise)
	draws, _, err := got.Draw(rng.New(3), 3, at.Slice(0, 2, 0, at.RawMatrix().Cols).(*mat.Dense))
	if err != nil {
		t.Fatal(err)
	}
	direct, _, err := want.Draw(rng.New(3), 3, at.Slice(0, 2, 0, at.RawMatrix().Cols).(*mat.Dense))
	if err != nil {
		t.Fatal(err)
	}
	// A factor of a covariance is less exact than the covariance, by the root.
	for i, v := range direct.RawMatrix().Data {
		if d := math.Abs(draws.RawMatrix().Data[i] - v); d > 1e-4 {
			t.Errorf("joint draw %d is off by %.2g", i, d)
		}
	}
	cov := slices.Repeat([]float64{0.3, -0.1}, want.Len())[:want.Len()]
	m, v := got.Functional(1, cov, 50)
	dm, dv := want.Functional(1, cov, 50)
	close(t, "functional", []float64{m, v}, []float64{dm, dv})
}

// The Woodbury solver says what the dense one does, more or fewer rows than features.
func TestWoodburyIsCholesky(t *testing.T) {
	for _, c := range finiteCases() {
		for _, n := range []int{1, 3, 40, 150} {
			t.Run(fmt.Sprintf("%s/%d", c.name, n), func(t *testing.T) {
				x, y := c.data(n)
				want, got := c.both(t, x, y, 1e-3)
				if got.Jitter() != want.Jitter() {
					t.Errorf("jitter %g, dense %g", got.Jitter(), want.Jitter())
				}
				comparePosteriors(t, got, want, c.points(9))
			})
		}
	}
}

// Rows that are appended are rows that were there from the start.
func TestWoodburyAppends(t *testing.T) {
	for _, c := range finiteCases() {
		x, y := c.data(60)
		_, all := c.both(t, x, y, 1e-3)
		first, err := (gp.Prior{Kernel: c.k, Mean: c.mean, Jitter: 1e-3, Solver: gp.Woodbury{}}).Condition(x.Slice(0, 40, 0, c.d).(*mat.Dense), y[:40], part(c.noise(60), 0, 40))
		if err != nil {
			t.Fatal(err)
		}
		before := first.Mean(nil, c.points(5))
		got, err := first.Append(x.Slice(40, 60, 0, c.d).(*mat.Dense), y[40:], part(c.noise(60), 40, 60))
		if err != nil {
			t.Fatal(err)
		}
		if got.Solver().Name() != "woodbury" {
			t.Errorf("%s: the %s solver", c.name, got.Solver().Name())
		}
		comparePosteriors(t, got, all, c.points(9))
		if !slices.Equal(first.Mean(nil, c.points(5)), before) {
			t.Errorf("%s: Append changed what it came from", c.name)
		}
	}
}

// part returns the noise of rows i to j.
func part(v gp.NoiseVariance, i, j int) gp.NoiseVariance {
	if !v.PerRow() {
		return v
	}
	var rows []float64
	for r := i; r < j; r++ {
		rows = append(rows, v.At(r))
	}
	return gp.NoiseRows(rows...)
}

func TestWoodburyConformance(t *testing.T) {
	for _, c := range finiteCases()[:4] {
		x, y := c.data(30)
		_, p := c.both(t, x, y, 0)
		gptest.Test(t, p, gptest.Options{Points: c.points(6)})
	}
}

// The evidence as a function of its parameters, with its gradient, is that of dense
// algebra: a fit or a sampler may climb it.
func TestWoodburyEvidence(t *testing.T) {
	for _, c := range finiteCases() {
		x, y := c.data(50)
		e := gp.NewEvidence(x, y)
		prior := gp.Prior{Kernel: c.k, Mean: c.mean, Jitter: 1e-3}
		want, dense, err := e.EvalGrad(prior, c.noise(50))
		if err != nil {
			t.Fatal(err)
		}
		theta := make([]float64, 0)
		for _, p := range kernel.Params(c.k) {
			theta = append(theta, p.Value)
		}
		prior.Solver = gp.Woodbury{}
		var grad gp.Gradient
		got, err := e.At(&grad, prior, theta, c.noise(50))
		if err != nil {
			t.Fatal(err)
		}
		close(t, c.name+": evidence", []float64{got}, []float64{want})
		close(t, c.name+": kernel", grad.Kernel, dense.Kernel)
		close(t, c.name+": mean", grad.Mean, dense.Mean)
		close(t, c.name+": noise", grad.Noise, dense.Noise)
	}
}

func TestWoodburyFits(t *testing.T) {
	c := finiteCases()[1]
	x, y := c.data(60)
	start := gp.Prior{Kernel: c.k}
	want, err := gp.Fit{}.Run(t.Context(), start, x, y)
	if err != nil {
		t.Fatal(err)
	}
	start.Solver = gp.Woodbury{}
	got, err := gp.Fit{}.Run(t.Context(), start, x, y)
	if err != nil {
		t.Fatal(err)
	}
	if got.Posterior.Solver().Name() != "woodbury" {
		t.Errorf("the fit's posterior has the %s solver", got.Posterior.Solver().Name())
	}
	if g, w := got.Posterior.LogEvidence(), want.Posterior.LogEvidence(); math.Abs(g-w) > 1e-6*math.Abs(w) {
		t.Errorf("the fit ends at %v, with dense algebra at %v", g, w)
	}
}

// A kernel of infinite rank is refused by its name, in whatever it is hidden.
func TestWoodburyRefusesInfiniteRank(t *testing.T) {
	linear := kernel.Linear{Bias: 1, Variance: []float64{1}}
	rbf := kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}
	for want, k := range map[string]kernel.Kernel{
		"RBF has infinite rank":               kernel.Add(linear, kernel.Mul(linear, rbf)),
		"Matern32 has infinite rank":          kernel.Scaled{Kernel: kernel.Matern32{Variance: 1, Lengthscale: kernel.Shared(1)}, Factor: 2},
		"RationalQuadratic has infinite rank": kernel.RationalQuadratic{Variance: 1, Lengthscale: kernel.Shared(1), Alpha: 1},
		"more than 4096 features":             kernel.Periodic{Variance: 1, Lengthscale: kernel.Shared(1e-4), Period: kernel.Shared(1)},
	} {
		_, err := gp.Prior{Kernel: k, Solver: gp.Woodbury{}}.Condition(mat.NewDense(2, 1, []float64{0, 1}), []float64{0, 1}, gp.Noise(1))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "woodbury") {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	if _, err := (gp.Woodbury{MaxFeatures: 3}).Features(kernel.Polynomial{Variance: 1, Bias: 1, Degree: 4}, 1); err == nil {
		t.Error("5 features of 3 at most")
	}
}

// Rows with nothing on their diagonal are not for this formula: like a singular matrix
// they get jitter where a retry is allowed, and are an error where it is not.
func TestWoodburyWithoutNoise(t *testing.T) {
	k := kernel.Linear{Bias: 1, Variance: []float64{1}}
	x, y := mat.NewDense(4, 1, []float64{0, 1, 2, 3}), []float64{0, 1, 2, 3}
	prior := gp.Prior{Kernel: k, Solver: gp.Woodbury{}}
	p, err := prior.Condition(x, y, gp.Noise(0))
	if err != nil {
		t.Fatal(err)
	}
	prior.Solver = nil
	want, err := prior.Condition(x, y, gp.Noise(0))
	if err != nil {
		t.Fatal(err)
	}
	if p.Jitter() == 0 || p.Jitter() != want.Jitter() {
		t.Errorf("jitter %g, dense %g", p.Jitter(), want.Jitter())
	}
	prior.Solver = gp.Woodbury{}
	_, err = gp.NewEvidence(x, y).Eval(prior, gp.Noise(0))
	var pivot *linalg.NotPositiveDefinite
	if !errors.As(err, &pivot) {
		t.Errorf("the evidence without noise: %v", err)
	}
}

// Down to the least noise that is accepted, which is some 1e-11 of the prior variance
// here, what is predicted is right, against the posterior of the weights in numbers of
// 400 bits; and so are targets that have much more noise than the model says.
func TestWoodburyWithLittleNoise(t *testing.T) {
	c := finiteCase{k: kernel.Polynomial{Variance: 1, Bias: 1, Degree: 3}, d: 1}
	x, y := c.data(80)
	at := c.points(11)
	for noise := 1.0; noise > 1e-18; noise /= 10 {
		c.noise = func(int) gp.NoiseVariance { return gp.Noise(noise) }
		p, err := gp.Prior{Kernel: c.k, Solver: gp.Woodbury{}}.Condition(x, y, gp.Noise(noise))
		if err != nil {
			t.Fatal(err)
		}
		used := noise + p.Jitter()
		mean, variance := exactWeights(t, c.k, x, y, used, at)
		got, v := p.Mean(nil, at), p.Variance(nil, at)
		worst, worstVariance := 0.0, 0.0
		for i := range mean {
			worst = max(worst, math.Abs(got[i]-mean[i])/math.Max(1, math.Abs(mean[i])))
			worstVariance = max(worstVariance, math.Abs(v[i]/variance[i]-1))
		}
		t.Logf("noise %.0e, jitter %.1e: mean within %.1e, variance within %.1e of itself", noise, p.Jitter(), worst, worstVariance)
		if !(worst <= 1e-12) || !(worstVariance <= 1e-12) {
			t.Errorf("noise %.0e: mean off by %.2g, variance by %.2g of itself", noise, worst, worstVariance)
		}
	}
}

// exactWeights returns the mean and the variance at the rows of at by the weights of the
// features, in numbers of 400 bits.
func exactWeights(t *testing.T, k kernel.Kernel, x *mat.Dense, y []float64, noise float64, at *mat.Dense) (mean, variance []float64) {
	t.Helper()
	_, d := x.Dims()
	basis, err := kernel.FiniteBasis(k, d, 100)
	if err != nil {
		t.Fatal(err)
	}
	f := basis.Len()
	phi, phiAt := mat.NewDense(len(y), f, nil), mat.NewDense(at.RawMatrix().Rows, f, nil)
	basis.Eval(phi, x)
	basis.Eval(phiAt, at)
	num := func(v float64) *big.Float { return new(big.Float).SetPrec(400).SetFloat64(v) }
	mul := func(a, b *big.Float) *big.Float { return num(0).Mul(a, b) }
	// B = s I + Phi'Phi beside Phi'y and the features at each point.
	rows := make([][]*big.Float, f)
	for i := range rows {
		for j := range f {
			sum := num(0)
			if i == j {
				sum = num(noise)
			}
			for r := range y {
				sum.Add(sum, mul(num(phi.At(r, i)), num(phi.At(r, j))))
			}
			rows[i] = append(rows[i], sum)
		}
		pull := num(0)
		for r, v := range y {
			pull.Add(pull, mul(num(phi.At(r, i)), num(v)))
		}
		rows[i] = append(rows[i], pull)
		for r := range phiAt.RawMatrix().Rows {
			rows[i] = append(rows[i], num(phiAt.At(r, i)))
		}
	}
	for c := range f {
		for r := range f {
			if r == c {
				continue
			}
			by := num(0).Quo(rows[r][c], rows[c][c])
			for j := range rows[r] {
				rows[r][j] = num(0).Sub(rows[r][j], mul(by, rows[c][j]))
			}
		}
	}
	for i := range phiAt.RawMatrix().Rows {
		m, v := num(0), num(0)
		for j := range f {
			m.Add(m, mul(num(phiAt.At(i, j)), num(0).Quo(rows[j][f], rows[j][j])))
			v.Add(v, mul(num(phiAt.At(i, j)), num(0).Quo(rows[j][f+1+i], rows[j][j])))
		}
		a, _ := m.Float64()
		b, _ := v.Mul(v, num(noise)).Float64()
		mean, variance = append(mean, a), append(variance, b)
	}
	return mean, variance
}
