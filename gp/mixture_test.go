package gp_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/gp/gptest"
	"matheron/kernel"
	"matheron/rng"
)

// threePosteriors differ in their hyperparameters.
func threePosteriors(t *testing.T) []gp.Posterior {
	t.Helper()
	var out []gp.Posterior
	for i, l := range []float64{0.3, 0.6, 1.2} {
		p, err := gp.Prior{Kernel: kernel.RBF{Variance: 1 + float64(i), Lengthscale: kernel.Shared(l)}, Mean: gp.Constant{Value: float64(i)}}.
			Condition(mat.NewDense(3, 1, []float64{-1, 0, 0.7}), []float64{1, -1, 2}, gp.Noise(0.1))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

var mixturePoints = mat.NewDense(5, 1, []float64{-2, -0.4, 0.1, 1, 2.5})

func TestMixtureConformance(t *testing.T) {
	posts := threePosteriors(t)
	// 2,100 draws: as many of each part as its weight says.
	gptest.Test(t, gp.NewMixture(posts...), gptest.Options{Points: mixturePoints, Draws: 2100})
	gptest.Test(t, gp.WeightedMixture([]float64{1, 4, 2}, posts...), gptest.Options{Points: mixturePoints, Draws: 2100})
	gptest.Test(t, gp.LazyMixture(3, 1, func(i int) (gp.Posterior, error) { return posts[i], nil }), gptest.Options{Points: mixturePoints, Draws: 2100})
}

// Moments are those of the definition, E f and E f² - (E f)².
func TestMixtureMoments(t *testing.T) {
	posts := threePosteriors(t)
	weights := []float64{0.5, 0.2, 0.3}
	m := gp.WeightedMixture([]float64{5, 2, 3}, posts...)
	mean, variance := m.Moments(mixturePoints)
	cov := m.Covariance(nil, mixturePoints)
	n := len(mean)
	first, second := make([]float64, n), mat.NewDense(n, n, nil)
	for i, p := range posts {
		mu, c := p.Mean(nil, mixturePoints), p.Covariance(nil, mixturePoints)
		for a := range n {
			first[a] += weights[i] * mu[a]
			for b := range n {
				second.Set(a, b, second.At(a, b)+weights[i]*(c.At(a, b)+mu[a]*mu[b]))
			}
		}
	}
	for a := range n {
		if math.Abs(mean[a]-first[a]) > 1e-14 {
			t.Errorf("mean %v, want %v", mean[a], first[a])
		}
		for b := range n {
			if want := second.At(a, b) - first[a]*first[b]; math.Abs(cov.At(a, b)-want) > 1e-13 {
				t.Errorf("covariance %v of %d and %d, want %v", cov.At(a, b), a, b, want)
			}
		}
		if math.Abs(variance[a]-cov.At(a, a)) > 1e-14 {
			t.Errorf("variance %v, covariance %v", variance[a], cov.At(a, a))
		}
	}
}

func TestMixtureCounts(t *testing.T) {
	posts := threePosteriors(t)
	for _, c := range []struct {
		weight []float64
		n      int
		want   []int
	}{
		{[]float64{1, 1, 1}, 7, []int{3, 2, 2}}, // floor(s 3/7) is 0 0 0 1 1 2 2
		{[]float64{1, 1, 1}, 2, []int{1, 1, 0}},
		{[]float64{1, 1, 1}, 30, []int{10, 10, 10}},
		{[]float64{1, 4, 3}, 8, []int{1, 4, 3}},
		{[]float64{1e-9, 1, 1}, 4, []int{1, 2, 1}},
		{[]float64{1, 2, 7}, 10, []int{1, 2, 7}},
		{[]float64{0.5, 0.5, 0.5}, 101, []int{34, 34, 33}},
	} {
		if got := gp.WeightedMixture(c.weight, posts...).Counts(c.n); !slices.Equal(got, c.want) {
			t.Errorf("%d draws with weights %v: %v, want %v", c.n, c.weight, got, c.want)
		}
	}
}

// A part that cannot be made is an error where there is one, which names it.
func TestLazyMixtureFails(t *testing.T) {
	posts, cause := threePosteriors(t), errors.New("no posterior")
	m := gp.LazyMixture(3, 1, func(i int) (gp.Posterior, error) {
		if i == 1 {
			return nil, cause
		}
		return posts[i], nil
	})
	for what, f := range map[string]func() error{
		"Part":  func() error { _, err := m.Part(1); return err },
		"Parts": func() error { _, err := m.Parts(); return err },
		"Draw":  func() error { _, _, err := m.Draw(rng.New(1), 3, mixturePoints); return err },
	} {
		if err := f(); !errors.Is(err, cause) || !strings.Contains(err.Error(), "part 1") {
			t.Errorf("%s: %v", what, err)
		}
	}
	// One draw of three needs parts 0 alone.
	if _, _, err := m.Draw(rng.New(1), 1, mixturePoints); err != nil {
		t.Errorf("a draw of part 0: %v", err)
	}
}

func TestMixtureMisuse(t *testing.T) {
	posts := threePosteriors(t)
	two, err := gp.Prior{Kernel: kernel.Constant{Variance: 1}}.Condition(mat.NewDense(1, 2, nil), []float64{1}, gp.Noise(1))
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]func(){
		"no parts":      func() { gp.NewMixture() },
		"other inputs":  func() { gp.NewMixture(posts[0], two) },
		"weights":       func() { gp.WeightedMixture([]float64{1}, posts...) },
		"zero weight":   func() { gp.WeightedMixture([]float64{1, 0, 1}, posts...) },
		"NaN weight":    func() { gp.WeightedMixture([]float64{1, math.NaN(), 1}, posts...) },
		"lazy of none":  func() { gp.LazyMixture(0, 1, nil) },
		"no such draws": func() { gp.NewMixture(posts...).Counts(0) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}
