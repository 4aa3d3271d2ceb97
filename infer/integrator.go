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

// start sets z to the state s; the momentum is the caller's to draw.
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

// leapfrog moves z by one step of size eps, which is negative to go back in time:
//
//	p <- p + eps/2 grad log p(x),  x <- x + eps M⁻¹ p,  p <- p + eps/2 grad log p(x)
//
// It is symplectic and reversible, its error in the energy O(eps²) over a fixed
// time. Outside of the density it leaves a point of infinite energy.
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
