package pathwise_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/internal/long"
	"matheron/kernel"
	"matheron/optimize"
	"matheron/pathwise"
	"matheron/rng"
)

// unit returns the unit cube.
func unit(d int) optimize.Box {
	b := optimize.Box{Lower: make([]float64, d), Upper: make([]float64, d)}
	for i := range d {
		b.Upper[i] = 1
	}
	return b
}

// wiggly are functions of [0, 1] with few and with many local optima.
func wiggly() map[string]kernel.Kernel {
	return map[string]kernel.Kernel{
		"smooth":              kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.3)},
		"short":               kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.05)},
		"very short":          kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.015)},
		"once differentiable": kernel.Matern32{Variance: 1, Lengthscale: kernel.Shared(0.2)},
		"periodic and trend": kernel.Add(kernel.Periodic{Variance: 1, Lengthscale: kernel.Shared(1), Period: kernel.Shared(0.07)},
			kernel.RBF{Variance: 0.3, Lengthscale: kernel.Shared(0.5)}, kernel.Linear{Bias: 1, Variance: []float64{1}}),
	}
}

func searched(t testing.TB, k kernel.Kernel, d, rows, paths int) *pathwise.Paths {
	t.Helper()
	x := points(rng.New(40), rows, d, 0, 1)
	y := make([]float64, rows)
	for i := range y {
		y[i] = math.Sin(7 * x.At(i, 0))
	}
	post, err := gp.Prior{Kernel: k, Mean: gp.Constant{Value: 0.3}}.Condition(x, y, gp.Noise(0.01))
	if err != nil {
		t.Fatal(err)
	}
	return draw(t, pathwise.Sampler{Posterior: post, Features: 128}, 41, paths)
}

// In one dimension the optimum is at least that of a grid of 10,001 points.
func TestSearchFindsTheGlobalOptimum(t *testing.T) {
	againstGrid(t, 12)
}

func TestSearchFindsTheGlobalOptimumOfManyPaths(t *testing.T) {
	long.Only(t)
	againstGrid(t, 300)
}

// Optima closer to each other than a twentieth of the box: a start in one basin
// was once taken for one too near to another's, and a first step once went to
// another basin. These paths showed it.
func TestSearchTellsNearBasinsApart(t *testing.T) {
	paths := searched(t, wiggly()["periodic and trend"], 1, 8, 262)
	search := pathwise.Search{Box: unit(1), Screen: 256}
	low, err := search.Minimize(t.Context(), paths)
	if err != nil {
		t.Fatal(err)
	}
	high, err := search.Maximize(t.Context(), paths)
	if err != nil {
		t.Fatal(err)
	}
	grid := line(2001, 0, 1)
	for _, s := range []int{21, 28, 37, 38, 45, 94, 135, 140, 148, 156, 164, 233, 261} {
		values := paths.Path(s).Eval(nil, grid)
		if least := slices.Min(values); low[s].Value > least+1e-9 {
			t.Errorf("path %d: minimum %v at %v, on the grid %v", s, low[s].Value, low[s].X, least)
		}
		if most := slices.Max(values); high[s].Value < most-1e-9 {
			t.Errorf("path %d: maximum %v at %v, on the grid %v", s, high[s].Value, high[s].X, most)
		}
	}
}

func againstGrid(t *testing.T, count int) {
	for name, k := range wiggly() {
		compareWithGrid(t, name, k, count)
	}
}

func compareWithGrid(t *testing.T, name string, k kernel.Kernel, count int) {
	grid := line(10001, 0, 1)
	paths := searched(t, k, 1, 8, count)
	values := paths.Eval(grid)
	low, err := paths.Minimize(t.Context(), unit(1))
	if err != nil {
		t.Fatal(err)
	}
	high, err := paths.Maximize(t.Context(), unit(1))
	if err != nil {
		t.Fatal(err)
	}
	for s := range count {
		row := values.RawRowView(s)
		least, most := math.Inf(1), math.Inf(-1)
		for _, v := range row {
			least, most = math.Min(least, v), math.Max(most, v)
		}
		if !(low[s].Value <= least+1e-9) {
			t.Errorf("%s: path %d: minimum %v at %v, on the grid %v", name, s, low[s].Value, low[s].X, least)
		}
		if !(high[s].Value >= most-1e-9) {
			t.Errorf("%s: path %d: maximum %v at %v, on the grid %v", name, s, high[s].Value, high[s].X, most)
		}
		for what, o := range map[string]pathwise.Optimum{"minimum": low[s], "maximum": high[s]} {
			if x := o.X[0]; x < 0 || x > 1 {
				t.Errorf("%s: %s of path %d at %v is outside of the box", name, what, s, x)
			}
			if v := paths.Path(s).At(o.X); v != o.Value {
				t.Errorf("%s: %s of path %d is said to be %v and is %v", name, what, s, o.Value, v)
			}
			if o.Evaluations < 1 {
				t.Errorf("%s: %s of path %d took %d evaluations", name, what, s, o.Evaluations)
			}
		}
	}
}

