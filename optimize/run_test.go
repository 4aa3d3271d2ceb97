package optimize

import (
	"context"
	"errors"
	"math"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	_ Minimizer = LBFGS{}
	_ Minimizer = LBFGSB{}
)

// Bounds too wide to matter bring in the Cauchy point and the limits of the step,
// and must then lead to where a run without bounds does.
func TestWideBox(t *testing.T) {
	for _, run := range loadGolden(t).Runs {
		if run.bounded() || run.Name == "powell8" {
			continue
		}
		f, n := run.objective(t), len(run.X0)
		box := Box{make([]float64, n), make([]float64, n)}
		for i := range n {
			box.Lower[i], box.Upper[i] = -1e9, 1e9
		}
		res, err := LBFGSB{Box: box, RelTol: 1e3 * epsilon, GradTol: 1e-6}.Minimize(context.Background(), f, run.X0)
		if err != nil || !res.Status.Converged() {
			t.Errorf("%s: %v %v", run.Name, res.Status, err)
		}
		checkEnd(t, res, f, box)
		// As in TestGolden; Brown at a local curvature of 4e-12 in x1 stops at f
		// within rounding of its terms of size 1.
		if res.F > run.F+1e-9*max(1, math.Abs(run.F)) {
			t.Errorf("%s: f = %v, want %v", run.Name, res.F, run.F)
		}
	}
}

func TestDeterministic(t *testing.T) {
	for _, run := range loadGolden(t).Runs {
		f, box := run.objective(t), run.box()
		m := LBFGSB{Box: box}
		first, err := m.Minimize(context.Background(), f, run.X0)
		if err != nil {
			t.Fatal(err)
		}
		calls := 0
		m.Observe = func(it Iteration) {
			calls++
			if it.Iteration != calls || it.Evaluations < calls || len(it.X) != len(run.X0) {
				t.Errorf("%s: call %d with %+v", run.Name, calls, it)
			}
			clear(it.X) // a copy
		}
		second, err := m.Minimize(context.Background(), f, run.X0)
		if err != nil || !reflect.DeepEqual(first, second) {
			t.Errorf("%s: %+v, then %+v, %v", run.Name, first, second, err)
		}
		if calls != second.Iterations {
			t.Errorf("%s: Observe called %d times in %d iterations", run.Name, calls, second.Iterations)
		}
	}
}

// Every iteration goes down, also where the line search ends on an earlier step
// than its last, and a bounded run may take steps beyond the subspace minimiser.
func TestIterations(t *testing.T) {
	type start struct {
		name string
		f    Objective
		x0   []float64
		box  Box
	}
	var starts []start
	for _, run := range loadGolden(t).Runs {
		starts = append(starts, start{run.Name, run.objective(t), run.X0, run.box()})
	}
	waves := func(x, g []float64) float64 {
		v, slope := lines["oscillate"](x[0])
		g[0] = slope
		return v
	}
	for i := range 40 {
		x0 := []float64{float64(i) - 20.3}
		starts = append(starts, start{"waves", waves, x0, Box{}}, start{"waves", waves, x0, Box{Lower: []float64{-25}, Upper: []float64{60}}})
	}
	earlier, long := 0, 0
	for _, c := range starts {
		last, newest := c.f(c.box.Project(nil, c.x0), make([]float64, len(c.x0))), 0.0
		_, _, boxed := c.box.dense(len(c.x0))
		f := func(x, g []float64) float64 {
			newest = c.f(x, g)
			return newest
		}
		_, err := LBFGSB{Box: c.box, Observe: func(it Iteration) {
			if it.F > last {
				t.Errorf("%s from %v: iteration %d goes up from %v to %v", c.name, c.x0, it.Iteration, last, it.F)
			}
			if it.F != newest {
				earlier++
			}
			last = it.F
			if boxed > 0 && it.Iteration > 1 && it.Step > 1 {
				long++
			}
		}}.Minimize(context.Background(), f, c.x0)
		if err != nil {
			t.Error(err)
		}
	}
	if earlier == 0 || long == 0 {
		t.Errorf("%d iterations ended on an earlier step, %d had a long one", earlier, long)
	}
}

// One value on many goroutines, under -race above all.
func TestShared(t *testing.T) {
	m := LBFGS{}
	want, _ := m.Minimize(context.Background(), rosenbrock, []float64{-1.2, 1})
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if got, err := m.Minimize(context.Background(), rosenbrock, []float64{-1.2, 1}); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%+v, want %+v, %v", got, want, err)
			}
		})
	}
	wait.Wait()
}

