package infer

import (
	"math/bits"
	"sync/atomic"
)

// trajectory is the workspace of one chain: all that a step of a sampler needs,
// allocated once.
type trajectory struct {
	target Target
	stop   *atomic.Bool // set by another goroutine; nil for none

	back, forth phase    // the two ends
	whole       span     // from back to forth
	stack       []span   // of the subtree being built, the lowest level last
	sample      proposal // among the points of the whole
	candidate   proposal // among those of the subtree

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
		target:    t,
		back:      newPhase(dim),
		forth:     newPhase(dim),
		whole:     newSpan(dim),
		stack:     make([]span, maxDepth+1),
		sample:    newProposal(dim),
		candidate: newProposal(dim),
	}
	for i := range w.stack {
		w.stack[i] = newSpan(dim)
	}
	return w
}

// stopped reports whether the run was cancelled.
func (w *trajectory) stopped() bool { return w.stop != nil && w.stop.Load() }

// double builds the subtree of 2^depth points beyond the end z, moving z to its
// far end. The subtree's span is left in the first of the stack, its chosen point
// in candidate. It returns the subtree's weight, and false if it must not be used:
// it diverged, or it or one of its own subtrees turned.
//
// The points come in order; a subtree of 2^k points ends where the index of its
// last point has k trailing ones, and is then merged with the one before it: the
// same tree as a recursion would build, its pending left halves on the stack.
func (w *trajectory) double(z *phase, depth int, eps float64) (weight, bool) {
	var sum weight
	w.candidate.clear()
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
		w.candidate.offer(z, h, lw+w.seed.gumbel(depth, leaf))
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