// In two dimensions the optimum is that of 100 local searches from random
// points, written with what a path offers.
func TestSearchAgreesWithManyStarts(t *testing.T) {
	k := kernel.Matern52{Variance: 1, Lengthscale: kernel.ARD(0.25, 0.15)}
	const count = 3
	paths := searched(t, k, 2, 15, count)
	ends, err := paths.Minimize(t.Context(), unit(2))
	if err != nil {
		t.Fatal(err)
	}
	starts := make([][]float64, 100)
	random := points(rng.New(42), len(starts), 2, 0, 1)
	for i := range starts {
		starts[i] = random.RawRowView(i)
	}
	for s := range count {
		f := paths.Path(s)
		objective := func(x, grad []float64) float64 {
			if grad != nil {
				f.Grad(grad, x)
			}
			return f.At(x)
		}
		runs, best, err := optimize.MultiStart(t.Context(), optimize.LBFGSB{Box: unit(2)}, func(int) optimize.Objective { return objective }, starts, 0)
		if err != nil {
			t.Fatal(err)
		}
		// Both stop where the gradient is some 1e-5 at most: values agree to its square.
		if want := runs[best].F; ends[s].Value > want+1e-8 {
			t.Errorf("path %d: minimum %v at %v, by 100 starts %v at %v", s, ends[s].Value, ends[s].X, want, runs[best].X)
		}
	}
}

// The optimum of a plane is a corner, exactly.
func TestSearchAtTheBounds(t *testing.T) {
	x := points(rng.New(1), 5, 2, 0, 1)
	y := make([]float64, 5)
	for i := range y {
		y[i] = 3*x.At(i, 0) - 2*x.At(i, 1)
	}
	post, err := gp.Prior{Kernel: kernel.Linear{Bias: 1, Variance: []float64{1, 1}}}.Condition(x, y, gp.Noise(1e-6))
	if err != nil {
		t.Fatal(err)
	}
	paths := draw(t, pathwise.Sampler{Posterior: post}, 1, 3)
	box := optimize.Box{Lower: []float64{-0.5, 0.25}, Upper: []float64{1, 0.75}}
	low, err := paths.Minimize(t.Context(), box)
	if err != nil {
		t.Fatal(err)
	}
	high, err := paths.Maximize(t.Context(), box)
	if err != nil {
		t.Fatal(err)
	}
	for s := range low {
		if !reflect.DeepEqual(low[s].X, []float64{-0.5, 0.75}) || !reflect.DeepEqual(high[s].X, []float64{1, 0.25}) {
			t.Errorf("path %d: least at %v, greatest at %v", s, low[s].X, high[s].X)
		}
	}
	// A fixed input stays where it is.
	box = optimize.Box{Lower: []float64{0.3, 0}, Upper: []float64{0.3, 1}}
	one, err := paths.Path(2).Minimize(t.Context(), box)
	if err != nil || !reflect.DeepEqual(one.X, []float64{0.3, 1}) {
		t.Errorf("least at %v: %v", one.X, err)
	}
}

// The search of one path is that path's share of the search of all, for any
// GOMAXPROCS and tile.
func TestSearchIsTheSameForAnyGOMAXPROCS(t *testing.T) {
	paths := searched(t, wiggly()["short"], 1, 8, 7)
	want, err := paths.Minimize(t.Context(), unit(1))
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, procs := range []int{1, 2, 4} {
		runtime.GOMAXPROCS(procs)
		got, err := pathwise.WithTile(paths, 5+procs).Minimize(t.Context(), unit(1))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("with GOMAXPROCS %d: %v: %v, want %v", procs, err, got, want)
		}
		one, err := paths.Path(3).Minimize(t.Context(), unit(1))
		if err != nil || !reflect.DeepEqual(one, want[3]) {
			t.Errorf("with GOMAXPROCS %d path 3 alone: %v: %v, want %v", procs, err, one, want[3])
		}
	}
}

