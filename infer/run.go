package infer

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strconv"
	"sync"
	"sync/atomic"

	"matheron/internal/parallel"
	"matheron/progress"
	"matheron/rng"
)

// Run says how many draws to make, where from and with which randomness.
//
// Chain c and its iterations have splits of the key of their own: the draws have
// the same bits for any number of workers and of processors, and chain c is the
// same in a run of more chains.
//
// When ctx is cancelled a run ends within one leapfrog step in each chain and
// returns the draws so far with ctx.Err(). When a chain fails ([*InitError],
// [*StepSizeError]) the others are stopped, and the draws so far are returned with
// the error. A target that panics with an error, as a program does that panicked
// itself or whose sites changed, fails its chain with that error; any other panic of
// the target becomes one of the run.
type Run struct {
	// Warmup is the number of iterations that adapt the sampler and make no draws.
	// 0 means 1,000.
	Warmup int
	// Draws is the number of draws of each chain. 0 means 1,000.
	Draws int
	// Chains is the number of chains. 0 means 4.
	Chains int
	// Init holds the initial point of each chain, or a single one for all of them.
	// A nil entry, and a nil Init, mean a random one: uniform on [-2, 2]^Dim, drawn
	// again, up to 100 times, until density and gradient are finite.
	Init [][]float64
	// Workers bounds the goroutines. 0 means one a chain for any number of processors,
	// so that the chains of a cancelled run are of about the same length.
	Workers int
	// Progress is told of every iteration of every chain, one call at a time: the
	// stage, [StageWarmup] or [StageDraws], the chain as Part, its iterations in that
	// stage and its divergences there.
	Progress progress.Func
	// From, if not nil, holds draws to continue, made by the same sampler of the same
	// target with the same Key. There is no warm-up, Chains and Init are ignored, and
	// the result holds the new draws only, which are those of a longer first run.
	From *Draws
	// Key decides the draws.
	Key rng.Key
}

// The stages of a run, as its Progress names them.
const (
	StageWarmup = "warm-up"
	StageDraws  = "draws"
)

// withDefaults returns r with its zeros replaced, and panics on misuse.
func (r Run) withDefaults(dim int) Run {
	if r.Warmup < 0 || r.Draws < 0 || r.Chains < 0 || r.Workers < 0 {
		panic(fmt.Sprintf("infer: a run of %d + %d iterations, %d chains, %d workers", r.Warmup, r.Draws, r.Chains, r.Workers))
	}
	r.Warmup, r.Draws, r.Chains = cmp.Or(r.Warmup, 1000), cmp.Or(r.Draws, 1000), cmp.Or(r.Chains, 4)
	if r.From != nil {
		if r.From.Dim != dim {
			panic(fmt.Sprintf("infer: draws of %d dimensions to go on from, and a target of %d", r.From.Dim, dim))
		}
		r.Chains, r.Init = len(r.From.Chains), nil
	}
	if n := len(r.Init); n > 1 && n != r.Chains {
		panic(fmt.Sprintf("infer: %d initial points for %d chains", n, r.Chains))
	}
	for _, x := range r.Init {
		if x != nil && len(x) != dim {
			panic(fmt.Sprintf("infer: an initial point of %d coordinates for a target of %d", len(x), dim))
		}
	}
	return r
}

// given returns the initial point of a chain, nil for a random one.
func (r Run) given(chain int) []float64 {
	switch len(r.Init) {
	case 0:
		return nil
	case 1:
		return r.Init[0]
	}
	return r.Init[chain]
}

// run makes the chains.
func (r Run) run(ctx context.Context, t Target, s sampler) (*Draws, error) {
	dim := t.Dim()
	if dim < 1 {
		panic("infer: a target without dimensions")
	}
	r = r.withDefaults(dim)
	draws := newDraws(t, r.Chains, r.Draws)
	values, _ := t.(Constrainer)
	var stop atomic.Bool
	defer context.AfterFunc(ctx, func() { stop.Store(true) })()

	if report := r.Progress; report != nil {
		var mu sync.Mutex
		r.Progress = func(u progress.Update) {
			mu.Lock()
			defer mu.Unlock()
			report(u)
		}
	}
	workers := min(cmp.Or(r.Workers, r.Chains), r.Chains)
	targets := evaluators(t, r.Chains, workers)
	errs := make([]error, r.Chains)
	parallel.Do(workers, r.Chains, func(_, c int) {
		// After a panic of one chain the others stop too: parallel.Do waits for them.
		done := false
		defer func() {
			if !done {
				stop.Store(true)
			}
		}()
		chain := chainRun{Run: r, stop: &stop, target: targets[c], values: values, sampler: s, index: c, out: &draws.Chains[c]}
		errs[c] = chain.run(ctx)
		done = errs[c] == nil
	})
	for _, err := range errs {
		if err != nil {
			return draws, err
		}
	}
	for i := range draws.Chains {
		if draws.Chains[i].Len() < r.Draws {
			return draws, ctx.Err()
		}
	}
	return draws, nil
}

