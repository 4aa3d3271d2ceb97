package infer

import (
	"cmp"
	"context"
	"fmt"

	"matheron/rng"
)

// Warmup adapts step size and metric while a chain finds the bulk of the density,
// as Stan does: dual averaging of the step size throughout, and the metric
// estimated at the end of each of the [Windows]. Its result is a [Tuning], which the
// sampling does not change.
type Warmup struct {
	// TargetAccept is the mean acceptance probability to reach, in (0, 1).
	TargetAccept float64
	Metric       MetricKind
	Windows      Windows
}

// WarmupResult is the result of a [Warmup].
type WarmupResult struct {
	State  State
	Tuning Tuning
	// Iterations, Leapfrogs and Divergences count what the warm-up did.
	Iterations, Leapfrogs, Divergences int
}

// Run makes n iterations from s. transition is a chain on t. The error is a
// [*StepSizeError], or ctx.Err() with the result so far.
func (w Warmup) Run(ctx context.Context, t Target, transition Transition, s State, key rng.Key, n int) (WarmupResult, error) {
	step, ok := transition.(stepper)
	if !ok {
		step = keyed{transition}
	}
	a, err := w.begin(ctx, t, s, key, n)
	for i := 0; err == nil && i < n; i++ {
		if err := ctx.Err(); err != nil {
			return a.result(), err
		}
		_, err = a.step(ctx, t, step)
	}
	return a.result(), err
}

// keyed makes a stepper of any Transition: the seed becomes a key.
type keyed struct{ Transition }

func (k keyed) step(dst *State, s State, tuning Tuning, r seed) Info {
	return k.Step(dst, s, tuning, rng.New(r.hi).Split(int(r.lo)))
}

// adaptation is the state of a warm-up.
type adaptation struct {
	state   State
	tuning  Tuning
	kind    MetricKind
	n, i    int // iterations to make, and made
	first   int // the first that counts for the metric
	ends    []int
	moments *welford
	average dualAveraging
	seeds   *seeds
	key     rng.Key

	leapfrogs, divergences int
}

// begin prepares n iterations from s.
func (w Warmup) begin(ctx context.Context, t Target, s State, key rng.Key, n int) (*adaptation, error) {
	if !(w.TargetAccept > 0 && w.TargetAccept < 1) {
		panic(fmt.Sprintf("infer: a warm-up with target acceptance %v", w.TargetAccept))
	}
	dim := t.Dim()
	a := &adaptation{
		kind:    w.Metric,
		n:       n,
		tuning:  Tuning{StepSize: 1, Metric: unitOf(w.Metric, dim)},
		average: dualAveraging{target: w.TargetAccept},
		seeds:   newSeeds(key.Named("steps")),
		key:     key,
	}
	a.state.set(s.X, s.Grad, s.LogProb)
	a.first, a.ends = w.Windows.ends(n)
	if w.Metric == Unit {
		a.ends = nil
	} else {
		a.moments = newWelford(dim, w.Metric == Dense)
	}
	return a, a.restart(ctx, t)
}

// unitOf returns the metric that an adaptation starts from.
func unitOf(kind MetricKind, dim int) Metric {
	ones := make([]float64, dim)
	for i := range ones {
		ones[i] = 1
	}
	switch kind {
	case Diagonal:
		return DiagMetric{ones}
	case Dense, Unit: // of Dense, until the first estimate
		return UnitMetric(dim)
	}
	panic(fmt.Sprintf("infer: %v", kind))
}

// restart looks for a step size for the metric as it is now.
func (a *adaptation) restart(ctx context.Context, t Target) error {
	eps, ok := firstStepSize(ctx, t, a.state, a.tuning.Metric, a.tuning.StepSize, a.key.Named("step size").Split(a.i))
	a.tuning.StepSize = eps
	a.average.restart(eps)
	if !ok {
		return &StepSizeError{StepSize: eps}
	}
	return nil
}

// step makes one iteration.
func (a *adaptation) step(ctx context.Context, t Target, s stepper) (Info, error) {
	info := s.step(&a.state, a.state, a.tuning, a.seeds.next())
	a.leapfrogs += info.Leapfrogs
	if info.Divergent {
		a.divergences++
	}
	a.tuning.StepSize = a.average.update(info.Accept)
	i := a.i
	a.i++
	if len(a.ends) == 0 {
		return info, nil
	}
	if i >= a.first {
		a.moments.add(a.state.X)
	}
	if i < a.ends[0] {
		return info, nil
	}
	a.ends = a.ends[1:]
	if a.moments.n > 1 {
		if err := a.estimate(); err != nil {
			return info, err
		}
	}
	a.moments.reset()
	return info, a.restart(ctx, t)
}

// estimate sets the metric from the window that has ended.
func (a *adaptation) estimate() error {
	if a.kind == Diagonal {
		a.tuning.Metric = DiagMetric{a.moments.variances()}
		return nil
	}
	m, err := NewDenseMetric(a.moments.covariance())
	if err != nil {
		return err
	}
	a.tuning.Metric = m
	return nil
}

// result returns the result so far. Before the first iteration the step size is that
// of the search.
func (a *adaptation) result() WarmupResult {
	w := WarmupResult{State: a.state, Tuning: a.tuning, Iterations: a.i, Leapfrogs: a.leapfrogs, Divergences: a.divergences}
	if a.average.t > 0 {
		w.Tuning.StepSize = a.average.final()
	}
	return w
}

// Windows are the phases of a warm-up, in iterations: Initial, in which the step
// size alone is adapted and the chain finds the bulk of the density; windows of
// Base, twice Base and so on, after each of which the metric is estimated from
// that window alone; and Terminal, for the last step size. 0 means 75, 25 and 50,
// as in Stan. A warm-up that is too short for them gives 15% to the first, 10% to
// the last and one window to the rest; one below 20 iterations adapts the step
// size alone.
type Windows struct {
	Initial, Base, Terminal int
}

// ends returns the iterations, from 0, after which the metric is estimated, and
// the first iteration that counts for it, of a warm-up of n iterations.
func (w Windows) ends(n int) (first int, ends []int) {
	if w.Initial < 0 || w.Base < 0 || w.Terminal < 0 {
		panic(fmt.Sprintf("infer: negative windows %+v", w))
	}
	initial, base, terminal := cmp.Or(w.Initial, 75), cmp.Or(w.Base, 25), cmp.Or(w.Terminal, 50)
	if n < 20 {
		return n, nil
	}
	if initial+base+terminal > n {
		initial, terminal = int(0.15*float64(n)), int(0.1*float64(n))
		base = n - initial - terminal
	}
	last := n - terminal - 1
	end, size := initial+base-1, base
	for end < last {
		ends = append(ends, end)
		size *= 2
		end += size
		// The next window would not fit: this one takes all that is left.
		if end+2*size > last {
			end = last
		}
	}
	return initial, append(ends, last)
}
