package functional_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"matheron/functional"
	"matheron/optimize"
)

func grid(a, b float64, n int) []float64 { return mat.Col(nil, 0, inputs(a, b, n)) }

func TestCrossingsOfSines(t *testing.T) {
	f := formulas{sine(1, 0), sine(2, 0.3), sine(1, math.Pi)}
	l, err := functional.Crossings(context.Background(), f, 0, grid(0.5, 7, 50), 0)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]float64{
		{math.Pi, 2 * math.Pi},
		{(math.Pi - 0.3) / 2, (2*math.Pi - 0.3) / 2, (3*math.Pi - 0.3) / 2, (4*math.Pi - 0.3) / 2},
		{math.Pi, 2 * math.Pi},
	}
	for s := range want {
		if len(l.Roots[s]) != len(want[s]) {
			t.Fatalf("function %d crosses at %v", s, l.Roots[s])
		}
		for i, x := range want[s] {
			// sin rounds to 1e-16 about its zeros.
			within(t, "root", l.Roots[s][i], x, 1e-14)
		}
	}
	within(t, "mean count", l.Count().Mean(), 8./3, 1e-15)
	within(t, "within", l.Within(3, 3.2).Value, 2./3, 1e-15)
	if got := len(l.All()); got != 8 {
		t.Errorf("%d crossings of all", got)
	}
	length := l.Length().Values()
	within(t, "sin x < 0", length[0], math.Pi, 1e-13)
	within(t, "-sin x < 0", length[2], 6.5-math.Pi, 1e-13)
}

// valuesAlone are functions without gradients.
type valuesAlone struct{ of formulas }

func (v valuesAlone) Len() int                     { return v.of.Len() }
func (v valuesAlone) Inputs() int                  { return v.of.Inputs() }
func (v valuesAlone) Path(i int) formula           { return v.of.Path(i) }
func (v valuesAlone) Eval(x *mat.Dense) *mat.Dense { return v.of.Eval(x) }

// Two crossings between neighbours of the grid are seen by functions with gradients,
// however near to each other; a dip that stays on its side has none.
func TestCrossingsOfADip(t *testing.T) {
	parabola := func(bottom float64) formula {
		return formula{
			func(x []float64) float64 { return (x[0]-0.47)*(x[0]-0.47) + bottom },
			func(dst, x []float64) { dst[0] = 2 * (x[0] - 0.47) },
		}
	}
	hill := formula{
		func(x []float64) float64 { return 1e-6 - (x[0]-0.47)*(x[0]-0.47) },
		func(dst, x []float64) { dst[0] = -2 * (x[0] - 0.47) },
	}
	f := formulas{parabola(-1e-4), parabola(-1e-12), parabola(1e-4), hill}
	g := []float64{-1, 0.4, 0.6, 1}
	l, err := functional.Crossings(context.Background(), f, 0, g, 0)
	if err != nil {
		t.Fatal(err)
	}
	for s, half := range []float64{1e-2, 1e-6, -1, 1e-3} {
		if half < 0 {
			if len(l.Roots[s]) != 0 {
				t.Errorf("function %d crosses at %v", s, l.Roots[s])
			}
			continue
		}
		if len(l.Roots[s]) != 2 {
			t.Fatalf("function %d crosses at %v", s, l.Roots[s])
		}
		// Rounding of the value, 1e-16, over the slope.
		within(t, "first", l.Roots[s][0], 0.47-half, 1e-15/half+1e-15)
		within(t, "second", l.Roots[s][1], 0.47+half, 1e-15/half+1e-15)
	}
	within(t, "length of the dip", l.Length().Values()[0], 2e-2, 1e-12)
	alone, err := functional.Crossings(context.Background(), valuesAlone{f}, 0, g, 0)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "without gradients", alone.Count().Mean(), 0, 0)
}

