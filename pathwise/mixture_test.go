package pathwise_test

import (
	"context"
	"errors"
	"math"
	"reflect"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/optimize"
	"matheron/pathwise"
	"matheron/pathwise/pathtest"
	"matheron/rng"
)

// mixtureOf draws counts[i] paths of a posterior with the i-th lengthscale.
func mixtureOf(t *testing.T, counts []int, lengthscales []float64) (*pathwise.Paths, []*gp.Exact) {
	t.Helper()
	x, y := mat.NewDense(5, 1, []float64{-1.5, -0.6, 0.1, 0.9, 1.4}), []float64{0.3, -0.8, 0.1, 0.9, 0.2}
	var parts []*pathwise.Paths
	var posts []*gp.Exact
	for i, l := range lengthscales {
		post, err := gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(l)}}.Condition(x, y, gp.Noise(0.01))
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, draw(t, pathwise.Sampler{Posterior: post, Features: 256}, uint64(i), counts[i]))
		posts = append(posts, post)
	}
	return pathwise.Join(parts...), posts
}

func TestMixtureConformance(t *testing.T) {
	m, _ := mixtureOf(t, []int{2, 3, 1}, []float64{0.3, 0.6, 1})
	grid := kernelPoints(7)
	pathtest.Test(t, m, pathtest.Options{Points: grid})
}

func kernelPoints(n int) *mat.Dense {
	x := mat.NewDense(n, 1, nil)
	for i := range n {
		x.Set(i, 0, -2+4*float64(i)/float64(n-1))
	}
	return x
}

// Every path of a mixture is the path of its part, in the order of the parts.
func TestMixtureKeepsItsPartsPaths(t *testing.T) {
	m, _ := mixtureOf(t, []int{2, 3, 1}, []float64{0.3, 0.6, 1})
	x := kernelPoints(9)
	all := m.Eval(x)
	grads, err := m.Grad(x)
	if err != nil {
		t.Fatal(err)
	}
	box := optimize.Box{Lower: []float64{-2}, Upper: []float64{2}}
	least, err := m.Minimize(context.Background(), box)
	if err != nil {
		t.Fatal(err)
	}
	same := make([]*mat.Dense, m.Len())
	for i := range same {
		same[i] = x
	}
	each := m.EvalEach(same)
	s := 0
	for _, p := range m.Parts() {
		own := p.Eval(x)
		for i := range p.Len() {
			for j := range 9 {
				if all.At(s, j) != own.At(i, j) {
					t.Fatalf("path %d at point %d is %v, in its part %v", s, j, all.At(s, j), own.At(i, j))
				}
			}
			if each[s][3] != own.At(i, 3) {
				t.Errorf("EvalEach of path %d is not that of its part", s)
			}
			if v := m.Path(s).At([]float64{0.2}); v != p.Path(i).At([]float64{0.2}) {
				t.Errorf("Path(%d) is not that of its part", s)
			}
			if g := p.Path(i).Grad(nil, x.RawRowView(4)); math.Abs(g[0]-grads[s].At(4, 0)) > 1e-12*math.Max(1, math.Abs(g[0])) {
				t.Errorf("gradient of path %d is %v, in its part %v", s, grads[s].At(4, 0), g[0])
			}
			if v := m.Path(s).At(least[s].X); v != least[s].Value {
				t.Errorf("path %d is %v at its minimum, said to be %v", s, v, least[s].Value)
			}
			s++
		}
	}
	if s != m.Len() {
		t.Errorf("%d paths of %d", s, m.Len())
	}
}

// The moments are those of the mixture of Gaussians, by the definition of the
// second moment.
func TestMixtureMoments(t *testing.T) {
	counts := []int{2, 3, 1}
	m, posts := mixtureOf(t, counts, []float64{0.3, 0.6, 1})
	x := kernelPoints(5)
	post, err := m.Posterior()
	if err != nil {
		t.Fatal(err)
	}
	mean, variance := post.Mean(nil, x), post.Variance(nil, x)
	for j := range 5 {
		var first, second float64
		for i, p := range posts {
			mu, v := p.Mean(nil, x)[j], p.Variance(nil, x)[j]
			first += float64(counts[i]) / 6 * mu
			second += float64(counts[i]) / 6 * (v + mu*mu)
		}
		if math.Abs(mean[j]-first) > 1e-14 || math.Abs(variance[j]-(second-first*first)) > 1e-13 {
			t.Errorf("point %d: mean %v, variance %v, want %v, %v", j, mean[j], variance[j], first, second-first*first)
		}
	}
}

func TestMixtureLearnsNewRows(t *testing.T) {
	m, _ := mixtureOf(t, []int{2, 3}, []float64{0.3, 0.6})
	x, y := mat.NewDense(1, 1, []float64{1.9}), []float64{2}
	later, err := m.Condition(x, y, gp.Noise(1e-10))
	if err != nil {
		t.Fatal(err)
	}
	at, far := later.Eval(x), mat.NewDense(1, 1, []float64{-40})
	before, after := m.Eval(far), later.Eval(far)
	for s := range 5 {
		// The noise of the new row has the standard deviation 1e-5.
		if math.Abs(at.At(s, 0)-2) > 6e-5 {
			t.Errorf("path %d is %v at a new row of 2", s, at.At(s, 0))
		}
		if math.Abs(before.At(s, 0)-after.At(s, 0)) > 1e-12 {
			t.Errorf("path %d changed where the row says nothing", s)
		}
	}
}

// The search of a mixture is that of its parts, in order, and a cancelled one still
// has an entry a path.
func TestMixtureSearch(t *testing.T) {
	m, _ := mixtureOf(t, []int{2, 1, 3}, []float64{0.3, 0.6, 0.4})
	box := optimize.Box{Lower: []float64{-2}, Upper: []float64{2}}
	all, err := m.Minimize(context.Background(), box)
	if err != nil {
		t.Fatal(err)
	}
	var want []pathwise.Optimum
	for _, p := range m.Parts() {
		part, err := p.Minimize(context.Background(), box)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, part...)
	}
	if !reflect.DeepEqual(all, want) {
		t.Errorf("optima %v, of the parts %v", all, want)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	none, err := m.Maximize(ctx, box)
	if !errors.Is(err, context.Canceled) || len(none) != 6 || none[5].X != nil {
		t.Errorf("cancelled: %v, %v", none, err)
	}
}

func TestMixtureMisuse(t *testing.T) {
	one, _ := mixtureOf(t, []int{1}, []float64{0.5})
	post, err := gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}}.Condition(mat.NewDense(1, 2, nil), []float64{1}, gp.Noise(1))
	if err != nil {
		t.Fatal(err)
	}
	other, err := pathwise.Sampler{Posterior: post, Features: 4}.Draw(rng.New(0), 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]func(){
		"no parts":      func() { pathwise.Join() },
		"other inputs":  func() { pathwise.Join(one.Parts()[0], other) },
		"its kernel":    func() { pathwise.Join(one, one).Kernel() },
		"no such path":  func() { one.Path(1) },
		"wrong result":  func() { one.EvalTo(mat.NewDense(2, 2, nil), mat.NewDense(2, 1, nil)) },
		"missing point": func() { _, _ = one.GradEach(nil) },
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
