package optimize

import (
	"context"

	"gonum.org/v1/gonum/floats"
)

// LBFGSB minimises over a box by the L-BFGS-B method: Byrd, Lu, Nocedal, Zhu, A
// limited memory algorithm for bound constrained optimization (SIAM J. Sci.
// Comput. 16, 1995), with the subspace step of Morales and Nocedal (ACM TOMS 38,
// 2011). The Hessian is approximated in the compact form
//
//	B = theta I - W M Wᵀ,  W = [Y theta S],  M⁻¹ = [ -D      Lᵀ    ]
//	                                               [  L  theta SᵀS ]
//
// with D the diagonal and L the strict lower triangle of SᵀY. An iteration finds
// the first minimiser of that model along the projected gradient (the
// generalized Cauchy point, which chooses the active bounds), minimises the model
// over the variables that are then free, and searches the line to the result. It
// costs O(Memory n + Memory²) for each bound met along the way.
//
// Every point evaluated is in the box: a start outside is projected. Without a
// finite bound the run is that of [LBFGS]. The zero value is ready for use.
type LBFGSB struct {
	// Box holds the bounds. Variables with equal bounds stay fixed.
	Box Box

	// The rest is as in [LBFGS].
	Memory         int
	MaxIterations  int
	MaxEvaluations int
	GradTol        float64
	RelTol         float64
	Observe        func(Iteration)
}

// Minimize implements [Minimizer]. The errors are an *[InvalidBounds], a
// *[NotFinite] at the start, and ctx.Err(). It panics if the bounds are not as
// long as x0.
func (l LBFGSB) Minimize(ctx context.Context, f Objective, x0 []float64) (Result, error) {
	return minimize(ctx, f, x0, l.Box, LBFGS{
		Memory:         l.Memory,
		MaxIterations:  l.MaxIterations,
		MaxEvaluations: l.MaxEvaluations,
		GradTol:        l.GradTol,
		RelTol:         l.RelTol,
		Observe:        l.Observe,
	})
}

// projected finds the direction of a bounded problem.
type projected struct {
	box    Box
	middle saddle // M⁻¹
	cauchy cauchy
	sub    subspace
	loop   twoLoop
}

func newProjected(box Box, m, n int) *projected {
	return &projected{
		box:    box,
		middle: newSaddle(m),
		cauchy: newCauchy(m, n),
		sub:    newSubspace(m, n),
		loop:   twoLoop{alpha: make([]float64, m)},
	}
}

// target sets xt to the minimiser of the model over the box, as far as the
// method finds it. It reports false if the model has lost its definiteness.
func (p *projected) target(xt, x, g []float64, mem *memory) bool {
	if !p.factorizeMiddle(mem) {
		return false
	}
	p.cauchy.find(xt, x, g, p.box, mem, &p.middle)
	if mem.k == 0 || len(p.cauchy.free) == 0 {
		return true // without pairs the Cauchy point is the subspace minimiser
	}
	if len(p.cauchy.free) == len(x) {
		// With every variable free it is x - H g, and that is cheaper than K.
		step := p.sub.step
		p.loop.direction(step, g, mem)
		for i := range step {
			step[i] += x[i] - xt[i]
		}
		p.sub.restrict(xt, x, g, p.box, p.cauchy.free)
		return true
	}
	return p.sub.minimize(xt, x, g, p.box, mem, &p.middle, &p.cauchy)
}

func (p *projected) factorizeMiddle(mem *memory) bool {
	mid, m, k := &p.middle, len(mem.s), mem.k
	for i := range k {
		for j := range k {
			at := i*m + j
			mid.a[at], mid.b[at] = 0, 0
			switch {
			case j < i:
				mid.b[at] = mem.sy[at]
			case j == i:
				mid.a[at] = mem.sy[at]
			}
			if j <= i {
				mid.c[at] = mem.theta * mem.ss[at]
			}
		}
	}
	return mid.factorize(k)
}

// wTimes sets u and v to the halves of Wᵀ d: Yᵀ d and theta Sᵀ d.
func (m *memory) wTimes(u, v, d []float64) {
	for i := range m.k {
		u[i] = floats.Dot(m.y[i], d)
		v[i] = m.theta * floats.Dot(m.s[i], d)
	}
}
