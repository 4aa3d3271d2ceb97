package infer

import (
	"context"
	"errors"
	"math"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"matheron/internal/parallel"
	"matheron/progress"
	"matheron/rng"
)

// separate is a target whose evaluators must not be shared by goroutines, and whose own
// LogProbGrad must not be called.
type separate struct {
	Target
	made *atomic.Int64
}

func newSeparate(t Target) separate { return separate{t, new(atomic.Int64)} }

func (s separate) Evaluator(int) func(grad, x []float64) float64 {
	s.made.Add(1)
	var busy atomic.Bool
	return func(grad, x []float64) float64 {
		if !busy.CompareAndSwap(false, true) {
			panic("one evaluator is used by two goroutines")
		}
		defer busy.Store(false)
		return s.Target.LogProbGrad(grad, x)
	}
}

func (s separate) LogProbGrad(grad, x []float64) float64 {
	panic("LogProbGrad in place of an evaluator")
}

func TestSameBits(t *testing.T) {
	target := eightSchools()
	r := Run{Key: rng.New(1), Warmup: 120, Draws: 50, Chains: 3}
	for name, run := range map[string]func(context.Context, Target, Run) (*Draws, error){
		"NUTS": NUTS{}.Run, "dense": NUTS{Metric: Dense}.Run, "HMC": HMC{}.Run,
	} {
		want := mustRun(t, run, target, r)
		same := func(what string, got *Draws) {
			t.Helper()
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %s changes the draws", name, what)
			}
		}
		before := runtime.GOMAXPROCS(0)
		for _, procs := range []int{1, 2, 4} {
			runtime.GOMAXPROCS(procs)
			same("GOMAXPROCS", mustRun(t, run, target, r))
		}
		runtime.GOMAXPROCS(before)
		one := r
		one.Workers = 1
		same("one worker", mustRun(t, run, target, one))
		same("an evaluator a chain", mustRun(t, run, newSeparate(target), r))
		calls := 0
		loud := r
		loud.Progress = func(progress.Update) { calls++ }
		same("progress", mustRun(t, run, target, loud))
		if calls != 3*(120+50) {
			t.Errorf("%s: progress was told of %d iterations, want %d", name, calls, 3*170)
		}
		more := r
		more.Chains = 5
		got := mustRun(t, run, target, more)
		got.Chains = got.Chains[:3]
		same("more chains", got)
		other := r
		other.Key = rng.New(2)
		if reflect.DeepEqual(mustRun(t, run, target, other), want) {
			t.Errorf("%s: another key gives the same draws", name)
		}
		for i := range want.Chains {
			for j := range i {
				if want.Chains[i].X[0] == want.Chains[j].X[0] {
					t.Errorf("%s: chains %d and %d begin alike", name, j, i)
				}
			}
		}
	}
}

func TestGoingOn(t *testing.T) {
	target := eightSchools()
	r := Run{Key: rng.New(1), Warmup: 120, Draws: 60, Chains: 2}
	want := mustRun(t, NUTS{}.Run, target, r)
	r.Draws = 25
	first := mustRun(t, NUTS{}.Run, target, r)
	r.From, r.Draws = first, 15
	second := mustRun(t, NUTS{}.Run, target, r)
	r.From, r.Draws = second, 20
	third := mustRun(t, NUTS{}.Run, target, r)
	for c := range want.Chains {
		got := slices.Concat(first.Chains[c].X, second.Chains[c].X, third.Chains[c].X)
		if !slices.Equal(got, want.Chains[c].X) {
			t.Errorf("chain %d in three pieces differs from the chain in one", c)
		}
		if third.Chains[c].First != 40 {
			t.Errorf("chain %d: the third piece begins at %d", c, third.Chains[c].First)
		}
	}
}

