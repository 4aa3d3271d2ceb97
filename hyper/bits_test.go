package hyper_test

import (
	"context"
	"runtime"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/hyper"
	"matheron/infer"
	"matheron/pathwise"
	"matheron/rng"
)

// From the key to the values of functions: the same bits for any number of
// processors, and another key gives others.
func TestSameBitsForAnyGOMAXPROCS(t *testing.T) {
	q, x := loadQuadrature(t)
	m := q.model(x)
	grid := mat.NewDense(5, 1, []float64{-1.8, -0.7, 0.1, 0.9, 1.9})
	run := func(key uint64) []float64 {
		tg := target(t, m)
		d, err := infer.NUTS{}.Run(context.Background(), tg, infer.Run{Key: rng.New(key), Warmup: 40, Draws: 10, Chains: 3})
		if err != nil {
			t.Fatal(err)
		}
		posts, err := hyper.Posteriors(context.Background(), tg, d)
		if err != nil {
			t.Fatal(err)
		}
		mix, err := pathwise.Sampler{Posterior: posts, Features: 32}.Draw(rng.New(key), 2*posts.Len())
		if err != nil {
			t.Fatal(err)
		}
		return mix.Eval(grid).RawMatrix().Data
	}
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	want := run(1)
	for _, procs := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(procs)
		if got := run(1); !slices.Equal(got, want) {
			t.Errorf("on %d processors the functions have other values", procs)
		}
	}
	if slices.Equal(run(2), want) {
		t.Error("another key gives the same functions")
	}
}

// A cancelled context ends the work on draws with its error.
func TestPosteriorsCancelled(t *testing.T) {
	q, x := loadQuadrature(t)
	m := q.model(x)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := hyper.Posteriors(ctx, target(t, m), hyper.Points{{0, -1}, {0, -1}}); err != context.Canceled {
		t.Errorf("error %v", err)
	}
}
