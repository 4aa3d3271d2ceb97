package pathwise_test

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/pathwise"
	"matheron/pathwise/pathtest"
	"matheron/rng"
)

// samplers are the ways to make a basis, with few features.
func samplers() []pathwise.Sampler {
	return []pathwise.Sampler{
		{Features: 30},
		{Features: 31, Form: basis.CosPhase},
		{Features: 30, Frequencies: basis.Orthogonal},
		{Features: 30, Frequencies: basis.Sobol},
		{Features: 14, PerPath: true},
		{Features: 13, PerPath: true, Form: basis.CosPhase, Frequencies: basis.Orthogonal},
	}
}

// T11: the same key gives the same bits for any GOMAXPROCS, any tile, any cut
// of the points, and after a restore.
func TestSameBits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, p := range problems() {
		x := points(rng.New(50), 301, p.d, -2, 2)
		for _, o := range samplers() {
			o.Posterior = p.posterior(t)
			runtime.GOMAXPROCS(1)
			paths := draw(t, o, 51, 5)
			want := paths.Eval(x)
			same := func(what string, got *mat.Dense) {
				t.Helper()
				if !mat.Equal(got, want) {
					t.Errorf("%s, %d features: %s: differs by %.2g", p.name, o.Features, what, maxDiff(got, want))
				}
			}
			for _, procs := range []int{1, 2, 4} {
				runtime.GOMAXPROCS(procs)
				again := draw(t, o, 51, 5)
				same(fmt.Sprintf("GOMAXPROCS %d", procs), again.Eval(x))
				for _, tile := range []int{1, 7, 64, 1000} {
					same(fmt.Sprintf("GOMAXPROCS %d, tiles of %d", procs, tile), pathwise.WithTile(again, tile).Eval(x))
				}
			}
			runtime.GOMAXPROCS(2)
			state := paths.States()[0]
			back, err := pathwise.Restore(state)
			if err != nil {
				t.Fatal(err)
			}
			same("restored", back.Eval(x))

			cut := mat.NewDense(5, 301, nil)
			for i := 0; i < 301; i += 43 {
				j := min(i+43, 301)
				paths.EvalTo(cut.Slice(0, 5, i, j).(*mat.Dense), x.Slice(i, j, 0, p.d).(*mat.Dense))
			}
			same("rows cut", cut)
			single := mat.NewDense(5, 301, nil)
			for s := range 5 {
				for i := range 301 {
					single.Set(s, i, paths.Path(s).At(x.RawRowView(i)))
				}
			}
			same("Path.At", single)
		}
	}
}

// Fewer paths are the first of more: to the bit, since no path's numbers pass
// through another's.
func TestFewerPathsAreTheFirstOfMore(t *testing.T) {
	for _, p := range problems() {
		x := points(rng.New(50), 40, p.d, -2, 2)
		for _, o := range samplers() {
			o.Posterior = p.posterior(t)
			many := draw(t, o, 52, 70).Eval(x)
			for _, n := range []int{1, 3, 64} {
				few := draw(t, o, 52, n).Eval(x)
				if !mat.Equal(few, many.Slice(0, n, 0, 40)) {
					t.Errorf("%s: %d paths differ from the first of 70 by %.2g", p.name, n, maxDiff(few, mat.DenseCopyOf(many.Slice(0, n, 0, 40))))
				}
			}
		}
	}
}

// Another key gives other functions, with another basis.
func TestAnotherKeyGivesOtherFunctions(t *testing.T) {
	p := problems()[0]
	s := pathwise.Sampler{Posterior: p.posterior(t), Features: 16}
	a, b := draw(t, s, 1, 3), draw(t, s, 2, 3)
	if d := maxDiff(a.Eval(p.at()), b.Eval(p.at())); d < 1e-3 {
		t.Errorf("two keys differ by %.2g", d)
	}
	sa := a.States()[0]
	sb := b.States()[0]
	if mat.Equal(features(sa.Bases[0], p.at()), features(sb.Bases[0], p.at())) {
		t.Error("two keys have one basis")
	}
	// Weights and noise are streams of their own: the first numbers differ.
	w, z := sa.Weights.At(0, 0), normals(rng.New(1).Named("noise"), 1, 1).At(0, 0)
	if w == z || slices.Contains(sa.Weights.RawRowView(0)[1:], w) {
		t.Error("a number is used twice")
	}
}

