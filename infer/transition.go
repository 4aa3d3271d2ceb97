package infer

import (
	"sync/atomic"

	"matheron/rng"
)

// Tuning is what a warm-up finds, as plain data.
type Tuning struct {
	StepSize float64
	Metric   Metric
}

// Info is what a step tells about itself.
type Info struct {
	// Energy is H at the new state with the momentum that it came with.
	Energy float64
	// Accept is the mean over the trajectory of min(1, exp(H0 - H)).
	Accept float64
	// Depth counts the doublings whose points were used; of HMC it is 0.
	Depth int
	// Leapfrogs counts the leapfrog steps, and so the gradients.
	Leapfrogs int
	// Divergent says that the energy left its bounds: the step size is too large
	// for the curvature somewhere on the way, or the trajectory left the density.
	Divergent bool
}

// Transition is one Markov chain on a target. Step sets dst to the state that
// follows s, reusing the storage of dst, which may be s itself. The result is a
// function of the arguments: a Transition holds scratch space only, and is used by
// one goroutine at a time. It does not allocate beyond the generator of the key.
type Transition interface {
	Step(dst *State, key rng.Key, s State, tuning Tuning) Info
}

// stepper is a Transition as the runs use it: they draw the lots of a chain from
// one generator.
type stepper interface {
	Transition
	step(dst *State, l seed, s State, tuning Tuning) Info
}

// sampler is what NUTS and HMC have in common.
type sampler interface {
	Warmup() Warmup
	transition(t Target, stop *atomic.Bool) stepper
}

var (
	_ sampler = NUTS{}
	_ sampler = HMC{}
)

// or returns v, or the default for zero.
func or(v, def float64) float64 {
	if v == 0 {
		return def
	}
	return v
}

func orInt(v, def int) int {
	if v == 0 {
		return def
	}
	return v
}