// On Unix time, where neighbours in float64 are 2.4e-7 apart, the search of a dip
// waited for an interval of 2e-9.
func TestCrossingsEndOnUnixTime(t *testing.T) {
	for _, c := range []struct{ at, spacing, width float64 }{
		{1.7e9, 2, 1},               // seconds
		{1.7e12, 2000, 1000},        // milliseconds
		{1e16, 8, 4},                // a few numbers between neighbours of the grid
		{1e16, 4, 2},                // one
		{1.7e300, 0x1p946, 0x1p945}, // as few, and large
		{3e-310, 1e-310, 5e-311},    // subnormal
		{-1.7e9, 2, 1},              // and below zero
		{1.7e9 + 0.5, 1e-6, 0.3e-6}, // a grid of a few units in the last place
	} {
		// Above the level, and steep enough that the tangents cross below it.
		f := formulas{{
			func(x []float64) float64 { d := (x[0] - c.at) / c.width; return d*d + 0.1 },
			func(dst, x []float64) { dst[0] = 2 * (x[0] - c.at) / c.width / c.width },
		}}
		done := make(chan *functional.Levels, 1)
		go func() {
			l, err := functional.Crossings(context.Background(), f, 0, []float64{c.at - c.spacing/2, c.at + c.spacing/2}, 0)
			if err != nil {
				t.Error(err)
			}
			done <- l
		}()
		select {
		case l := <-done:
			if n := l.Count().Mean(); n != 0 {
				t.Errorf("at %g: %g crossings of a function above the level", c.at, n)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("at %g: the search of a dip does not end", c.at)
		}
	}
}

// The context was looked at before each function, and not within one.
func TestCrossingsStopWithinAFunction(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	after := 0
	f := formulas{{
		func(x []float64) float64 {
			if x[0] != math.Trunc(x[0]) { // between points of the grid
				if ctx.Err() != nil {
					after++
				}
				cancel()
			}
			return math.Cos(math.Pi * x[0])
		},
		func(dst, x []float64) { dst[0] = -math.Pi * math.Sin(math.Pi*x[0]) },
	}}
	l, err := functional.Crossings(ctx, f, 0, grid(0, 100, 101), 0)
	if !errors.Is(err, context.Canceled) || l == nil || after > 0 {
		t.Errorf("%d evaluations after the context was cancelled, error %v", after, err)
	}
}

func TestCrossingsAtGridPoints(t *testing.T) {
	slope := func(v float64) func(dst, x []float64) { return func(dst, _ []float64) { dst[0] = v } }
	f := formulas{{func(x []float64) float64 { return x[0] }, slope(1)}, {func(x []float64) float64 { return -x[0] }, slope(-1)}}
	for _, g := range [][]float64{{0, 1, 2}, {-2, -1, 0}, {-1, 0, 1}} {
		l, err := functional.Crossings(context.Background(), f, 0, g, 0)
		if err != nil {
			t.Fatal(err)
		}
		for s := range f {
			if len(l.Roots[s]) != 1 || l.Roots[s][0] != 0 {
				t.Errorf("grid %v: roots %v", g, l.Roots[s])
			}
		}
		v := l.Length().Values()
		within(t, "x < 0", v[0], math.Max(0, -g[0]), 0)
		within(t, "-x < 0", v[1], math.Max(0, g[2]), 0)
	}
	none, err := functional.Crossings(context.Background(), constants(1, -1), 0, []float64{0, 1}, 0)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "none", none.Count().Mean(), 0, 0)
	within(t, "below throughout", none.Length().Mean(), 0.5, 0)
}

