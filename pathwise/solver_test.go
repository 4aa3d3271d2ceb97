package pathwise_test

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/optimize"
	"matheron/pathwise"
	"matheron/pathwise/pathtest"
	"matheron/rng"
)

// finiteProblems have kernels of finite rank, with more rows than features and with fewer.
func finiteProblems() []problem {
	cosine := kernel.Cosine{Variance: 0.9, Period: kernel.Shared(1.7)}
	two := kernel.Linear{Bias: 0.4, Variance: []float64{0.8, 1.9}}
	cubic := kernel.Polynomial{Variance: 0.5, Bias: 1.2, Degree: 3}
	return []problem{
		{"linear", linear, nil, 1, 30, gp.Noise(0.02), 0},
		{"sum, noise a row", kernel.Add(two, white, cosine), gp.Linear{Intercept: 1, Slopes: []float64{0.7, -0.2}}, 2, 40, rowNoise(40), 1e-4},
		{"few rows", cubic, gp.Constant{Value: 2}, 2, 4, gp.Noise(0.05), 0},
		{"product and columns", kernel.Add(kernel.Active{Kernel: kernel.Mul(linear, cosine), Columns: []int{1}}, kernel.Active{Kernel: cubic, Columns: []int{0}}), nil, 2, 50, gp.Noise(0.1), 0},
		{"many features", kernel.Polynomial{Variance: 1e-4, Bias: 1, Degree: 6}, nil, 5, 30, gp.Noise(0.1), 0},
	}
}

// woodbury returns the posterior by the Woodbury solver.
func (p problem) woodbury(t testing.TB) *gp.Exact {
	t.Helper()
	prior := p.prior()
	prior.Solver = gp.Woodbury{}
	post, err := prior.Condition(p.x(), p.y(), p.noise)
	if err != nil {
		t.Fatalf("%s: %v", p.name, err)
	}
	return post
}

// Functions by the Woodbury solver are those of the same key by the dense one: values,
// in both precisions, gradients, components, moments, fidelity, what they learn later,
// and a weighted sum of them.
func TestWoodburyPathsAreTheDenseOnes(t *testing.T) {
	for _, p := range finiteProblems() {
		for _, perPath := range []bool{false, true} {
			o := pathwise.Sampler{Posterior: p.posterior(t), Features: 64, PerPath: perPath}
			want := draw(t, o, 5, 7)
			o.Posterior = p.woodbury(t)
			got := draw(t, o, 5, 7)
			x := p.at()
			compare := func(what string, a, b *mat.Dense, tol float64) {
				t.Helper()
				if d := maxDiff(a, b); d > tol*size(b) {
					t.Errorf("%s, a basis a path %v: %s differ by %.2g", p.name, perPath, what, d)
				}
			}
			all := func(stage string, got, want *pathwise.Paths) {
				t.Helper()
				compare(stage+"values", got.Eval(x), want.Eval(x), 1e-8)
				compare(stage+"values in single precision", got.Float32().Eval(x), want.Eval(x), 1e-4)
				g, err := got.Grad(x)
				if err != nil {
					t.Fatal(err)
				}
				w, err := want.Grad(x)
				if err != nil {
					t.Fatal(err)
				}
				for s := range w {
					compare(stage+"gradients", g[s], w[s], 1e-8)
				}
				weights := normals(rng.New(6), 7, 1).RawMatrix().Data
				a, err := got.GradSum(nil, weights, x.RawRowView(1))
				if err != nil {
					t.Fatal(err)
				}
				b, err := want.GradSum(nil, weights, x.RawRowView(1))
				if err != nil {
					t.Fatal(err)
				}
				compare(stage+"gradients of a sum", mat.NewDense(1, p.d, a), mat.NewDense(1, p.d, b), 1e-8)
				for i := range want.Components() {
					compare(stage+"components", got.Component(i).Eval(x), want.Component(i).Eval(x), 1e-8)
					m, c, err := got.Component(i).Moments(3, x)
					if err != nil {
						t.Fatal(err)
					}
					dm, dc, err := want.Component(i).Moments(3, x)
					if err != nil {
						t.Fatal(err)
					}
					compare(stage+"means of a component", mat.NewDense(1, 5, m), mat.NewDense(1, 5, dm), 1e-8)
					compare(stage+"covariances of a component", mat.DenseCopyOf(c), mat.DenseCopyOf(dc), 1e-8)
				}
				m, c, err := got.Moments(2, x)
				if err != nil {
					t.Fatal(err)
				}
				dm, dc, err := want.Moments(2, x)
				if err != nil {
					t.Fatal(err)
				}
				compare(stage+"means", mat.NewDense(1, 5, m), mat.NewDense(1, 5, dm), 1e-8)
				compare(stage+"covariances", mat.DenseCopyOf(c), mat.DenseCopyOf(dc), 1e-8)
				f, err := got.Fidelity(1, x)
				if err != nil {
					t.Fatal(err)
				}
				// Exact features: the distribution is the posterior, to rounding of roots.
				if f.Wasserstein > 1e-5 || f.SDRatioMin < 0.999 || f.SDRatioMax > 1.001 {
					t.Errorf("%s: %sfidelity %+v", p.name, stage, f)
				}
			}
			all("", got, want)
			more, y := points(rng.New(8), 3, p.d, -2, 2), []float64{1, 2, 3}
			later, err := got.Condition(more, y, gp.Noise(0.3))
			if err != nil {
				t.Fatal(err)
			}
			direct, err := want.Condition(more, y, gp.Noise(0.3))
			if err != nil {
				t.Fatal(err)
			}
			all("after three rows more, ", later, direct)
		}
	}
}

