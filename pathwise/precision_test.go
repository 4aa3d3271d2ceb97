package pathwise_test

import (
	"fmt"
	"math"
	"reflect"
	"runtime"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/pathwise"
	"matheron/rng"
)

// Single precision differs from double by no more than its bound: the sums of
// absolute terms are found by a path whose weights are those of the state, by the
// loops of the formula.
func TestFloat32IsWithinItsBound(t *testing.T) {
	const u = 1.0 / (1 << 24)
	for _, p := range problems() {
		x := points(rng.New(70), 90, p.d, -2, 2)
		for _, o := range samplers() {
			o.Posterior = p.posterior(t)
			paths := draw(t, o, 71, 5)
			want, got := paths.Eval(x), paths.Float32().Eval(x)
			state := paths.States()[0]
			k := mat.NewDense(90, rowsOf(state.X), nil)
			paths.Kernel().Cov(k, x, state.X)
			differ := false
			for s := range 5 {
				phi := features(state.Bases[min(s, len(state.Bases)-1)], x)
				f := paths.Features()
				blocks := float64((f+255)/256 + (rowsOf(state.X)+255)/256)
				for i := range 90 {
					size := 0.0
					for j := range f {
						size += math.Abs(phi.At(i, j) * state.Weights.At(j, s))
					}
					for j := range rowsOf(state.X) {
						size += math.Abs(k.At(i, j) * state.Update.At(j, s))
					}
					w := want.At(s, i)
					// The rest to first order: u² 259 of it is below a tenth of a percent.
					bound := 1.001 * u * ((259+blocks)*size + math.Abs(w))
					if d := math.Abs(got.At(s, i) - w); d > bound {
						t.Fatalf("%s: path %d at %d: %v, in double %v: off by %.2g, bound %.2g", p.name, s, i, got.At(s, i), w, d, bound)
					} else if d > 0 {
						differ = true
					}
				}
			}
			if !differ {
				t.Errorf("%s: no value differs: nothing was in single precision", p.name)
			}
		}
	}
}

// Single precision has the same bits for any GOMAXPROCS and tile, and however
// values are asked for.
func TestFloat32SameBits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, p := range problems() {
		x := points(rng.New(72), 150, p.d, -2, 2)
		for _, o := range samplers() {
			o.Posterior = p.posterior(t)
			runtime.GOMAXPROCS(1)
			paths := draw(t, o, 73, 3).Float32()
			want := paths.Eval(x)
			same := func(what string, got *mat.Dense) {
				t.Helper()
				if !mat.Equal(got, want) {
					t.Errorf("%s, %d features: %s: differs by %.2g", p.name, o.Features, what, maxDiff(got, want))
				}
			}
			for _, procs := range []int{2, 4} {
				runtime.GOMAXPROCS(procs)
				for _, tile := range []int{1, 7, 64, 1000} {
					same(fmt.Sprintf("GOMAXPROCS %d, tiles of %d", procs, tile), pathwise.WithTile(paths, tile).Eval(x))
				}
			}
			one, own := mat.NewDense(3, 150, nil), mat.NewDense(3, 150, nil)
			for s := range 3 {
				for i := range 150 {
					one.Set(s, i, paths.Path(s).At(x.RawRowView(i)))
				}
				paths.Path(s).Eval(own.RawRowView(s), x)
			}
			same("Path.At", one)
			same("Path.Eval", own)
		}
	}
}

// The weights, and what is learned from new rows, stay in double precision.
func TestFloat32KeepsTheFunctions(t *testing.T) {
	p := problems()[0]
	x := points(rng.New(74), 20, p.d, -1, 1)
	paths := draw(t, pathwise.Sampler{Posterior: p.posterior(t), Features: 30}, 75, 3)
	more, y := points(rng.New(76), 4, p.d, -1, 1), []float64{1, 2, 3, 4}
	condition := func(p *pathwise.Paths) *pathwise.Paths {
		q, err := p.Condition(more, y, p.States()[0].Noise)
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	low, wide := condition(paths.Float32()), condition(paths)
	if !reflect.DeepEqual(low.States()[0].Update, wide.States()[0].Update) {
		t.Error("the correction was drawn in single precision")
	}
	if !mat.Equal(low.Eval(x), wide.Float32().Eval(x)) {
		t.Error("conditioned paths are not in single precision, or not those")
	}
	for i := range paths.Components() {
		if !mat.Equal(paths.Float32().Component(i).Eval(x), paths.Component(i).Float32().Eval(x)) {
			t.Errorf("component %d is in another precision", i)
		}
	}
	g, err := paths.Grad(x)
	if err != nil {
		t.Fatal(err)
	}
	if h, err := paths.Float32().Grad(x); err != nil || !mat.Equal(g[1], h[1]) {
		t.Errorf("gradients differ: %v", err)
	}
}