func TestCancelledRunKeepsItsDraws(t *testing.T) {
	target := eightSchools()
	r := Run{Key: rng.New(1), Warmup: 100, Draws: 100, Chains: 3}
	want := mustRun(t, NUTS{}.Run, target, r)
	ctx, cancel := context.WithCancel(context.Background())
	r.Progress = func(u progress.Update) {
		if u.Stage == StageDraws && u.Done == 40 {
			cancel()
		}
	}
	got, err := NUTS{}.Run(ctx, target, r)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	most := 0
	for c := range got.Chains {
		g := &got.Chains[c]
		n := g.Len()
		most = max(most, n)
		if !slices.Equal(g.X, want.Chains[c].X[:n*g.Dim]) || len(g.Divergent) != n || len(g.Depth) != n {
			t.Errorf("chain %d: its %d draws are not the first of the whole run", c, n)
		}
	}
	if most < 40 || got.Len() >= want.Len() {
		t.Errorf("%d draws are left of %d", got.Len(), want.Len())
	}
	even := got.Even()
	for c := range even.Chains {
		if even.Chains[c].Len() != even.Chains[0].Len() || even.Chains[c].Len() > got.Chains[c].Len() {
			t.Errorf("Even leaves %d draws in chain %d", even.Chains[c].Len(), c)
		}
	}

	// In the warm-up there are none yet, and before the start nothing is done.
	ctx, cancel = context.WithCancel(context.Background())
	r.Progress = func(progress.Update) { cancel() }
	if got, err = (NUTS{}).Run(ctx, target, r); !errors.Is(err, context.Canceled) || got.Len() != 0 {
		t.Errorf("cancelled in the warm-up: %d draws, error %v", got.Len(), err)
	}
	if got, err = (NUTS{}).Run(ctx, target, r); !errors.Is(err, context.Canceled) || got == nil || got.Len() != 0 {
		t.Errorf("cancelled before the start: error %v", err)
	}
	r.From, r.Progress = got, nil
	if _, err = (NUTS{}).Run(context.Background(), target, r); err == nil || !strings.HasPrefix(err.Error(), "chain 0: ") {
		t.Errorf("going on from nothing: error %v", err)
	}
}

// A cancelled run does not wait for the end of a long trajectory.
func TestCancelledWithinATrajectory(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	calls, after := 0, 0
	flat := funcTarget{1, func(grad, x []float64) float64 {
		calls++
		if ctx.Err() != nil {
			after++
			runtime.Gosched() // lets the context's own goroutine run
		}
		if calls == 2000 {
			cancel()
		}
		grad[0] = -x[0]
		return -x[0] * x[0] / 2
	}}
	// Ten doublings of a step size that the short warm-up of one iteration leaves tiny.
	_, err := NUTS{MaxDepth: 25, TargetAccept: 0.9999999}.Run(ctx, flat, Run{Key: rng.New(1), Warmup: 30, Chains: 1})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	// The stop is set by another goroutine: it needs a moment, not a trajectory.
	if after > 1_000_000 {
		t.Errorf("%d gradients after the cancellation", after)
	}
}

func TestInitialPoints(t *testing.T) {
	nowhere := funcTarget{2, func(grad, x []float64) float64 { return math.Inf(-1) }}
	_, err := NUTS{}.Run(context.Background(), nowhere, Run{Key: rng.New(1)})
	var e *InitError
	if !errors.As(err, &e) || e.Tries != initTries || !math.IsInf(e.LogProb, -1) || len(e.X) != 2 {
		t.Errorf("nowhere: %v", err)
	}
	nan := funcTarget{1, func(grad, x []float64) float64 { grad[0] = math.NaN(); return 0 }}
	_, err = NUTS{}.Run(context.Background(), nan, Run{Key: rng.New(1), Init: [][]float64{{1}}, Chains: 2})
	if !errors.As(err, &e) || e.Tries != 1 || !strings.Contains(err.Error(), "gradient NaN in component 0") {
		t.Errorf("a NaN gradient: %v", err)
	}
	// A quarter of the square is inside: a start is found, and the points are those.
	quarter := funcTarget{2, func(grad, x []float64) float64 {
		grad[0], grad[1] = -1, -1
		if x[0] < 0 || x[1] < 0 {
			return math.NaN()
		}
		return -x[0] - x[1]
	}}
	d := mustRun(t, NUTS{}.Run, quarter, Run{Key: rng.New(1), Warmup: 50, Draws: 10})
	for c := range d.Chains {
		for i := range d.Chains[c].Len() {
			if x := d.Chains[c].At(i); x[0] < 0 || x[1] < 0 {
				t.Errorf("draw %v is outside", x)
			}
		}
	}
	init := [][]float64{{1, 2}, {3, 4}}
	var seen [2]float64
	spy := funcTarget{2, func(grad, x []float64) float64 {
		for i := range seen {
			if seen[i] == 0 && x[0] == init[i][0] && x[1] == init[i][1] {
				seen[i] = x[0]
			}
		}
		grad[0], grad[1] = -x[0], -x[1]
		return -(x[0]*x[0] + x[1]*x[1]) / 2
	}}
	mustRun(t, NUTS{}.Run, spy, Run{Key: rng.New(1), Init: init, Chains: 2, Workers: 1, Warmup: 5, Draws: 5})
	if seen != [2]float64{1, 3} {
		t.Errorf("started from %v", seen)
	}
}