func TestBadStart(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	gives := func(f, g float64) Objective {
		return func(x, grad []float64) float64 { grad[0], grad[1] = 1, g; return f }
	}
	for _, c := range []struct {
		f     Objective
		x0    []float64
		want  NotFinite
		says  string
		calls int
	}{
		{gives(nan, 1), []float64{0, 0}, NotFinite{"objective", -1, nan}, "optimize: objective at the start is NaN", 1},
		{gives(inf, 1), []float64{0, 0}, NotFinite{"objective", -1, inf}, "optimize: objective at the start is +Inf", 1},
		{gives(-inf, 1), []float64{0, 0}, NotFinite{"objective", -1, -inf}, "optimize: objective at the start is -Inf", 1},
		{gives(0, nan), []float64{0, 0}, NotFinite{"gradient", 1, nan}, "optimize: gradient[1] at the start is NaN", 1},
		{gives(0, 0), []float64{0, inf}, NotFinite{"start", 1, inf}, "optimize: start[1] is +Inf", 0},
	} {
		for _, m := range []Minimizer{LBFGS{}, LBFGSB{Box: Box{Lower: []float64{-1, -1}}}} {
			res, err := m.Minimize(context.Background(), c.f, c.x0)
			var got *NotFinite
			if !errors.As(err, &got) {
				t.Fatalf("error %v", err)
			}
			if got.What != c.want.What || got.Index != c.want.Index || math.Float64bits(got.Value) != math.Float64bits(c.want.Value) || err.Error() != c.says {
				t.Errorf("%+v: %v, want %+v", got, err, c.want)
			}
			if res.Status != NotStarted || res.Evaluations != c.calls {
				t.Errorf("%+v", res)
			}
		}
	}
}

func TestBadBox(t *testing.T) {
	for _, box := range []Box{
		{[]float64{0, 2}, []float64{1, 1}},
		{[]float64{0, math.NaN()}, nil},
		{nil, []float64{0, math.Inf(-1)}},
	} {
		_, err := LBFGSB{Box: box}.Minimize(context.Background(), rosenbrock, []float64{0, 0})
		var bad *InvalidBounds
		if !errors.As(err, &bad) || bad.Index != 1 {
			t.Errorf("%v: %v", box, err)
		}
	}
	defer func() {
		if s, _ := recover().(string); !strings.HasPrefix(s, "optimize: 1 lower bounds") {
			t.Errorf("panic %q", s)
		}
	}()
	LBFGSB{Box: Box{Lower: []float64{0}}}.Minimize(context.Background(), rosenbrock, []float64{0, 0})
}

func TestLimits(t *testing.T) {
	x0 := []float64{-1.2, 1, -1.2, 1}
	for n := 1; n < 30; n++ {
		calls, low := 0, math.Inf(1)
		f := func(x, g []float64) float64 {
			calls++
			v := rosenbrock(x, g)
			low = min(low, v)
			return v
		}
		res, err := LBFGS{MaxEvaluations: n}.Minimize(context.Background(), f, x0)
		if err != nil || res.Status != EvaluationLimit || calls != n || res.Evaluations != n || res.F != low {
			t.Errorf("MaxEvaluations %d: %d calls, lowest %v, %+v, %v", n, calls, low, res, err)
		}
		res, err = LBFGS{MaxIterations: n}.Minimize(context.Background(), rosenbrock, x0)
		if err != nil || res.Status != IterationLimit || res.Iterations != n {
			t.Errorf("MaxIterations %d: %+v, %v", n, res, err)
		}
	}
	for _, n := range []int{0, 1} { // no variables; all of them fixed
		box := Box{make([]float64, n), make([]float64, n)}
		res, err := LBFGSB{Box: box}.Minimize(context.Background(), rosenbrockOrZero, make([]float64, n))
		if err != nil || res.Status != GradientSmall || res.Evaluations != 1 {
			t.Errorf("%d variables: %+v, %v", n, res, err)
		}
	}
}

func rosenbrockOrZero(x, g []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	g[0] = 1
	return x[0]
}

func TestCancel(t *testing.T) {
	x0 := []float64{-1.2, 1}
	for after := range 20 {
		ctx, cancel := context.WithCancel(context.Background())
		calls, low := 0, math.Inf(1)
		if after == 0 {
			cancel()
		}
		f := func(x, g []float64) float64 {
			if calls++; calls == after {
				cancel()
			}
			v := rosenbrock(x, g)
			low = min(low, v)
			return v
		}
		res, err := LBFGS{}.Minimize(ctx, f, x0)
		if !errors.Is(err, context.Canceled) || res.Status != Cancelled || calls != after || res.Evaluations != after {
			t.Errorf("after %d: %d calls, %+v, %v", after, calls, res, err)
		}
		if after > 0 && res.F != low || after == 0 && !math.IsNaN(res.F) {
			t.Errorf("after %d: F %v, lowest %v", after, res.F, low)
		}
		cancel()
	}
}