// A cancelled search returns the error of its context and, in their places,
// the optima that are done; the others have no X.
func TestSearchCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	paths := searched(t, rbf, 1, 5, 4)
	ends, err := paths.Minimize(ctx, unit(1))
	if !errors.Is(err, context.Canceled) || len(ends) != 4 {
		t.Fatalf("%d optima: %v", len(ends), err)
	}
	for s, o := range ends {
		if o.X != nil {
			t.Errorf("path %d was searched", s)
		}
	}
	if _, err := paths.Path(1).Maximize(ctx, unit(1)); !errors.Is(err, context.Canceled) {
		t.Errorf("one path: %v", err)
	}

	// In the middle: what is there is what an undisturbed search finds.
	paths = searched(t, wiggly()["short"], 1, 8, 40)
	want, err := paths.Minimize(t.Context(), unit(1))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel = context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	ends, err = paths.Minimize(ctx, unit(1))
	if err == nil {
		t.Skip("the machine was faster than the deadline")
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	for s, o := range ends {
		if o.X != nil && !reflect.DeepEqual(o, want[s]) {
			t.Errorf("path %d, done before the deadline, is %v, want %v", s, o, want[s])
		}
	}
}

func TestSearchNeedsABoxOfTheInputs(t *testing.T) {
	paths := searched(t, rbf, 1, 5, 1)
	for name, box := range map[string]optimize.Box{
		"no bounds":    {},
		"two inputs":   unit(2),
		"infinite":     {Lower: []float64{0}, Upper: []float64{math.Inf(1)}},
		"out of order": {Lower: []float64{1}, Upper: []float64{0}},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			paths.Minimize(t.Context(), box)
		}()
	}
}

// The rows that the paths know are among the starts: a spike between the
// points of a coarse screen is found.
func TestSearchKnowsTheRows(t *testing.T) {
	k := kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.002)}
	x := mat.NewDense(1, 1, []float64{0.61803})
	post, err := gp.Prior{Kernel: k}.Condition(x, []float64{-30}, gp.Noise(1e-6))
	if err != nil {
		t.Fatal(err)
	}
	paths := draw(t, pathwise.Sampler{Posterior: post, Features: 64}, 1, 10)
	ends, err := pathwise.Search{Box: unit(1), Screen: 10, Starts: 2}.Minimize(t.Context(), paths)
	if err != nil {
		t.Fatal(err)
	}
	for s, o := range ends {
		if o.Value > -29.9 {
			t.Errorf("path %d: minimum %v at %v", s, o.Value, o.X)
		}
	}
}

// Nothing is evaluated outside of the box, where a mean may not exist.
func TestSearchStaysInTheBox(t *testing.T) {
	mean := gp.Func{
		F: func(x []float64) float64 {
			if x[0] < 0.2 || x[0] > 0.9 {
				panic(fmt.Sprintf("evaluated at %v", x))
			}
			return 3 * x[0]
		},
		Grad: func(dst, _ []float64) { dst[0] = 3 },
	}
	k := kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.1)}
	post, err := gp.Prior{Kernel: k, Mean: mean}.Condition(line(4, 0.3, 0.8), []float64{1, 2, 0, 1}, gp.Noise(0.01))
	if err != nil {
		t.Fatal(err)
	}
	paths := draw(t, pathwise.Sampler{Posterior: post, Features: 64}, 1, 20)
	box := optimize.Box{Lower: []float64{0.2}, Upper: []float64{0.9}}
	if _, err := paths.Minimize(t.Context(), box); err != nil {
		t.Error(err)
	}
	if _, err := paths.Maximize(t.Context(), box); err != nil {
		t.Error(err)
	}
	// Nor in a box that leaves rows out.
	box.Lower[0] = 0.5
	ends, err := paths.Minimize(t.Context(), box)
	if err != nil {
		t.Error(err)
	}
	for s, o := range ends {
		if o.X[0] < 0.5 {
			t.Errorf("path %d is least at %v", s, o.X)
		}
	}
}