func TestCrossingsOfPathsAgainstGrid(t *testing.T) {
	paths := worked(64)
	l, err := functional.Crossings(context.Background(), paths, 0, grid(-2, 2, 401), 0)
	if err != nil {
		t.Fatal(err)
	}
	const n = 10001
	y := paths.Eval(inputs(-2, 2, n))
	for s, roots := range l.Roots {
		k := 0
		length := 0.0
		for i := range n {
			if v := y.At(s, i); v < 0 {
				length += 4. / (n - 1)
			}
			if i == 0 || (y.At(s, i-1) < 0) == (y.At(s, i) < 0) {
				continue
			}
			if k == len(roots) {
				t.Fatalf("path %d crosses more often than %d times", s, k)
			}
			if x := -2 + 4*(float64(i)-0.5)/(n-1); math.Abs(roots[k]-x) > 2./(n-1)+1e-12 {
				t.Errorf("path %d crosses at %g, grid %g", s, roots[k], x)
			}
			k++
		}
		if k != len(roots) {
			t.Errorf("path %d: %d crossings, grid %d", s, len(roots), k)
		}
		// A cell for each crossing.
		within(t, "length", l.Length().Values()[s], length, 4./(n-1)*float64(k+1))
		for _, x := range roots {
			// A slope of at most 20 times the last bits of x.
			within(t, "f(root)", paths.Path(s).At([]float64{x}), 0, 1e-12)
		}
	}
}

// Kac and Rice: the mean number of crossings is Int E(|f'| | f = c) p_f(c) dx.
func TestCrossingsAgainstKacRice(t *testing.T) {
	paths := worked(600)
	const level, a, b, n, h = 0.2, -2., 2., 401, 1e-3
	l, err := functional.Crossings(context.Background(), paths, level, grid(a, b, n), 1e-8)
	if err != nil {
		t.Fatal(err)
	}
	want := 0.0
	for i, x := range grid(a, b, n) {
		m, c := moments(t, paths, x-h, x, x+h)
		slope := (m[2] - m[0]) / (2 * h)
		cross := (c.At(1, 2) - c.At(1, 0)) / (2 * h)
		v := (c.At(2, 2) - 2*c.At(2, 0) + c.At(0, 0)) / (4 * h * h)
		slope += cross / c.At(1, 1) * (level - m[1])
		sd := math.Sqrt(v - cross*cross/c.At(1, 1))
		z := slope / sd
		folded := sd*2*distuv.UnitNormal.Prob(z) + slope*math.Erf(z/math.Sqrt2)
		w := (b - a) / (n - 1)
		if i == 0 || i == n-1 {
			w /= 2
		}
		want += w * folded * distuv.Normal{Mu: m[1], Sigma: math.Sqrt(c.At(1, 1))}.Prob(level)
	}
	count := l.Count()
	// The trapezium rule is off by 1e-3 at most; the rest is Monte Carlo.
	within(t, "crossings", count.Mean(), want, sigmas*count.SE()+1e-3)
}

func TestCrossingsFail(t *testing.T) {
	nan := func(x []float64) float64 { return math.NaN() }
	f := formulas{sine(1, 0), {nan, func(dst, x []float64) { dst[0] = nan(x) }}}
	_, err := functional.Crossings(context.Background(), f, 0, grid(0, 1, 3), 0)
	var path *functional.PathError
	var undefined *optimize.Undefined
	if !errors.As(err, &path) || path.Path != 1 || !errors.As(err, &undefined) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := functional.Crossings(ctx, f, 0, grid(0, 1, 3), 0); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	mustPanic(t, "one point", func() { functional.Crossings(ctx, f, 0, []float64{1}, 0) })
	mustPanic(t, "descending", func() { functional.Crossings(ctx, f, 0, []float64{1, 0}, 0) })
}

// The side that a function begins on was not stored, and lengths were read back wrong.
func TestLevelsSurviveStorage(t *testing.T) {
	l, err := functional.Crossings(context.Background(), formulas{sine(1, 4), sine(2, 0.3), sine(3, 1)}, 0.2, grid(-1, 7, 90), 0)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	var back functional.Levels
	if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(&back, l) {
		t.Errorf("%v is read back as %v, error %v", l, back, err)
	}
}
