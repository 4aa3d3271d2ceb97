package infer

import "math"

// weight is a sum of exponentials, held as exp(shift) * sum. The shift stays at
// zero, which is the weight of the start of a trajectory, unless a weight is far
// above it; what is so far below that it vanishes is below 1e-300 of the start.
type weight struct {
	shift, sum float64
}

// maxExponent keeps sums of up to 2^30 exponentials finite.
const maxExponent = 600

// add adds exp(lw) and returns min(1, exp(lw)).
func (w *weight) add(lw float64) float64 {
	w.raise(lw)
	e := math.Exp(lw - w.shift)
	w.sum += e
	if w.shift == 0 {
		return min(1, e)
	}
	return math.Exp(min(0, lw))
}

// raise makes room for a weight of that logarithm.
func (w *weight) raise(lw float64) {
	if lw > w.shift+maxExponent {
		w.sum *= math.Exp(w.shift - lw)
		w.shift = lw
	}
}

// merge adds all of u.
func (w *weight) merge(u weight) {
	w.raise(u.shift)
	w.sum += u.sum * math.Exp(u.shift-w.shift)
}

// log returns the logarithm of the sum; -Inf for none.
func (w weight) log() float64 { return w.shift + math.Log(w.sum) }

// proposal is a point of a trajectory, chosen among those offered so far.
type proposal struct {
	x, grad         []float64
	logProb, energy float64
	score           float64
}

func newProposal(dim int) proposal {
	b := make([]float64, 2*dim)
	return proposal{x: b[:dim:dim], grad: b[dim:]}
}

// clear forgets what was offered.
func (q *proposal) clear() { q.score = math.Inf(-1) }

// offer takes z over if its score, log weight plus a Gumbel variate of its own, is
// the highest so far. The point that is left has been chosen with probability in
// proportion to the weights, whatever the order of the offers.
func (q *proposal) offer(z *phase, energy, score float64) {
	if score > q.score {
		copy(q.x, z.x)
		copy(q.grad, z.grad)
		q.logProb, q.energy, q.score = z.logProb, energy, score
	}
}
