package pathwise_test

import (
	"fmt"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/rng"
)

// T8: the components and the mean function sum to the whole, values and
// gradients, with one basis as with many.
func TestComponentsSumToTheWhole(t *testing.T) {
	for _, p := range problems() {
		post, x := p.posterior(t), p.at()
		for _, perPath := range []bool{false, true} {
			paths := draw(t, pathwise.Sampler{Posterior: post, Features: 30, PerPath: perPath}, 4, 7)
			names := paths.Components()
			if s, ok := p.kernel.(kernel.Sum); ok && len(names) < 1 || !ok && len(names) != 1 {
				t.Fatalf("%s: components %v of %d terms", p.name, names, len(s))
			}
			whole := paths.Eval(x)
			m := make([]float64, rowsOf(x))
			post.PriorMean().Eval(m, x)
			sum := mat.NewDense(7, rowsOf(x), nil)
			for i := range names {
				sum.Add(sum, paths.Component(i).Eval(x))
			}
			for s := range 7 {
				for i, v := range m {
					sum.Set(s, i, sum.At(s, i)+v)
				}
			}
			// 1e-12 of the scale: that of the terms, which may cancel.
			if d := maxDiff(sum, whole); d > 1e-12*size(whole) {
				t.Errorf("%s, a basis a path %v: the components' sum differs by %.2g", p.name, perPath, d)
			}
			if paths.CheckGrad() != nil {
				continue
			}
			grads, err := paths.Grad(x)
			if err != nil {
				t.Fatal(err)
			}
			total := mat.NewDense(rowsOf(x), p.d, nil)
			post.PriorMean().InputGrad(total, x)
			for i := range names {
				g, err := paths.Component(i).Grad(x)
				if err != nil {
					t.Fatal(err)
				}
				total.Add(total, g[3])
			}
			if d := maxDiff(total, grads[3]); d > 1e-11*size(grads[3]) {
				t.Errorf("%s: the components' gradients differ by %.2g", p.name, d)
			}
		}
	}
}

// The distribution of a component is what Eval of the component does.
func TestComponentMomentsIsThatOfEval(t *testing.T) {
	p := problem{"", kernel.Add(white, rbf, kernel.Mul(linear, periodic), matern32), gp.Linear{Intercept: 1, Slopes: []float64{2}}, 1, 6, rowNoise(6), 1e-4}
	post, x, key := p.posterior(t), p.at(), rng.New(6)
	sampler := pathwise.Sampler{Posterior: post, Features: 6}
	f := draw(t, sampler, 6, 1).Features()
	s := 2 * (1 + f + p.n)
	paths := draw(t, sampler, 6, s)
	w, z := normals(key.Named("weights"), f, s), normals(key.Named("noise"), p.n, s)
	names := paths.Components()
	if fmt.Sprint(names) != "[sum.1 sum.2 sum.3]" {
		t.Fatalf("components %v", names)
	}
	total := make([]float64, rowsOf(x))
	for i := range names {
		c := paths.Component(i)
		mean, cov, err := c.Moments(0, x)
		if err != nil {
			t.Fatal(err)
		}
		if err := rebuild(c.Eval(x), w, z).check(mean, cov, 1e-8); err != nil {
			t.Errorf("component %s: %v", names[i], err)
		}
		for j, m := range mean {
			total[j] += m
		}
	}
	m, exact := make([]float64, rowsOf(x)), post.Mean(nil, x)
	post.PriorMean().Eval(m, x)
	for j := range total {
		if !near(total[j]+m[j], exact[j], 1e-8) {
			t.Errorf("components' means sum to %v, the posterior's is %v", total[j]+m[j], exact[j])
		}
	}
}

// Averaged over bases the covariance of a component is that of the component in
// the posterior, k_i(x, x) - k_i(x, X) H⁻¹ k_i(X, x).
func TestComponentMomentsAveragedOverBases(t *testing.T) {
	p := problem{"", kernel.Add(rbf, periodic), nil, 1, 4, gp.Noise(0.05), 0}
	post, x := p.posterior(t), p.at()
	paths := draw(t, pathwise.Sampler{Posterior: post, Features: 8, PerPath: true}, 8, 400)
	for i, k := range []kernel.Kernel{rbf, periodic} {
		kx := cov(k, x, p.x())
		solved := mat.DenseCopyOf(kx.T())
		post.Solver().Solve(solved, solved)
		var want mat.Dense
		want.Mul(kx, solved)
		want.Sub(cov(k, x, x), &want)
		mean, se := averageCovariance(t, paths.Component(i), x)
		for a := range rowsOf(x) {
			for b := range a + 1 {
				if d := mean.At(a, b) - want.At(a, b); d > 5*se.At(a, b)+1e-8 || -d > 5*se.At(a, b)+1e-8 {
					t.Errorf("component %d: covariance %d, %d averages to %v, want %v +- %.2g", i, a, b, mean.At(a, b), want.At(a, b), 5*se.At(a, b))
				}
			}
		}
	}
}

func TestComponentIsNoWhole(t *testing.T) {
	p := problem{"", kernel.Add(rbf, linear), nil, 1, 4, gp.Noise(0.1), 0}
	paths := draw(t, pathwise.Sampler{Posterior: p.posterior(t), Features: 4}, 1, 2)
	c := paths.Component(1)
	for name, f := range map[string]func(){
		"component of a component": func() { c.Component(0) },
		"component 2 of 2":         func() { paths.Component(2) },
		"Condition":                func() { c.Condition(p.x(), p.y(), p.noise) },
		"State":                    func() { c.States() },
		"Fidelity":                 func() { c.Fidelity(0, p.at()) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s did not panic", name)
				}
			}()
			f()
		}()
	}
}