// The options reach the basis, and each component and path draws from a key of
// its own.
func TestSamplerOptions(t *testing.T) {
	k := kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}
	p := problem{"", kernel.Add(k, k), nil, 2, 5, gp.Noise(0.1), 0}
	post := p.posterior(t)
	omega := func(o pathwise.Sampler, path, component int) *mat.Dense {
		o.Posterior = post
		s := draw(t, o, 1, 2).States()[0]
		return s.Bases[path][component].(*basis.Fourier).Omega()
	}
	if f := draw(t, pathwise.Sampler{Posterior: post}, 1, 1).Features(); f != 2*basis.DefaultCount {
		t.Errorf("%d features by default", f)
	}
	if f := draw(t, pathwise.Sampler{Posterior: post, Features: 7}, 1, 1).Features(); f != 16 {
		t.Errorf("%d features in pairs, want 8 for each of two components", f)
	}
	if f := draw(t, pathwise.Sampler{Posterior: post, Features: 7, Form: basis.CosPhase}, 1, 1).Features(); f != 14 {
		t.Errorf("%d features with a phase", f)
	}
	plain := pathwise.Sampler{Features: 8}
	if mat.Equal(omega(plain, 0, 0), omega(plain, 0, 1)) {
		t.Error("two components have the same frequencies")
	}
	own := pathwise.Sampler{Features: 8, PerPath: true}
	if mat.Equal(omega(own, 0, 0), omega(own, 1, 0)) {
		t.Error("two paths have the same frequencies")
	}
	if mat.Equal(omega(plain, 0, 0), omega(pathwise.Sampler{Features: 8, Frequencies: basis.Sobol}, 0, 0)) {
		t.Error("Sobol frequencies are independent ones")
	}
	// Directions of a block of two are orthogonal, to rounding.
	o := omega(pathwise.Sampler{Features: 8, Frequencies: basis.Orthogonal}, 0, 0)
	a, b := o.RawRowView(0), o.RawRowView(1)
	if dot := a[0]*b[0] + a[1]*b[1]; math.Abs(dot) > 1e-14*math.Hypot(a[0], a[1])*math.Hypot(b[0], b[1]) {
		t.Errorf("orthogonal frequencies have the inner product %.2g", dot)
	}
}

// A kernel without features is an error that names it.
func TestDrawNamesAKernelWithoutABasis(t *testing.T) {
	p := problem{"", kernel.Add(rbf, bare{rbf}), nil, 1, 4, gp.Noise(0.1), 0}
	_, err := pathwise.Sampler{Posterior: p.posterior(t)}.Draw(rng.New(1), 2)
	if err == nil || !strings.HasPrefix(err.Error(), "pathwise: ") || !strings.Contains(err.Error(), "bare") {
		t.Errorf("the error is %v", err)
	}
}

// bare is a kernel with values alone.
type bare struct{ k kernel.Kernel }

func (b bare) Cov(dst, x, y *mat.Dense)         { b.k.Cov(dst, x, y) }
func (b bare) Diag(dst []float64, x *mat.Dense) { b.k.Diag(dst, x) }

// The functions are safe for many goroutines; with -race this is the proof.
func TestPathsAreSafeForManyGoroutines(t *testing.T) {
	for _, o := range samplers() {
		p := problems()[4]
		o.Posterior = p.posterior(t)
		if err := pathtest.Check(draw(t, o, 53, 4), pathtest.Options{Points: p.at()}); err != nil {
			t.Error(err)
		}
	}
}

func TestMisuseOfPathsPanics(t *testing.T) {
	p := problems()[0]
	s := pathwise.Sampler{Posterior: p.posterior(t), Features: 4}
	paths := draw(t, s, 1, 2)
	two := mat.NewDense(3, 2, nil)
	for name, f := range map[string]func(){
		"no posterior":     func() { pathwise.Sampler{}.Draw(rng.New(1), 1) },
		"no paths":         func() { s.Draw(rng.New(1), 0) },
		"columns":          func() { paths.Eval(two) },
		"columns of Law":   func() { paths.Moments(0, two) },
		"columns of Grad":  func() { paths.Grad(two) },
		"shape of dst":     func() { paths.EvalTo(mat.NewDense(3, 2, nil), p.at()) },
		"path 2 of 2":      func() { paths.Path(2) },
		"points of a path": func() { paths.GradEach([]*mat.Dense{p.at()}) },
		"length of At":     func() { paths.Path(0).At([]float64{1, 2}) },
		"length of Eval":   func() { paths.Path(0).Eval(make([]float64, 3), p.at()) },
		"length of Grad":   func() { paths.Path(0).Grad(make([]float64, 2), []float64{1}) },
	} {
		func() {
			defer func() {
				if r, ok := recover().(string); !ok || len(r) < 10 || r[:10] != "pathwise: " {
					t.Errorf("%s: recovered %v", name, r)
				}
			}()
			f()
		}()
	}
}
