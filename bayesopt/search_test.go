package bayesopt_test

import (
	"context"
	"errors"
	"math"
	"reflect"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/bayesopt"
	"matheron/function"
	"matheron/rng"
)

// The maximum is that of a grid of 10,001 points, or higher by no more than lies
// between two of them.
func TestMaximumIsThatOfAFineGrid(t *testing.T) {
	x := fine()
	for name, a := range acquisitions() {
		o, err := bayesopt.Search{Space: line(), Key: rng.New(1), Starts: 4}.Maximize(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		best := slices.Max(a.Eval(x))
		// Half a spacing of 4e-4 along a slope of 30 and beyond is 0.006: the grid
		// misses that much of a kink's peak.
		if o.Value < best-1e-9 || o.Value > best+0.006 {
			t.Errorf("%s: %g at %g, the grid has %g", name, o.Value, o.X, best)
		}
		near(t, name+" at the maximum", a.Eval(point(o.X...))[0], o.Value, 1e-12)
	}
}

func TestThompsonFindsEachPathsOptimum(t *testing.T) {
	paths := worked()
	grid := paths.Eval(fine())
	for _, goal := range []bayesopt.Goal{bayesopt.Minimize, bayesopt.Maximize} {
		batch, err := bayesopt.Search{Space: line()}.Thompson(t.Context(), goal, function.Members(paths)[:5]...)
		if err != nil {
			t.Fatal(err)
		}
		for s, o := range batch {
			want, sign := mat.Min(grid.RowView(s)), 1.0
			if goal == bayesopt.Maximize {
				want, sign = mat.Max(grid.RowView(s)), -1
			}
			// Between grid points 4e-4 apart a smooth optimum differs by f''/2 (2e-4)^2,
			// and curvatures are below 100.
			if sign*(o.Value-want) > 1e-9 || sign*(want-o.Value) > 2e-6 {
				t.Errorf("%v path %d: %g at %g, the grid has %g", goal, s, o.Value, o.X, want)
			}
			near(t, "the path there", paths.Path(s).At(o.X), o.Value, 1e-12)
		}
	}
}

func TestBatch(t *testing.T) {
	paths := worked()
	at, _ := readings()
	ei := bayesopt.ExpectedImprovement{Incumbents: bayesopt.Incumbents(paths, at, bayesopt.Minimize)}
	search := bayesopt.Search{Space: line(), Key: rng.New(2)}
	batch, err := search.Batch(t.Context(), paths, ei, 3, nil)
	if err != nil {
		t.Fatal(err)
	}
	x, sum := mat.NewDense(3, 1, nil), 0.0
	for i, o := range batch {
		x.SetRow(i, o.X)
		sum += o.Value
		if i > 0 && o.Value > batch[i-1].Value+1e-12 {
			t.Errorf("point %d adds %g after %g: gains only shrink", i, o.Value, batch[i-1].Value)
		}
	}
	near(t, "the gains' sum", sum, bayesopt.Improvement(paths, ei, x), 1e-12)

	// The second point is the best beside the first, by a grid of pairs.
	grid := fine()
	f, first := paths.Eval(grid), paths.Eval(point(batch[0].X...))
	best := 0.0
	for i := range 10001 {
		gain := 0.0
		for s, inc := range ei.Incumbents {
			gain += max(0, min(inc, first.At(s, 0))-f.At(s, i))
		}
		best = max(best, gain/64)
	}
	// As between grid points above.
	if batch[1].Value < best-1e-9 || batch[1].Value > best+0.006 {
		t.Errorf("the second point gains %g, the grid has %g", batch[1].Value, best)
	}

	// With the first pending, the next is the second, from another screen.
	next, err := search.Batch(t.Context(), paths, ei, 1, point(batch[0].X...))
	if err != nil {
		t.Fatal(err)
	}
	// The optimiser's tolerance, 1e-5 of the range in the unit interval's slope.
	near(t, "beside a pending point", next[0].Value, batch[1].Value, 1e-6)
}

// Under a constraint the search stays where the paths keep it.
func TestConstrainedMaximum(t *testing.T) {
	paths := worked()
	ei := bayesopt.NewMonteCarlo(paths, bayesopt.ExpectedImprovement{Incumbents: []float64{0}})
	ring := quadratic{1, 1} // (x - 1)^2 <= 0.25: x from 0.5 to 1.5
	ok := bayesopt.NewMonteCarlo(ring, bayesopt.Feasibility{Threshold: 0.25})
	both := bayesopt.Product{ei, ok}
	o, err := bayesopt.Search{Space: line(), Key: rng.New(1)}.Maximize(t.Context(), both)
	if err != nil {
		t.Fatal(err)
	}
	if o.X[0] < 0.5 || o.X[0] > 1.5 {
		t.Errorf("%g is not feasible", o.X)
	}
	// The exact feasibility is a step, which a local search cannot follow but does
	// not leave: a screen of 1,024 points has one within 0.004 of the grid's best,
	// and EI's slopes are below 5 here.
	best := slices.Max(both.Eval(fine()))
	if o.Value < best-0.02 {
		t.Errorf("%g at %g, the grid has %g", o.Value, o.X, best)
	}
}

// quadratic is one draw, sum (x - centre)^2.
type quadratic struct {
	centre float64
	inputs int
}

func (q quadratic) Len() int    { return 1 }
func (q quadratic) Inputs() int { return q.inputs }

func (q quadratic) Eval(x *mat.Dense) *mat.Dense {
	n, d := x.Dims()
	out := mat.NewDense(1, n, nil)
	for i := range n {
		v := 0.0
		for j := range d {
			v += (x.At(i, j) - q.centre) * (x.At(i, j) - q.centre)
		}
		out.Set(0, i, v)
	}
	return out
}

func (q quadratic) Grad(x *mat.Dense) ([]*mat.Dense, error) {
	g := mat.DenseCopyOf(x)
	g.Apply(func(_, _ int, v float64) float64 { return 2 * (v - q.centre) }, x)
	return []*mat.Dense{g}, nil
}

// mean scores draws by their negative mean over a power of ten.
type mean struct{ unit float64 }

func (m mean) Of(w, f []float64) float64 {
	sum := 0.0
	for s, v := range f {
		sum -= v
		if w != nil {
			w[s] = -m.unit / float64(len(f))
		}
	}
	return sum * m.unit / float64(len(f))
}

// A local search does not stop early because the acquisition is small, or its inputs are.
func TestSearchKnowsNoUnits(t *testing.T) {
	for _, unit := range []float64{1e-200, 1e-12, 1, 1e12} {
		for _, width := range []float64{1e-6, 1, 1e6} {
			space, err := bayesopt.NewSpace(
				bayesopt.Input{Name: "a", Lower: -width, Upper: 3 * width},
				bayesopt.Input{Name: "held", Lower: width / 2, Upper: width / 2},
				bayesopt.Input{Name: "b", Lower: -2 * width, Upper: width},
			)
			if err != nil {
				t.Fatal(err)
			}
			a := bayesopt.NewMonteCarlo(quadratic{width / 3, 3}, mean{unit})
			o, err := bayesopt.Search{Space: space, Screen: 16, Starts: 2}.Maximize(t.Context(), a)
			if err != nil {
				t.Fatal(err)
			}
			// The gradient's tolerance of 1e-5 on a quadratic of curvature about 1.
			for _, d := range []int{0, 2} {
				if math.Abs(o.X[d]-width/3) > 1e-4*width {
					t.Errorf("unit %g, width %g: %g", unit, width, o.X)
				}
			}
			if o.X[1] != width/2 {
				t.Errorf("the held input is %g", o.X[1])
			}
		}
	}
}

func TestGivenPointsAreTried(t *testing.T) {
	// A spike that no screen of 4 points and no slope shows.
	spike := spike{at: 0.123}
	o, err := bayesopt.Search{Space: line(), Screen: 4, Points: [][]float64{{0.123}, {99}}}.Maximize(t.Context(), spike)
	if err != nil || o.X[0] != 0.123 || o.Value != 1 {
		t.Errorf("%v, %v", o, err)
	}
}

type spike struct{ at float64 }

func (s spike) Eval(x *mat.Dense) []float64 {
	n, _ := x.Dims()
	out := make([]float64, n)
	for i := range out {
		if math.Abs(x.At(i, 0)-s.at) < 1e-12 {
			out[i] = 1
		}
	}
	return out
}

func (s spike) Grad(dst, x []float64) (float64, error) {
	clear(dst)
	return s.Eval(mat.NewDense(1, 1, x))[0], nil
}

// nowhere is NaN, or infinite.
type nowhere struct{ v float64 }

func (a nowhere) Eval(x *mat.Dense) []float64 {
	n, _ := x.Dims()
	return slices.Repeat([]float64{a.v}, n)
}
func (a nowhere) Grad(dst, x []float64) (float64, error) { return a.v, nil }

func TestNoValue(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(-1), math.Inf(1)} {
		_, err := bayesopt.Search{Space: line(), Screen: 8}.Maximize(t.Context(), nowhere{v})
		var none *bayesopt.NoValue
		if !errors.As(err, &none) || none.Points != 8 {
			t.Errorf("%v", err)
		}
	}
	// A constant has a maximum.
	if o, err := (bayesopt.Search{Space: line()}).Maximize(t.Context(), nowhere{2}); err != nil || o.Value != 2 {
		t.Errorf("%v, %v", o, err)
	}
}

func TestSearchStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	search := bayesopt.Search{Space: line()}
	if _, err := search.Maximize(ctx, quadraticAcquisition()); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	// Cancelled in the second function: the first one's optimum is there.
	ctx, cancel = context.WithCancel(t.Context())
	paths := worked()
	out, err := search.Thompson(ctx, bayesopt.Minimize, paths.Path(0), cancelling{paths.Path(1), cancel}, paths.Path(2))
	if !errors.Is(err, context.Canceled) || len(out) != 1 || out[0].X == nil {
		t.Errorf("%d optima, %v", len(out), err)
	}
}

func quadraticAcquisition() bayesopt.Acquisition {
	return bayesopt.NewMonteCarlo(quadratic{0, 1}, mean{1})
}

// cancelling cancels when it is differentiated.
type cancelling struct {
	function.GradFunction
	cancel func()
}

func (c cancelling) Grad(dst, x []float64) []float64 {
	c.cancel()
	return c.GradFunction.Grad(dst, x)
}

func TestSameBitsForAnyGOMAXPROCS(t *testing.T) {
	run := func() (out []bayesopt.Optimum) {
		paths := worked()
		score := bayesopt.LogExpectedImprovement{Incumbents: []float64{lowest()}, Smoothing: 1e-3}
		search := bayesopt.Search{Space: line(), Key: rng.New(4)}
		a, err := search.Batch(t.Context(), paths, score, 2, nil)
		if err != nil {
			t.Fatal(err)
		}
		b, err := search.Thompson(t.Context(), bayesopt.Maximize, function.Members(paths)[:2]...)
		if err != nil {
			t.Fatal(err)
		}
		return append(a, b...)
	}
	many := run()
	alone(func() {
		if one := run(); !reflect.DeepEqual(one, many) {
			t.Errorf("%v on one processor, %v on all", one, many)
		}
	})
}
