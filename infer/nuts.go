package infer

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"sync/atomic"

	"matheron/rng"
)

// NUTS is the no-U-turn sampler: Hamiltonian dynamics from a fresh momentum, the
// trajectory doubled forwards or backwards in time until it turns, and the next
// state drawn from its points in proportion to exp(-H), with a bias towards the
// last doubling. See the package's comment for the formulas.
//
// Its fields are settings. The zero value is ready for use.
type NUTS struct {
	// TargetAccept is the mean acceptance probability that the warm-up aims at.
	// 0 means 0.8. Nearer to 1 means smaller steps, and fewer divergences.
	TargetAccept float64
	// MaxDepth bounds the doublings: a step makes less than 2^MaxDepth leapfrog
	// steps. 0 means 10.
	MaxDepth int
	// MaxEnergyError is the error in the energy above which a trajectory counts as
	// divergent. 0 means 1,000.
	MaxEnergyError float64
	// Metric is the kind of metric that the warm-up adapts.
	Metric MetricKind
	// Windows are those of the warm-up.
	Windows Windows
}

// check panics unless the settings make sense.
func (s NUTS) check() {
	if s.TargetAccept < 0 || s.TargetAccept >= 1 {
		panic(fmt.Sprintf("infer: NUTS with target acceptance %v", s.TargetAccept))
	}
	if s.MaxDepth < 0 || s.MaxDepth > 30 {
		panic(fmt.Sprintf("infer: NUTS with maximal depth %d", s.MaxDepth))
	}
	if s.MaxEnergyError < 0 {
		panic(fmt.Sprintf("infer: NUTS with maximal energy error %v", s.MaxEnergyError))
	}
}

func (s NUTS) maxDepth() int { return orInt(s.MaxDepth, 10) }

// Warmup returns the warm-up of these settings.
func (s NUTS) Warmup() Warmup {
	return Warmup{TargetAccept: or(s.TargetAccept, 0.8), Metric: s.Metric, Windows: s.Windows}
}

// Run draws from the target: see [Run].
func (s NUTS) Run(ctx context.Context, t Target, run Run) (*Draws, error) {
	s.check()
	return run.run(ctx, t, s)
}

// Transition returns the Markov chain of t, for use by one goroutine.
func (s NUTS) Transition(t Target) Transition {
	s.check()
	return s.transition(t, nil)
}

func (s NUTS) transition(t Target, stop *atomic.Bool) stepper {
	n := &nuts{maxDepth: s.maxDepth(), w: newTrajectory(t, s.maxDepth())}
	n.w.maxDelta = or(s.MaxEnergyError, 1000)
	n.w.stop = stop
	n.rand = rand.New(&n.pcg)
	return n
}

// nuts is the chain of one target.
type nuts struct {
	w        *trajectory
	maxDepth int
	pcg      rand.PCG
	rand     *rand.Rand
}

// Step implements [Transition].
func (n *nuts) Step(dst *State, key rng.Key, s State, tuning Tuning) Info {
	return n.step(dst, newSeed(key), s, tuning)
}

// step is Step with the randomness in place of the key.
func (n *nuts) step(dst *State, l seed, s State, tuning Tuning) Info {
	w := n.w
	checkMetric(tuning.Metric, w.target.Dim())
	w.seed, w.metric, w.eps = l, tuning.Metric, tuning.StepSize
	w.accept, w.leapfrogs, w.divergent = 0, 0, false

	w.back.start(s)
	n.pcg.Seed(l.hi, l.lo)
	w.metric.Momentum(w.back.p, n.rand)
	w.metric.Velocity(w.back.v, w.back.p)
	w.forth.copyFrom(&w.back)
	w.whole.single(w.back.p, w.back.v)
	w.energy = w.back.energy()
	w.sample.clear()
	w.sample.offer(&w.back, w.energy, 0)

	var sum weight
	sum.add(0)
	depth := 0
	for depth < n.maxDepth {
		z, eps := &w.forth, w.eps
		back := l.uniform(depth, addressDirection) < 0.5
		if back {
			z, eps = &w.back, -eps
		}
		sub, ok := w.double(z, depth, eps)
		if !ok {
			break
		}
		// Biased progressive sampling: towards the new half, away from the start.
		if math.Log(l.uniform(depth, addressAccept)) < sub.log()-sum.log() {
			w.sample, w.candidate = w.candidate, w.sample
		}
		sum.merge(sub)
		depth++
		if back {
			w.whole.flip()
		}
		ok = w.whole.merge(&w.stack[0])
		if back {
			w.whole.flip()
		}
		if !ok {
			break
		}
	}
	dst.set(w.sample.x, w.sample.grad, w.sample.logProb)
	info := Info{
		Energy:    w.sample.energy,
		Depth:     depth,
		Leapfrogs: w.leapfrogs,
		Divergent: w.divergent,
	}
	if w.leapfrogs > 0 {
		info.Accept = w.accept / float64(w.leapfrogs)
	}
	return info
}