func TestStepSizeErrors(t *testing.T) {
	flat := funcTarget{1, func(grad, x []float64) float64 { grad[0] = 0; return 0 }}
	_, err := NUTS{}.Run(context.Background(), flat, Run{Key: rng.New(1)})
	var e *StepSizeError
	if !errors.As(err, &e) || !strings.Contains(err.Error(), "improper") {
		t.Errorf("a flat density: %v", err)
	}
	// Only the start itself is inside.
	point := funcTarget{1, func(grad, x []float64) float64 {
		grad[0] = 0
		if x[0] != 1 {
			return math.Inf(-1)
		}
		return 0
	}}
	_, err = NUTS{}.Run(context.Background(), point, Run{Key: rng.New(1), Chains: 2, Init: [][]float64{{1}}})
	if !errors.As(err, &e) && err != nil {
		t.Errorf("a point: %v", err)
	}
	if err != nil && !strings.HasPrefix(err.Error(), "chain 0: ") {
		t.Errorf("a point: %v", err)
	}
}

func TestPanicsReachTheCaller(t *testing.T) {
	calls := atomic.Int64{}
	target := funcTarget{1, func(grad, x []float64) float64 {
		if calls.Add(1) > 500 {
			panic("user code")
		}
		grad[0] = -x[0]
		return -x[0] * x[0] / 2
	}}
	defer func() {
		if r := parallel.Recovered(recover()); r != "user code" {
			t.Errorf("recovered %v", r)
		}
	}()
	NUTS{}.Run(context.Background(), target, Run{Key: rng.New(1)})
	t.Error("no panic")
}

func TestMisusePanics(t *testing.T) {
	target := normalTarget(1, 1)
	ctx := context.Background()
	for name, f := range map[string]func(){
		"acceptance":     func() { NUTS{TargetAccept: 1}.Run(ctx, target, Run{}) },
		"depth":          func() { NUTS{MaxDepth: -1}.Transition(target) },
		"energy":         func() { NUTS{MaxEnergyError: -1}.Transition(target) },
		"jitter":         func() { HMC{Jitter: 2}.Run(ctx, target, Run{}) },
		"HMC acceptance": func() { HMC{TargetAccept: -1}.Run(ctx, target, Run{}) },
		"draws":          func() { NUTS{}.Run(ctx, target, Run{Draws: -1}) },
		"init number":    func() { NUTS{}.Run(ctx, target, Run{Init: make([][]float64, 3)}) },
		"init length":    func() { NUTS{}.Run(ctx, target, Run{Init: [][]float64{{1}}}) },
		"no dimensions":  func() { NUTS{}.Run(ctx, normalTarget(), Run{}) },
		"windows":        func() { NUTS{Windows: Windows{Base: -1}}.Run(ctx, target, Run{}) },
		"metric":         func() { NUTS{Metric: 9}.Run(ctx, target, Run{}) },
		"from":           func() { NUTS{}.Run(ctx, target, Run{From: &Draws{Dim: 3}}) },
		"no metric": func() {
			NUTS{}.Transition(target).Step(&State{}, NewState(target, []float64{0, 0}), Tuning{}, rng.New(1))
		},
		"state":      func() { NewState(target, []float64{1}) },
		"coordinate": func() { (&Chain{Dim: 2}).Coordinate(2) },
	} {
		func() {
			defer func() {
				if r, ok := parallel.Recovered(recover()).(string); !ok || !strings.HasPrefix(r, "infer: ") {
					t.Errorf("%s: panic %v", name, r)
				}
			}()
			f()
		}()
	}
}

