package infer

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/bits"
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

func (s NUTS) maxDepth() int { return cmp.Or(s.MaxDepth, 10) }

// Warmup returns the warm-up of these settings.
func (s NUTS) Warmup() Warmup {
	return Warmup{TargetAccept: cmp.Or(s.TargetAccept, 0.8), Metric: s.Metric, Windows: s.Windows}
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
	n.w.maxDelta = cmp.Or(s.MaxEnergyError, 1000)
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
func (n *nuts) Step(dst *State, s State, tuning Tuning, key rng.Key) Info {
	return n.step(dst, s, tuning, newSeed(key))
}

// step is Step with a seed in place of the key.
func (n *nuts) step(dst *State, s State, tuning Tuning, r seed) Info {
	w := n.w
	checkMetric(tuning.Metric, w.target.Dim())
	w.seed, w.metric, w.eps = r, tuning.Metric, tuning.StepSize
	w.accept, w.leapfrogs, w.divergent = 0, 0, false

	w.back.start(s)
	n.pcg.Seed(r.hi, r.lo)
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
		back := r.uniform(depth, addressDirection) < 0.5
		if back {
			z, eps = &w.back, -eps
		}
		sub, ok := w.double(z, depth, eps)
		if !ok {
			break
		}
		// Biased progressive sampling, which favours the new half.
		if math.Log(r.uniform(depth, addressAccept)) < sub.log()-sum.log() {
			w.sample, w.proposed = w.proposed, w.sample
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

// trajectory is the workspace of one chain, allocated once: all that a step of NUTS
// needs.
type trajectory struct {
	target Target
	stop   *atomic.Bool // set by another goroutine; nil for none

	back, forth phase    // the two ends
	whole       span     // from back to forth
	stack       []span   // of the subtree being built, the lowest level last
	sample      proposal // among the points of the whole
	proposed    proposal // among those of the subtree

	metric      Metric
	eps, energy float64 // of the step, and at its start
	seed        seed
	maxDelta    float64

	accept    float64 // sum of the acceptance probabilities
	leapfrogs int
	divergent bool
}

func newTrajectory(t Target, maxDepth int) *trajectory {
	dim := t.Dim()
	w := &trajectory{
		target:   t,
		back:     newPhase(dim),
		forth:    newPhase(dim),
		whole:    newSpan(dim),
		stack:    make([]span, maxDepth+1),
		sample:   newProposal(dim),
		proposed: newProposal(dim),
	}
	for i := range w.stack {
		w.stack[i] = newSpan(dim)
	}
	return w
}

// stopped reports whether the run was cancelled.
func (w *trajectory) stopped() bool { return w.stop != nil && w.stop.Load() }

// double builds the subtree of 2^depth points beyond the end z and moves z to its far
// end. It leaves the subtree's span in stack[0] and its chosen point in proposed. It
// returns the subtree's weight, and false if the subtree must not be used: it
// diverged, or it or one of its own subtrees turned.
//
// The points come in order. A subtree of 2^k points ends where the index of its last
// point has k trailing ones, and is then merged with the one before it: the tree is
// that of the recursion, whose pending left halves are on the stack.
func (w *trajectory) double(z *phase, depth int, eps float64) (weight, bool) {
	var sum weight
	w.proposed.clear()
	top := 0 // finished subtrees on the stack
	for leaf := range 1 << depth {
		if w.stopped() {
			return sum, false
		}
		z.leapfrog(w.target, w.metric, eps)
		w.leapfrogs++
		h := z.energy()
		lw := w.energy - h
		if !(lw >= -w.maxDelta) {
			w.divergent = true
			return sum, false
		}
		w.accept += sum.add(lw)
		w.proposed.offer(z, h, lw+w.seed.gumbel(depth, leaf))
		if depth == 0 {
			w.stack[0].single(z.p, z.v)
			return sum, true
		}
		if leaf&1 == 0 {
			w.stack[top].first(z.p, z.v)
			continue
		}
		if !w.stack[top].second(z.p, z.v) {
			return sum, false
		}
		top++
		for range bits.TrailingZeros(^uint(leaf)) - 1 {
			if !w.stack[top-2].merge(&w.stack[top-1]) {
				return sum, false
			}
			top--
		}
	}
	return sum, true
}
