package infertest

import (
	"context"
	"errors"
	"math"
	"reflect"
	"runtime"
	"testing"

	"matheron/infer"
	"matheron/infer/diag"
	"matheron/progress"
	"matheron/rng"
)

// RunFunc is a sampler, such as infer.NUTS{}.Run.
type RunFunc func(ctx context.Context, target infer.Target, run infer.Run) (*infer.Draws, error)

// maxErrors is how many Monte Carlo standard errors a moment may be off: of some 40
// moments of all targets, one of a right sampler is further off for one key in 400,
// and the keys are fixed.
const maxErrors = 4

// TestSampler checks a sampler:
//
//   - means and variances on each of [Targets] within 4 Monte Carlo standard errors,
//     with R-hat below 1.05;
//   - the same key gives the same bits, for any GOMAXPROCS, with progress and in a
//     run of more chains; another key gives others;
//   - a run that is cancelled keeps its first draws and returns the context's error.
//
// The key decides the draws: a right sampler fails for some one key in 400.
func TestSampler(t *testing.T, run RunFunc, key rng.Key) {
	for _, k := range Targets() {
		t.Run(k.Name, func(t *testing.T) {
			d, err := run(context.Background(), k, infer.Run{Key: key.Named(k.Name), Warmup: 600, Draws: 1000, Chains: 4})
			if err != nil {
				t.Fatal(err)
			}
			checkShape(t, d, k.Dim(), 4, 1000)
			for j := range k.Mean {
				x := d.Coordinate(j)
				checkMoment(t, "mean", j, x, k.Mean[j])
				for c := range x {
					for i, v := range x[c] {
						x[c][i] = (v - k.Mean[j]) * (v - k.Mean[j])
					}
				}
				checkMoment(t, "variance", j, x, k.Variance[j])
			}
		})
	}
	t.Run("same bits", func(t *testing.T) { checkBits(t, run, key) })
	t.Run("cancelled", func(t *testing.T) { checkCancelled(t, run, key) })
}

func checkShape(t *testing.T, d *infer.Draws, dim, chains, draws int) {
	t.Helper()
	if d.Dim != dim || len(d.Chains) != chains {
		t.Fatalf("%d chains of %d dimensions, want %d of %d", len(d.Chains), d.Dim, chains, dim)
	}
	for c := range d.Chains {
		if n := d.Chains[c].Len(); n != draws || len(d.Chains[c].X) != n*dim {
			t.Fatalf("chain %d has %d draws of %d numbers, want %d", c, n, len(d.Chains[c].X), draws)
		}
	}
}

func checkMoment(t *testing.T, what string, j int, x [][]float64, want float64) {
	t.Helper()
	sum, n := 0.0, 0.0
	for _, c := range x {
		for _, v := range c {
			sum += v
			n++
		}
	}
	got, se := sum/n, diag.MCSEMean(x)
	if !(math.Abs(got-want) <= maxErrors*se) {
		t.Errorf("%s of x[%d] is %v, want %v: off by %.1f standard errors", what, j, got, want, (got-want)/se)
	}
	if r := diag.RHat(x); !(r < 1.05) {
		t.Errorf("%s of x[%d]: R-hat %v", what, j, r)
	}
}

func checkBits(t *testing.T, run RunFunc, key rng.Key) {
	target := Targets()[1]
	r := infer.Run{Key: key, Warmup: 100, Draws: 50, Chains: 2}
	draw := func(r infer.Run) *infer.Draws {
		t.Helper()
		d, err := run(context.Background(), target, r)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	want := draw(r)
	procs := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(procs)
	for _, n := range []int{1, 4} {
		runtime.GOMAXPROCS(n)
		if !reflect.DeepEqual(draw(r), want) {
			t.Errorf("GOMAXPROCS %d changes the draws", n)
		}
	}
	runtime.GOMAXPROCS(procs)
	more := r
	calls := 0
	more.Chains, more.Progress = 3, func(progress.Update) { calls++ }
	got := draw(more)
	if got.Chains = got.Chains[:2]; !reflect.DeepEqual(got, want) {
		t.Error("progress, or a third chain, changes the draws")
	}
	if calls == 0 {
		t.Error("progress was never told anything")
	}
	r.Key = key.Split(1)
	if reflect.DeepEqual(draw(r), want) {
		t.Error("another key gives the same draws")
	}
}

func checkCancelled(t *testing.T, run RunFunc, key rng.Key) {
	target := Targets()[1]
	r := infer.Run{Key: key, Warmup: 100, Draws: 100, Chains: 2}
	whole, err := run(context.Background(), target, r)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r.Progress = func(u progress.Update) {
		if u.Stage == infer.StageDraws && u.Done == 30 {
			cancel()
		}
	}
	d, err := run(ctx, target, r)
	if !errors.Is(err, context.Canceled) || d == nil {
		t.Fatalf("error %v", err)
	}
	if d.Len() < 30 || d.Len() >= whole.Len() {
		t.Errorf("%d draws are returned", d.Len())
	}
	for c := range d.Chains {
		for i, v := range d.Chains[c].X {
			if v != whole.Chains[c].X[i] {
				t.Fatalf("chain %d: the draws are not the first of a whole run", c)
			}
		}
	}
}