func TestDrawsAccessors(t *testing.T) {
	d := mustRun(t, NUTS{}.Run, normalTarget(1, 2), Run{Key: rng.New(1), Warmup: 30, Draws: 7, Chains: 2})
	rows := d.Rows()
	if r, c := rows.Dims(); r != 14 || c != 2 || d.Len() != 14 {
		t.Fatalf("%d x %d of %d draws", r, c, d.Len())
	}
	params := d.Coordinates()
	for c := range 2 {
		for i := range 7 {
			for j := range 2 {
				v := d.Chains[c].At(i)[j]
				if rows.At(7*c+i, j) != v || params[j][c][i] != v || d.Points()[7*c+i][j] != v || d.At(7*c + i)[j] != v || d.Chains[c].Points()[i][j] != v || d.Values()[j][c][i] != v {
					t.Fatalf("chain %d, draw %d, coordinate %d differ", c, i, j)
				}
			}
			s := NewState(normalTarget(1, 2), d.Chains[c].At(i))
			if s.LogProb != d.Chains[c].LogProb[i] {
				t.Errorf("log density %v, want %v", d.Chains[c].LogProb[i], s.LogProb)
			}
			if !(d.Energies()[c][i] >= -s.LogProb) {
				t.Errorf("energy %v below the potential %v", d.Energies()[c][i], -s.LogProb)
			}
		}
	}
	if !slices.Equal(d.Names, []string{"x[0]", "x[1]"}) {
		t.Errorf("names %v", d.Names)
	}
	bare := &Draws{Dim: d.Dim, Chains: d.Chains}
	if got := bare.Values(); len(got) != 2 || got[1][1][6] != d.Chains[1].At(6)[1] {
		t.Errorf("values of draws without names: %v", got)
	}
	if (&Draws{Dim: 2}).Rows() != nil || (&Draws{}).Even().Len() != 0 {
		t.Error("no draws")
	}
}

// A chain has a part of the arrays of its own: appending to one does not change another.
func TestChainsDoNotOverlap(t *testing.T) {
	d := newDraws(normalTarget(1, 1), 3, 4)
	for c := range d.Chains {
		for range 4 {
			v := float64(c)
			d.Chains[c].append(State{X: []float64{v, v}, LogProb: v}, nil, Info{Energy: v, Accept: v, Depth: c, Leapfrogs: c, Divergent: c == 1})
		}
	}
	for c := range d.Chains {
		k := &d.Chains[c]
		v := float64(c)
		for i := range 4 {
			if k.At(i)[1] != v || k.LogProb[i] != v || k.Energy[i] != v || k.Accept[i] != v || k.Depth[i] != c || k.Leapfrogs[i] != c || k.Divergent[i] != (c == 1) {
				t.Fatalf("chain %d, draw %d: %+v", c, i, k)
			}
		}
	}
}

// scaled is a normal target whose values are exp(x) and the sum of the coordinates.
type scaled struct{ Target }

func (scaled) Names() []string { return []string{"scale", "sum", "first"} }

func (scaled) Constrain(dst, x []float64) []float64 {
	dst[0], dst[1], dst[2] = math.Exp(x[0]), x[0]+x[1], x[0]
	return dst
}

// Draws have the names and values of their target, whatever their chains' lengths,
// and these of a run that goes on are those of the longer run.
func TestDrawsKeepNamesAndValues(t *testing.T) {
	target := scaled{normalTarget(1, 2)}
	run := Run{Key: rng.New(1), Warmup: 30, Draws: 5, Chains: 2}
	d := mustRun(t, NUTS{}.Run, target, run)
	if !slices.Equal(d.Names, target.Names()) {
		t.Fatalf("names %v", d.Names)
	}
	check := func(d *Draws) {
		t.Helper()
		values := d.Values()
		for c := range d.Chains {
			for i := range d.Chains[c].Len() {
				for k, want := range target.Constrain(make([]float64, 3), d.Chains[c].At(i)) {
					if got := values[k][c][i]; got != want || d.Chains[c].Values[3*i+k] != want {
						t.Fatalf("%s of chain %d, draw %d: %v, want %v", d.Names[k], c, i, got, want)
					}
				}
			}
		}
	}
	check(d)
	run.From = d
	check(mustRun(t, NUTS{}.Run, target, run))

	// A chain that is one draw short, as after a cancelled run.
	d.Chains[1].X, d.Chains[1].LogProb, d.Chains[1].Values = d.Chains[1].X[:8], d.Chains[1].LogProb[:4], d.Chains[1].Values[:12]
	check(d)
	if got := d.At(8); &got[0] != &d.Chains[1].X[6] || d.Len() != 9 || len(d.Points()) != 9 {
		t.Error("At counts the draws of chains of different lengths")
	}
	even := d.Even()
	check(even)
	if len(even.Chains[0].Values) != 12 || even.Names == nil {
		t.Errorf("%d values of four draws", len(even.Chains[0].Values))
	}
	defer func() {
		if recover() == nil {
			t.Error("a draw behind the last: no panic")
		}
	}()
	d.At(9)
}