// chainRun is one chain under way.
type chainRun struct {
	Run
	stop    *atomic.Bool
	target  Target
	values  Constrainer // nil where the values are the coordinates
	sampler sampler
	index   int
	out     *Chain
}

// run makes the chain. It returns nil if it was stopped.
func (c *chainRun) run(ctx context.Context) (err error) {
	defer recoverTo(&err, "chain "+strconv.Itoa(c.index)+": ")
	if ctx.Err() != nil {
		return nil
	}
	key := c.Key.Split(c.index)
	step := c.sampler.transition(c.target, c.stop)
	var state State
	if c.From != nil {
		state, err = c.resume(&c.From.Chains[c.index])
	} else {
		state, err = c.warmup(ctx, step, key)
	}
	if err != nil || c.out.Start == nil {
		return err
	}
	var constrained []float64
	if c.values != nil {
		constrained = make([]float64, len(c.values.Names()))
	}
	source := newSeeds(key.Named("draws"))
	source.skip(c.out.First)
	u := c.stage(StageDraws, c.Draws)
	for range c.Draws {
		if ctx.Err() != nil {
			return nil
		}
		info := step.step(&state, state, c.out.Tuning, source.next())
		if c.stop.Load() {
			return nil // the step may have been cut short
		}
		if c.values != nil {
			c.values.Constrain(constrained, state.X)
		}
		c.out.append(state, constrained, info)
		c.report(&u, info)
	}
	return nil
}

// stage returns where the chain is at the begin of a stage.
func (c *chainRun) stage(name string, iterations int) progress.Update {
	u := progress.Update{Stage: name, Total: iterations, Value: math.NaN()}
	if c.Chains > 1 {
		u.Part, u.Parts = c.index+1, c.Chains
	}
	return u
}

// report counts an iteration and tells of it.
func (c *chainRun) report(u *progress.Update, info Info) {
	u.Done++
	if info.Divergent {
		u.Divergences++
	}
	c.Progress.Report(*u)
}

// warmup finds the state and the tuning that the draws start with. It leaves Start nil
// if it was stopped.
func (c *chainRun) warmup(ctx context.Context, step stepper, key rng.Key) (State, error) {
	s, err := initial(ctx, c.target, c.index, c.given(c.index), key.Named("start"))
	if err != nil {
		return s, err
	}
	a, err := c.sampler.Warmup().begin(ctx, c.target, s, key.Named("warmup"), c.Warmup)
	u := c.stage(StageWarmup, c.Warmup)
	for err == nil && a.i < c.Warmup {
		if ctx.Err() != nil {
			return s, nil
		}
		var info Info
		info, err = a.step(ctx, c.target, step)
		if c.stop.Load() {
			return s, nil
		}
		c.report(&u, info)
	}
	if err != nil {
		return s, inChain(c.index, err)
	}
	w := a.result()
	c.out.Tuning = w.Tuning
	c.out.Start = append([]float64(nil), w.State.X...)
	c.out.WarmupIterations, c.out.WarmupLeapfrogs, c.out.WarmupDivergences = w.Iterations, w.Leapfrogs, w.Divergences
	return w.State, nil
}

// resume continues from the end of a chain.
func (c *chainRun) resume(from *Chain) (State, error) {
	if from.Start == nil {
		return State{}, fmt.Errorf("chain %d: cannot go on: its warm-up did not end", c.index)
	}
	x := from.Start
	if n := from.Len(); n > 0 {
		x = from.At(n - 1)
	}
	s := NewState(c.target, x)
	if !s.finite() {
		return s, initError(c.target, c.index, 1, s)
	}
	c.out.Start = append([]float64(nil), x...)
	c.out.Tuning = from.Tuning
	c.out.First = from.First + from.Len()
	return s, nil
}

// inChain adds the chain to an error of its warm-up.
func inChain(chain int, err error) error {
	if e, ok := err.(*StepSizeError); ok {
		return &StepSizeError{Chain: chain, StepSize: e.StepSize}
	}
	return fmt.Errorf("chain %d: %w", chain, err)
}

// Random initial points are uniform on [-initRadius, initRadius]^Dim, as in Stan:
// for a target made of a program, the middle of each parameter's support.
const (
	initRadius = 2
	initTries  = 100
)

// initial returns the state that a chain starts from: the given point, or the
// first random one with a finite density and gradient.
func initial(ctx context.Context, t Target, chain int, given []float64, key rng.Key) (State, error) {
	if given != nil {
		s := NewState(t, given)
		if !s.finite() {
			return s, initError(t, chain, 1, s)
		}
		return s, nil
	}
	var s State
	x := make([]float64, t.Dim())
	r := key.Rand()
	for range initTries {
		if err := ctx.Err(); err != nil {
			return s, err
		}
		for i := range x {
			x[i] = initRadius * (2*r.Float64() - 1)
		}
		if s = NewState(t, x); s.finite() {
			return s, nil
		}
	}
	return s, initError(t, chain, initTries, s)
}