// The same bits from every tile, number of processors, cut of the points and way to ask,
// and after a restore.
func TestWoodburySameBits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, p := range finiteProblems() {
		paths := draw(t, pathwise.Sampler{Posterior: p.woodbury(t), Features: 16}, 9, 5)
		x := points(rng.New(50), 130, p.d, -2, 2)
		want := paths.Eval(x)
		back, err := pathwise.Restore(paths.States()...)
		if err != nil {
			t.Fatal(err)
		}
		low := paths.Float32().Eval(x)
		for _, procs := range []int{1, 3} {
			runtime.GOMAXPROCS(procs)
			for _, tile := range []int{1, 7, 1000} {
				if !mat.Equal(pathwise.WithTile(back, tile).Eval(x), want) {
					t.Errorf("%s: other values with tiles of %d on %d processors", p.name, tile, procs)
				}
			}
		}
		each := make([]*mat.Dense, 5)
		for s := range each {
			each[s] = x
		}
		for s, row := range paths.EvalEach(each) {
			for i := range row {
				at := paths.Path(s).At(x.RawRowView(i))
				if row[i] != want.At(s, i) || at != row[i] {
					t.Fatalf("%s: path %d at point %d is %v, %v by EvalEach, %v by Path.At", p.name, s, i, want.At(s, i), row[i], at)
				}
			}
		}
		if one := paths.Float32().Path(2).Eval(nil, x); !mat.Equal(mat.NewDense(1, 130, one), low.Slice(2, 3, 0, 130)) {
			t.Errorf("%s: another path in single precision", p.name)
		}
	}
}

func TestWoodburyPathsConformance(t *testing.T) {
	for _, p := range finiteProblems()[:4] {
		post := p.woodbury(t)
		paths := draw(t, pathwise.Sampler{Posterior: post, Features: 64}, 11, 300)
		x := p.at()
		mean, cov := post.Mean(nil, x), post.Covariance(nil, x)
		pathtest.Test(t, paths, pathtest.Options{Points: x, Mean: mean, Cov: symmetric(cov)})
	}
}

func symmetric(a *mat.Dense) *mat.SymDense {
	n, _ := a.Dims()
	return mat.NewSymDense(n, mat.DenseCopyOf(a).RawMatrix().Data)
}

