package pathwise_test

import (
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/internal/parallel"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/pathwise"
	"matheron/pathwise/pathtest"
	"matheron/rng"
)

// The paths pass the kit that every sampler of functions must: T9 against
// central differences is a part of it, and so are repeatability, rows and
// moments.
func TestConformance(t *testing.T) {
	for _, p := range problems() {
		for _, o := range []pathwise.Sampler{
			{Features: 40},
			{Features: 9, Form: basis.CosPhase, PerPath: true},
		} {
			name := p.name
			if o.PerPath {
				name += ", a basis a path"
			}
			t.Run(name, func(t *testing.T) {
				o.Posterior = p.posterior(t)
				paths := draw(t, o, 20, 60)
				options := pathtest.Options{Points: p.at(), NotSmooth: paths.CheckGrad() != nil}
				if o.PerPath {
					options.Mean = o.Posterior.Mean(nil, p.at())
					c := o.Posterior.Covariance(nil, p.at())
					options.Cov = mat.NewSymDense(rowsOf(c), c.RawMatrix().Data)
					// Of 60 paths with 9 features each: heavier tails than a Gaussian's.
					options.Sigmas = 6
				}
				pathtest.Test(t, paths, options)
				for i := range paths.Components() {
					c := paths.Component(i)
					if err := pathtest.Check(c, pathtest.Options{Points: p.at(), NotSmooth: c.CheckGrad() != nil}); err != nil {
						t.Errorf("component %d: %v", i, err)
					}
				}
			})
		}
	}
}

// Grad, GradEach and Path.Grad are one gradient; so are Eval, EvalEach,
// Path.Eval and Path.At one value.
func TestEveryWayToEvaluateAgrees(t *testing.T) {
	for _, p := range problems() {
		for _, perPath := range []bool{false, true} {
			const s = 3
			paths := draw(t, pathwise.Sampler{Posterior: p.posterior(t), Features: 20, PerPath: perPath}, 21, s)
			xs := make([]*mat.Dense, s)
			for i := range xs {
				xs[i] = points(rng.New(uint64(30+i)), 40+30*i, p.d, -2, 2)
			}
			each := paths.EvalEach(xs)
			for i, x := range xs {
				whole, own := paths.Eval(x), paths.Path(i).Eval(nil, x)
				for r := range rowsOf(x) {
					want := whole.At(i, r)
					for name, got := range map[string]float64{
						"EvalEach": each[i][r], "Path.Eval": own[r], "Path.At": paths.Path(i).At(x.RawRowView(r)),
					} {
						if got != want {
							t.Fatalf("%s: %s of path %d at %d is %v, Eval %v", p.name, name, i, r, got, want)
						}
					}
				}
			}
			if paths.CheckGrad() != nil {
				continue
			}
			grads, err := paths.GradEach(xs)
			if err != nil {
				t.Fatal(err)
			}
			for i, x := range xs {
				common, err := paths.Grad(x)
				if err != nil {
					t.Fatal(err)
				}
				// Grad sums over features and rows in another order: F + N terms, which
				// cancel less than a hundredfold.
				if !mat.EqualApprox(common[i], grads[i], 1e-11) {
					t.Errorf("%s: Grad and GradEach of path %d differ", p.name, i)
				}
				for r := range rowsOf(x) {
					g := paths.Path(i).Grad(nil, x.RawRowView(r))
					for d, v := range g {
						if v != grads[i].At(r, d) {
							t.Fatalf("%s: Path.Grad of path %d at %d is %v, GradEach %v", p.name, i, r, v, grads[i].At(r, d))
						}
					}
				}
			}
		}
	}
}