// Regions where the objective has no value, met by the first step already.
func TestInfeasible(t *testing.T) {
	calls := 0
	barrier := func(bad float64) Objective { // minimum of 100 x - log x at 0.01
		return func(x, g []float64) float64 {
			if calls++; x[0] <= 0 {
				g[0] = math.NaN()
				return bad
			}
			g[0] = 100 - 1/x[0]
			return 100*x[0] - math.Log(x[0])
		}
	}
	ring := func(x, g []float64) float64 { // a valley along a quarter of a circle, walls in and out
		r := math.Hypot(x[0], x[1])
		if r < 0.9 || r > 1.1 {
			return math.Inf(1)
		}
		g[0] = 20*(r-1)*x[0]/r - 1
		g[1] = 20 * (r - 1) * x[1] / r
		return 10*(r-1)*(r-1) - x[0]
	}
	badGrad := func(x, g []float64) float64 { // the value is fine, its gradient is not
		g[0] = 2 * x[0]
		if x[0] < -0.1 {
			g[0] = math.NaN()
		}
		return x[0] * x[0]
	}
	for name, c := range map[string]struct {
		f    Objective
		x0   []float64
		want []float64
	}{
		"NaN":      {barrier(math.NaN()), []float64{5}, []float64{0.01}},
		"+Inf":     {barrier(math.Inf(1)), []float64{5}, []float64{0.01}},
		"ring":     {ring, []float64{0, 1}, []float64{1.05, 0}},
		"gradient": {badGrad, []float64{0.4}, []float64{0}},
	} {
		n := len(c.x0)
		box := Box{make([]float64, n), make([]float64, n)}
		for i := range n {
			box.Lower[i], box.Upper[i] = -50, 50
		}
		for _, m := range []Minimizer{LBFGS{}, LBFGSB{Box: box}} {
			calls = 0
			res, err := m.Minimize(context.Background(), c.f, c.x0)
			if err != nil || !res.Status.Converged() {
				t.Errorf("%s %T: %+v, %v", name, m, res, err)
			}
			t.Logf("%s %T: %+v", name, m, res)
			checkEnd(t, res, c.f, Box{})
			for i, x := range res.X {
				// sqrt(2 RelTol max(|f|, 1)/curvature), curvatures from 1 on.
				if math.Abs(x-c.want[i]) > 2e-4 {
					t.Errorf("%s %T: x[%d] = %v, want %v", name, m, i, x, c.want[i])
				}
			}
			if res.Evaluations > 100 {
				t.Errorf("%s %T: %d evaluations", name, m, res.Evaluations)
			}
		}
	}
}

// A gradient of the wrong sign leaves nothing to search; the start is the best.
func TestLineSearchFailed(t *testing.T) {
	wrong := func(x, g []float64) float64 { g[0] = -2 * x[0]; return x[0] * x[0] }
	for _, m := range []Minimizer{LBFGS{}, LBFGSB{Box: Box{Lower: []float64{-9}}}} {
		res, err := m.Minimize(context.Background(), wrong, []float64{3})
		if err != nil || res.Status != LineSearchFailed || res.X[0] != 3 || res.F != 9 {
			t.Errorf("%T: %+v, %v", m, res, err)
		}
	}
}

func TestUnbounded(t *testing.T) {
	f := func(x, g []float64) float64 {
		if x[0] < -1e6 {
			return math.Inf(-1)
		}
		g[0] = 1
		return x[0]
	}
	res, err := LBFGS{}.Minimize(context.Background(), f, []float64{0})
	if err != nil || res.Status != Unbounded || !math.IsInf(res.F, -1) || res.X[0] >= -1e6 {
		t.Errorf("%+v, %v", res, err)
	}
}

func TestStatusString(t *testing.T) {
	for s := NotStarted; s <= Cancelled; s++ {
		if s.String() == "" {
			t.Errorf("Status(%d) has no name", int(s))
		}
	}
	if got := Status(99).String(); got != "Status(99)" {
		t.Error(got)
	}
}

// A run allocates its buffers and nothing an iteration.
func TestAllocations(t *testing.T) {
	x0 := make([]float64, 50)
	box := Box{make([]float64, 50), make([]float64, 50)}
	for i := range x0 {
		box.Lower[i], box.Upper[i] = -0.6, 0.4
	}
	for _, m := range []func(iterations int) Minimizer{
		func(n int) Minimizer { return LBFGS{MaxIterations: n, GradTol: -1, RelTol: -1} },
		func(n int) Minimizer { return LBFGSB{Box: box, MaxIterations: n, GradTol: -1, RelTol: -1} },
	} {
		count := func(iterations int) float64 {
			return testing.AllocsPerRun(5, func() { m(iterations).Minimize(context.Background(), chain, x0) })
		}
		one, many := count(1), count(12)
		if one != many {
			t.Errorf("%T: %v allocations in one iteration, %v in 12", m(1), one, many)
		}
		if many > 40 {
			t.Errorf("%T: %v allocations a run", m(1), many)
		}
	}
}

// settled waits for the goroutines of a test to be gone.
func settled(t *testing.T, before int) {
	t.Helper()
	for range 200 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d goroutines, before %d", runtime.NumGoroutine(), before)
}
