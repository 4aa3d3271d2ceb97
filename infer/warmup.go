package infer

import (
	"context"
	"fmt"

	"matheron/rng"
)

// Warmup adapts step size and metric while a chain finds the bulk of the density,
// as Stan does: dual averaging of the step size throughout, and the metric
// estimated at the end of each of the [Windows]. Its result is a [Tuning]; it is
// not a part of the sampling, which changes nothing any more.
type Warmup struct {
	// TargetAccept is the mean acceptance probability to reach, in (0, 1).
	TargetAccept float64
	Metric       MetricKind
	Windows      Windows
}

// WarmupResult is the end of a warm-up.
type WarmupResult struct {
	State  State
	Tuning Tuning
	// Iterations, Leapfrogs and Divergences count what the warm-up did.
	Iterations, Leapfrogs, Divergences int
}

// Run warms a chain up for n iterations from s. transition is a chain on t. The
// error is a [*StepSizeError], or ctx.Err() with the Warmed so far.
func (w Warmup) Run(ctx context.Context, t Target, transition Transition, s State, n int, key rng.Key) (WarmupResult, error) {
	step, ok := transition.(stepper)
	if !ok {
		step = keyed{transition}
	}
	a, err := w.begin(ctx, t, s, n, key)
	for i := 0; err == nil && i < n; i++ {
		if err := ctx.Err(); err != nil {
			return a.result(), err
		}
		_, err = a.step(ctx, t, step)
	}
	return a.result(), err
}

// keyed makes a stepper of someone's own Transition: the lot becomes a key.
type keyed struct{ Transition }

func (k keyed) step(dst *State, l seed, s State, tuning Tuning) Info {
	return k.Step(dst, rng.New(l.hi).Split(int(l.lo)), s, tuning)
}

// adaptation is a warm-up under way.
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
func (w Warmup) begin(ctx context.Context, t Target, s State, n int, key rng.Key) (*adaptation, error) {
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
	case Dense, Unit: // the first estimate makes a dense one
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
	info := s.step(&a.state, a.seeds.next(), a.state, a.tuning)
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

// result returns where the adaptation has come to. Before the first iteration the
// step size is that of the search.
func (a *adaptation) result() WarmupResult {
	w := WarmupResult{State: a.state, Tuning: a.tuning, Iterations: a.i, Leapfrogs: a.leapfrogs, Divergences: a.divergences}
	if a.average.t > 0 {
		w.Tuning.StepSize = a.average.final()
	}
	return w
}