// A path whose kernel is not differentiable has no gradient, wherever the
// kernel stands, although its features look smooth.
func TestRoughPathsHaveNoGradient(t *testing.T) {
	rough := kernel.Matern12{Variance: 1, Lengthscale: kernel.Shared(0.5)}
	for name, k := range map[string]kernel.Kernel{
		"Matern12":                   rough,
		"sum.1.Matern12":             kernel.Add(rbf, rough),
		"sum.1.product.1.Matern12":   kernel.Add(rbf, kernel.Mul(periodic, rough)),
		"product.0.Matern12":         kernel.Mul(rough, rbf),
		"sum.0.Matern12 (held, 2 *)": kernel.Add(kernel.Scaled{Factor: 2, Kernel: kernel.Fix(rough, "lengthscale")}, rbf),
	} {
		p := problem{"", k, nil, 1, 5, gp.Noise(0.1), 0}
		paths := draw(t, pathwise.Sampler{Posterior: p.posterior(t), Features: 8}, 1, 2)
		want, _, _ := strings.Cut(name, " ")
		check := func(what string, err error) {
			t.Helper()
			if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: the error is %v", what, err)
			}
		}
		_, err := paths.Grad(p.at())
		check("Grad", err)
		_, err = paths.GradEach([]*mat.Dense{p.at(), p.at()})
		check("GradEach", err)
		_, err = paths.Minimize(t.Context(), unit(1))
		check("Minimize", err)
		_, err = paths.Path(0).Maximize(t.Context(), unit(1))
		check("Path.Maximize", err)
		func() {
			defer func() {
				if r, ok := recover().(string); !ok || !strings.HasPrefix(r, "pathwise: ") || !strings.Contains(r, want) {
					t.Errorf("Path.Grad: %v", r)
				}
			}()
			paths.Path(0).Grad(nil, []float64{0})
		}()
	}
	// A smooth component of a sum that is not smooth has a gradient.
	p := problem{"", kernel.Add(rough, rbf), nil, 1, 5, gp.Noise(0.1), 0}
	paths := draw(t, pathwise.Sampler{Posterior: p.posterior(t), Features: 8}, 1, 2)
	if _, err := paths.Component(1).Grad(p.at()); err != nil {
		t.Errorf("the smooth component: %v", err)
	}
	if err := pathtest.Check(paths.Component(1), pathtest.Options{Points: p.at()}); err != nil {
		t.Errorf("the smooth component: %v", err)
	}
}

// A mean that does not know its gradient is an error like a rough kernel, not
// a panic from inside.
func TestMeanWithoutGradientIsRefused(t *testing.T) {
	square := func(x []float64) float64 { return x[0] * x[0] }
	p := problem{"", rbf, gp.Func{F: square}, 1, 5, gp.Noise(0.1), 0}
	paths := draw(t, pathwise.Sampler{Posterior: p.posterior(t), Features: 8}, 1, 2)
	if _, err := paths.Grad(p.at()); err == nil || !strings.Contains(err.Error(), "mean") {
		t.Errorf("the error is %v", err)
	}
	p.mean = gp.Func{F: square, Grad: func(dst, x []float64) { dst[0] = 2 * x[0] }}
	paths = draw(t, pathwise.Sampler{Posterior: p.posterior(t), Features: 8}, 1, 20)
	pathtest.Test(t, paths, pathtest.Options{Points: p.at()})
}

// A panic of a caller's mean reaches the caller, on whatever goroutine it was.
func TestPanicOfAMeanReachesTheCaller(t *testing.T) {
	p := problem{"", rbf, gp.Func{F: func(x []float64) float64 {
		if x[0] > 5 {
			panic("beyond 5")
		}
		return 0
	}}, 1, 5, gp.Noise(0.1), 0}
	paths := pathwise.WithTile(draw(t, pathwise.Sampler{Posterior: p.posterior(t), Features: 8}, 1, 2), 3)
	defer func() {
		if r := parallel.Recovered(recover()); r != "beyond 5" {
			t.Errorf("recovered %v", r)
		}
	}()
	paths.Eval(line(100, 0, 6))
	t.Error("no panic")
}
