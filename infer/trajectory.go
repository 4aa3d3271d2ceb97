package infer

import "math"

// phase is a point of phase space with the velocity of its momentum and the
// density at its position. All slices are Dim long.
type phase struct {
	x, p, v, grad []float64
	logProb       float64
}

func newPhase(dim int) phase {
	b := make([]float64, 4*dim)
	return phase{x: b[:dim:dim], p: b[dim : 2*dim : 2*dim], v: b[2*dim : 3*dim : 3*dim], grad: b[3*dim:]}
}

// start sets z to the state s; the caller draws the momentum.
func (z *phase) start(s State) {
	copy(z.x, s.X)
	copy(z.grad, s.Grad)
	z.logProb = s.LogProb
}

// copyFrom copies all of a point.
func (z *phase) copyFrom(y *phase) {
	copy(z.x, y.x)
	copy(z.p, y.p)
	copy(z.v, y.v)
	copy(z.grad, y.grad)
	z.logProb = y.logProb
}

// leapfrog moves z by one step of size eps, negative for backwards in time:
//
//	p <- p + eps/2 grad log p(x),  x <- x + eps M⁻¹ p,  p <- p + eps/2 grad log p(x)
//
// It is symplectic and reversible, with an error in the energy of O(eps²) over a
// fixed time. Outside of the support the energy is infinite.
func (z *phase) leapfrog(t Target, m Metric, eps float64) {
	half := eps / 2
	x, p, v, g := z.x, z.p[:len(z.x)], z.v[:len(z.x)], z.grad[:len(z.x)]
	for i := range x {
		p[i] += half * g[i]
	}
	m.Velocity(v, p)
	for i := range x {
		x[i] += eps * v[i]
	}
	z.logProb = logProbGrad(t, z.grad, z.x)
	for i := range x {
		p[i] += half * g[i]
	}
	m.Velocity(v, p)
}

// energy returns H = -log p(x) + p'M⁻¹p / 2; +Inf where it has no value.
func (z *phase) energy() float64 {
	var k float64
	v := z.v[:len(z.p)]
	for i, p := range z.p {
		k += p * v[i]
	}
	if h := k/2 - z.logProb; h <= math.MaxFloat64 {
		return h
	}
	return math.Inf(1)
}

// span is what the U-turn criterion needs of a piece of a trajectory: momentum
// and velocity at its two ends and the sum of the momenta of all its points.
type span struct {
	pBeg, vBeg, pEnd, vEnd, rho []float64
}

func newSpan(dim int) span {
	b := make([]float64, 5*dim)
	return span{b[:dim:dim], b[dim : 2*dim : 2*dim], b[2*dim : 3*dim : 3*dim], b[3*dim : 4*dim : 4*dim], b[4*dim:]}
}

// single makes s the span of one point.
func (s *span) single(p, v []float64) {
	copy(s.pBeg, p)
	copy(s.vBeg, v)
	copy(s.pEnd, p)
	copy(s.vEnd, v)
	copy(s.rho, p)
}

// first begins a pair of points.
func (s *span) first(p, v []float64) {
	copy(s.pBeg, p)
	copy(s.vBeg, v)
}

// second ends a pair of points and reports whether the trajectory goes on. For two
// points the checks between halves are the same as that of the whole.
func (s *span) second(p, v []float64) bool {
	n := len(s.rho)
	pBeg, vBeg, rho, p, v := s.pBeg[:n], s.vBeg[:n], s.rho, p[:n], v[:n]
	var beg, end float64
	for i := range rho {
		r := pBeg[i] + p[i]
		beg += vBeg[i] * r
		end += v[i] * r
		rho[i] = r
	}
	copy(s.pEnd, p)
	copy(s.vEnd, v)
	return beg > 0 && end > 0
}

// flip reverses s: its beginning becomes its end.
func (s *span) flip() {
	s.pBeg, s.pEnd = s.pEnd, s.pBeg
	s.vBeg, s.vEnd = s.vEnd, s.vBeg
}

// merge joins t to the end of s and reports whether the trajectory goes on: it
// does not if the whole turns, or s with the first point of t, or t with the last
// point of s,
//
//	v_beg . rho > 0  and  v_end . rho > 0,  rho the sum of the momenta,
//
// for each of the three. The last two find a turn between the halves that the whole
// hides, as of a trajectory that closes on itself. The contents of t are lost.
func (s *span) merge(t *span) bool {
	n := len(s.rho)
	sRho, tRho := s.rho[:n], t.rho[:n]
	sVBeg, sVEnd, sPEnd := s.vBeg[:n], s.vEnd[:n], s.pEnd[:n]
	tVBeg, tVEnd, tPBeg := t.vBeg[:n], t.vEnd[:n], t.pBeg[:n]
	var wholeBeg, wholeEnd, leftBeg, leftEnd, rightBeg, rightEnd float64
	for i := range sRho {
		left := sRho[i] + tPBeg[i]
		right := tRho[i] + sPEnd[i]
		rho := sRho[i] + tRho[i]
		wholeBeg += sVBeg[i] * rho
		wholeEnd += tVEnd[i] * rho
		leftBeg += sVBeg[i] * left
		leftEnd += tVBeg[i] * left
		rightBeg += sVEnd[i] * right
		rightEnd += tVEnd[i] * right
		sRho[i] = rho
	}
	s.pEnd, t.pEnd = t.pEnd, s.pEnd
	s.vEnd, t.vEnd = t.vEnd, s.vEnd
	return wholeBeg > 0 && wholeEnd > 0 && leftBeg > 0 && leftEnd > 0 && rightBeg > 0 && rightEnd > 0
}

// weight is a sum of exponentials, exp(shift) * sum. The shift is zero, the log weight
// of the start of a trajectory, unless a weight is far above it; a weight that
// underflows is below 1e-300 of that of the start.
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

// raise raises the shift so that exp(lw - shift) is finite.
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

// clear removes what was offered.
func (q *proposal) clear() { q.score = math.Inf(-1) }

// offer copies z if its score, log weight plus a Gumbel variate of its own, is the
// highest so far. The point that remains is chosen with probability proportional to
// the weights, for any order of the offers.
func (q *proposal) offer(z *phase, energy, score float64) {
	if score > q.score {
		copy(q.x, z.x)
		copy(q.grad, z.grad)
		q.logProb, q.energy, q.score = z.logProb, energy, score
	}
}
