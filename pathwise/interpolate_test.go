package pathwise_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/pathwise"
	"matheron/rng"
)

// T5: without noise and jitter each path goes through what was passed.
func TestPathsInterpolate(t *testing.T) {
	for _, p := range problems() {
		p.noise, p.jitter = gp.Noise(0), 0
		if s, ok := p.kernel.(kernel.Sum); ok { // white is noise: leave it out
			var terms []kernel.Kernel
			for _, k := range s {
				if _, ok := k.(kernel.White); !ok {
					terms = append(terms, k)
				}
			}
			p.kernel = kernel.Add(terms...)
		}
		post := p.posterior(t)
		if post.Jitter() != 0 {
			t.Fatalf("%s: jitter %g", p.name, post.Jitter())
		}
		if c := condition(t, post); c > 1e6 {
			t.Fatalf("%s: cond(K) = %.2g", p.name, c)
		}
		for _, o := range []pathwise.Sampler{
			{Features: 4}, {Features: 300}, {Features: 5, Form: basis.CosPhase, PerPath: true},
		} {
			o.Posterior = post
			values := draw(t, o, 2, 9).Eval(p.x())
			for s := range 9 {
				for i, y := range p.y() {
					if !near(values.At(s, i), y, 1e-8) {
						t.Errorf("%s: path %d at row %d is %v, the target %v", p.name, s, i, values.At(s, i), y)
					}
				}
			}
			// And not because it cannot do anything else.
			away := draw(t, o, 2, 9).Eval(p.at())
			if d := math.Abs(away.At(0, 0) - away.At(1, 0)); d < 1e-3 {
				t.Errorf("%s: two paths differ by %.2g beyond the rows", p.name, d)
			}
		}
		// A copy that forgets the mean, or the prior path, does not interpolate.
		state := draw(t, pathwise.Sampler{Posterior: post, Features: 6}, 2, 1).States()[0]
		f := state.Bases[0].Len()
		w, z := normals(rng.New(2).Named("weights"), f, 1), normals(rng.New(2).Named("noise"), p.n, 1)
		for _, r := range []rule{exactRule, priorNotSubtracted, meanNotSubtracted, targetsIgnored, correctionLeftOut} {
			if _, zero := post.PriorMean().(gp.Zero); zero && r == meanNotSubtracted {
				continue
			}
			v, worst := matheron(post, state.Bases[0], w, z, p.x(), r), 0.0
			for i, y := range p.y() {
				worst = math.Max(worst, math.Abs(v.At(0, i)-y)/math.Max(1, math.Abs(y)))
			}
			if (worst <= 1e-8) != (r == exactRule) {
				t.Errorf("%s: the rule with %q misses its targets by %.2g", p.name, mistakes[r], worst)
			}
		}
	}
}

// T5 with jitter: what a path misses its targets by is exactly the noise that
// was drawn for it and its correction's,
//
//	f(X) - y = -e - Sigma v,  mean -Sigma H⁻¹ (y - m(X)).
func TestResidualsWithJitter(t *testing.T) {
	for _, jitter := range []float64{1e-8, 1e-4, 1e-2} {
		p := problem{"", rbf, gp.Constant{Value: 2}, 1, 8, gp.Noise(0), jitter}
		post := p.posterior(t)
		const s = 20
		paths := draw(t, pathwise.Sampler{Posterior: post, Features: 30}, 2, s)
		state := paths.States()[0]
		z, values := normals(rng.New(2).Named("noise"), p.n, s), paths.Eval(p.x())
		moved := 0.0
		for j := range s {
			for i, y := range p.y() {
				want := y - math.Sqrt(jitter)*z.At(i, j) - jitter*state.Update.At(i, j)
				if !near(values.At(j, i), want, 1e-8) {
					t.Errorf("jitter %g: path %d at row %d is %v, want %v", jitter, j, i, values.At(j, i), want)
				}
				moved = math.Max(moved, math.Abs(values.At(j, i)-y))
			}
		}
		// Of 160 residuals the largest is some 2.5 sd; they are not all zero.
		if moved < 0.5*math.Sqrt(jitter) {
			t.Errorf("jitter %g: the largest residual is %.2g", jitter, moved)
		}
		mean, _, err := paths.Moments(0, p.x())
		if err != nil {
			t.Fatal(err)
		}
		for i, y := range p.y() {
			if want := y - jitter*post.Weights()[i]; !near(mean[i], want, 1e-8) {
				t.Errorf("jitter %g: mean at row %d is %v, want %v", jitter, i, mean[i], want)
			}
		}
	}
}

// A kernel of white noise alone has one function: the mean.
func TestWhiteAloneGivesTheMean(t *testing.T) {
	p := problem{"", white, gp.Constant{Value: 3}, 1, 4, gp.Noise(0), 0}
	paths := draw(t, pathwise.Sampler{Posterior: p.posterior(t)}, 1, 3)
	if paths.Features() != 0 {
		t.Errorf("%d features", paths.Features())
	}
	values := paths.Eval(p.at())
	for s := range 3 {
		for i := range 5 {
			if values.At(s, i) != 3 || paths.Path(s).At(p.at().RawRowView(i)) != 3 {
				t.Errorf("path %d at point %d is %v", s, i, values.At(s, i))
			}
		}
	}
	grads, err := paths.Grad(p.at())
	if err != nil || len(grads) != 3 || maxAbs(grads[0]) != 0 {
		t.Errorf("the gradient of a constant is %v: %v", grads, err)
	}
}

func TestDrawOnOneRow(t *testing.T) {
	p := problem{"", rbf, nil, 1, 2, gp.Noise(0), 0}
	post, err := p.prior().Condition(line(2, 0, 1).Slice(0, 1, 0, 1).(*mat.Dense), []float64{4}, p.noise)
	if err != nil {
		t.Fatal(err)
	}
	if v := draw(t, pathwise.Sampler{Posterior: post, Features: 8}, 1, 1).Path(0).At([]float64{0}); !near(v, 4, 1e-12) {
		t.Errorf("the path is %v at a row of 4", v)
	}
}
