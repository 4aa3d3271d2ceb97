package pathwise_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/gp/gptest"
	"matheron/gp/sparse"
	"matheron/kernel"
	"matheron/optimize"
	"matheron/pathwise"
	"matheron/rng"
)

// everyKind returns paths of one input of each kind of posterior: exact by both solvers,
// inducing, and a mixture of these.
func everyKind(t *testing.T, n int) map[string]*pathwise.Paths {
	t.Helper()
	exact := problems()[0].posterior(t)
	finite := finiteProblems()[0].woodbury(t)
	c := newSparseCase(t, 1e-5)
	inducing := sparse.NewPosterior(c.in, c.q)
	out := map[string]*pathwise.Paths{}
	for name, post := range map[string]gp.Posterior{
		"exact": exact, "woodbury": finite, "inducing": inducing,
		"mixture": gp.NewMixture(exact, inducing, exact, finite),
	} {
		out[name] = draw(t, pathwise.Sampler{Posterior: post, Features: 64}, 21, n)
	}
	out["joined"] = pathwise.Join(out["exact"], out["inducing"])
	return out
}

// What one kind of paths can do all can, and what a path does as one of a set it does
// alone: of a mixture, as one of its part.
func TestEveryKindHasEveryAbility(t *testing.T) {
	x := kernelPoints(6)
	box := optimize.Box{Lower: []float64{-2}, Upper: []float64{2}}
	for name, p := range everyKind(t, 8) {
		values, low := p.Eval(x), p.Float32().Eval(x)
		if d := maxDiff(values, low); d == 0 || d > 1e-3*size(values) {
			t.Errorf("%s: single precision differs by %.2g", name, d)
		}
		optima, err := pathwise.Search{Box: box}.Minimize(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		grid := p.Eval(line(2001, -2, 2))
		w := make([]float64, p.Len())
		s := 0
		for _, part := range p.Parts() {
			if !slices.Equal(kernel.Params(part.Kernel()), kernel.Params(p.Path(s).Kernel())) {
				t.Errorf("%s: path %d has another kernel than its part", name, s)
			}
			for i := range part.Len() {
				mean, cov, err := p.Moments(s, x)
				if err != nil {
					t.Fatal(err)
				}
				m, c, err := part.Moments(i, x)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(mean, m) || !mat.Equal(cov, c) {
					t.Errorf("%s: path %d has other moments than in its part", name, s)
				}
				f, err := p.Fidelity(s, x)
				if err != nil {
					t.Fatal(err)
				}
				g, err := part.Fidelity(i, x)
				if err != nil {
					t.Fatal(err)
				}
				if f != g || !(f.Wasserstein < 0.5) {
					t.Errorf("%s: path %d has the fidelity %+v, in its part %+v", name, s, f, g)
				}
				least := slices.Min(grid.RawRowView(s))
				if !(optima[s].Value <= least+1e-9) || p.Path(s).At(optima[s].X) != optima[s].Value {
					t.Errorf("%s: path %d is least %v at %v, on a grid %v", name, s, optima[s].Value, optima[s].X, least)
				}
				one, err := p.Path(s).Minimize(context.Background(), box)
				if err != nil {
					t.Fatal(err)
				}
				if one.Value != optima[s].Value {
					t.Errorf("%s: path %d alone is least %v, among others %v", name, s, one.Value, optima[s].Value)
				}
				clear(w)
				w[s] = 2
				sum, err := p.GradSum(nil, w, []float64{0.3})
				if err != nil {
					t.Fatal(err)
				}
				if g := p.Path(s).Grad(nil, []float64{0.3}); !near(sum[0], 2*g[0], 1e-11) {
					t.Errorf("%s: path %d has the gradient %v, by the sum %v", name, s, g[0], sum[0]/2)
				}
				s++
			}
		}
		post, err := p.Posterior()
		if err != nil {
			t.Fatal(err)
		}
		back, err := pathwise.Restore(p.States()...)
		if err != nil {
			t.Fatal(err)
		}
		if !mat.Equal(back.Eval(x), values) {
			t.Errorf("%s: restored paths have other values", name)
		}
		again, err := back.Posterior()
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range post.Variance(nil, x) {
			if u := again.Variance(nil, x)[i]; !near(u, v, 1e-8) {
				t.Errorf("%s: the restored posterior has the variance %v, before %v", name, u, v)
			}
			if u := again.Mean(nil, x)[i]; !near(u, post.Mean(nil, x)[i], 1e-8) {
				t.Errorf("%s: the restored posterior has the mean %v, before %v", name, u, post.Mean(nil, x)[i])
			}
		}
	}
}

// Components of a mixture are those of its parts, where these have the same.
func TestComponentsOfAMixture(t *testing.T) {
	x := kernelPoints(6)
	k := kernel.Add(rbf, linear)
	var posts []gp.Posterior
	for _, v := range []float64{0.5, 1, 2} {
		post, err := gp.Prior{Kernel: kernel.WithParams(k, []float64{v, 0.4, 0.5, 1.2}), Mean: gp.Constant{Value: 1}}.
			Condition(line(5, -1, 1), []float64{1, 2, 0, 1, 3}, gp.Noise(0.05))
		if err != nil {
			t.Fatal(err)
		}
		posts = append(posts, post)
	}
	p := draw(t, pathwise.Sampler{Posterior: gp.NewMixture(posts...), Features: 32}, 3, 7)
	sum := mat.NewDense(7, 6, nil)
	for i, name := range p.Components() {
		c := p.Component(i)
		sum.Add(sum, c.Eval(x))
		s := 0
		for _, part := range p.Parts() {
			if !mat.Equal(c.Eval(x).Slice(s, s+part.Len(), 0, 6), part.Component(i).Eval(x)) {
				t.Errorf("component %s is not that of the parts", name)
			}
			s += part.Len()
		}
	}
	whole := p.Eval(x)
	for s := range 7 {
		for i := range 6 {
			if !near(sum.At(s, i)+1, whole.At(s, i), 1e-12) {
				t.Errorf("components and mean sum to %v, want %v", sum.At(s, i)+1, whole.At(s, i))
			}
		}
	}
	if all := pathwise.Join(p, everyKind(t, 1)["exact"]); all.Components() != nil {
		t.Errorf("components %v of parts that differ", all.Components())
	}
}

// own is a posterior of another kind.
type own struct{ *gp.Mixture }

func TestSamplerNamesAPosteriorThatItCannotDrawFrom(t *testing.T) {
	post := own{gp.NewMixture(problems()[0].posterior(t))}
	if _, err := (pathwise.Sampler{Posterior: post}).Draw(rng.New(1), 1); err == nil || !strings.Contains(err.Error(), "own") {
		t.Errorf("error %v", err)
	}
}

// The posterior of paths from a file is one like any other.
func TestStoredPosteriorConformance(t *testing.T) {
	c := newSparseCase(t, 1e-5)
	back, err := pathwise.Restore(c.draw(t, c.q, rng.New(3), 2, 8, false).States()...)
	if err != nil {
		t.Fatal(err)
	}
	post, err := back.Posterior()
	if err != nil {
		t.Fatal(err)
	}
	gptest.Test(t, post, gptest.Options{Points: kernelPoints(6)})
}

// Of a mixture each part has functions in proportion to its weight.
func TestWeightsOfAMixture(t *testing.T) {
	a, b := problems()[0].posterior(t), finiteProblems()[0].posterior(t)
	p := draw(t, pathwise.Sampler{Posterior: gp.WeightedMixture([]float64{3, 1}, a, b), Features: 8}, 3, 20)
	if parts := p.Parts(); len(parts) != 2 || parts[0].Len() != 15 || parts[1].Len() != 5 {
		t.Errorf("parts of %d and %d paths", parts[0].Len(), parts[1].Len())
	}
	post, err := p.Posterior()
	if err != nil {
		t.Fatal(err)
	}
	at := kernelPoints(3)
	for i, m := range post.Mean(nil, at) {
		if want := 0.75*a.Mean(nil, at)[i] + 0.25*b.Mean(nil, at)[i]; math.Abs(m-want) > 1e-14 {
			t.Errorf("mean %v, want %v", m, want)
		}
	}
}