// With hardly any noise, which targets contradict, the functions are still those of the
// weights of the features: their mean over draws of one basis is the posterior's.
func TestWoodburyPathsWithLittleNoise(t *testing.T) {
	p := problem{"", kernel.Polynomial{Variance: 1, Bias: 1, Degree: 2}, nil, 1, 60, gp.Noise(1e-9), 0}
	post := p.woodbury(t)
	paths, x := draw(t, pathwise.Sampler{Posterior: post}, 3, 4), p.at()
	mean, cov, err := paths.Moments(0, x)
	if err != nil {
		t.Fatal(err)
	}
	exact, variance := post.Mean(nil, x), post.Variance(nil, x)
	for i, m := range exact {
		if d := mean[i] - m; d > 1e-11 || d < -1e-11 {
			t.Errorf("the mean at point %d is off by %.2g", i, d)
		}
		if r := cov.At(i, i) / variance[i]; r < 1-1e-4 || r > 1+1e-4 {
			t.Errorf("the variance at point %d is %v of the posterior's", i, r)
		}
		for s := range 4 {
			// sd 1e-5: 6 of it.
			if d := paths.Path(s).At(x.RawRowView(i)) - m; d > 1e-4 || d < -1e-4 {
				t.Errorf("path %d at point %d is off by %.2g", s, i, d)
			}
		}
	}
}

func TestWoodburySearch(t *testing.T) {
	p := finiteProblems()[1]
	box := optimize.Box{Lower: []float64{-2, -2}, Upper: []float64{2, 2}}
	o := pathwise.Sampler{Posterior: p.posterior(t), Features: 16}
	want, err := draw(t, o, 5, 3).Minimize(context.Background(), box)
	if err != nil {
		t.Fatal(err)
	}
	o.Posterior = p.woodbury(t)
	got, err := draw(t, o, 5, 3).Minimize(context.Background(), box)
	if err != nil {
		t.Fatal(err)
	}
	for s := range want {
		if !near(got[s].Value, want[s].Value, 1e-7) {
			t.Errorf("path %d is least %v, by the dense solver %v", s, got[s].Value, want[s].Value)
		}
	}
}

// plain is a kind of solver that has no ability beside solving.
type plain struct{}

func (plain) Name() string { return "plain" }

func (plain) New(s gp.System) (gp.Solver, float64, error) {
	full, jitter, err := gp.Cholesky{}.New(s)
	return plainSolver{full}, jitter, err
}

type plainSolver struct{ full gp.Solver }

func (s plainSolver) Name() string            { return "plain" }
func (s plainSolver) Len() int                { return s.full.Len() }
func (s plainSolver) LogDet() float64         { return s.full.LogDet() }
func (s plainSolver) Solve(dst, b *mat.Dense) { s.full.Solve(dst, b) }

// Functions by a solver that can do nothing but solve are the usual ones, but that they
// cannot learn more rows, which the error says with the solver's name.
func TestPathsOfASolverWithoutAbilities(t *testing.T) {
	p := problems()[3]
	prior := p.prior()
	prior.Solver = plain{}
	post, err := prior.Condition(p.x(), p.y(), p.noise)
	if err != nil {
		t.Fatal(err)
	}
	got, want := draw(t, pathwise.Sampler{Posterior: post, Features: 32}, 4, 6), draw(t, pathwise.Sampler{Posterior: p.posterior(t), Features: 32}, 4, 6)
	if d := maxDiff(got.Eval(p.at()), want.Eval(p.at())); d > 1e-8 {
		t.Errorf("values differ by %.2g", d)
	}
	f, err := got.Fidelity(2, p.at())
	if err != nil {
		t.Fatal(err)
	}
	g, err := want.Fidelity(2, p.at())
	if err != nil {
		t.Fatal(err)
	}
	if !near(f.Wasserstein, g.Wasserstein, 1e-8) || !near(f.SDRatioMin, g.SDRatioMin, 1e-8) {
		t.Errorf("fidelity %+v, want %+v", f, g)
	}
	_, err = got.Condition(points(rng.New(1), 1, p.d, 2, 3), []float64{1}, gp.Noise(0.1))
	var missing *gp.SolverError
	if !errors.As(err, &missing) || missing.Solver != "plain" {
		t.Errorf("Condition: %v", err)
	}
}
