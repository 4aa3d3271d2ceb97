package optimize

import (
	"context"

	"gonum.org/v1/gonum/floats"
)

// LBFGS minimises by the limited-memory BFGS method (Nocedal, Updating
// quasi-Newton matrices with limited storage, Math. Comp. 35, 1980): the two-loop
// recursion, and a line search for the strong Wolfe conditions. An iteration
// costs O(Memory n) beside its evaluations, nearly always one. The zero value is
// ready for use.
//
// gonum's optimize.LBFGS is not wrapped. It keeps the state of a run in the value
// that holds its settings, passes every evaluation through channels between two
// goroutines, asks for value and gradient by two calls, and has no answer to an
// infeasible step. On the unbounded problems of testdata, to a gradient of 1e-5,
// it makes 5,531 evaluations with its default line search and 4,862 with its
// More-Thuente search, this one 4,900; gonum 0.17.
type LBFGS struct {
	// Memory is the number of pairs kept. 0 means 10.
	Memory int
	// MaxIterations and MaxEvaluations bound a run; 0 means 15,000 each.
	MaxIterations  int
	MaxEvaluations int
	// GradTol stops a run once the largest component of the (projected) gradient
	// is within it. 0 means 1e-5; a negative value stops at an exact zero only.
	GradTol float64
	// RelTol stops a run once an iteration from f to f' has
	//
	//	f - f' <= RelTol max(|f|, |f'|, 1),
	//
	// which is L-BFGS-B's factr times the unit roundoff 2.2e-16. 0 means 2.2e-9
	// (factr = 1e7); a negative value switches the test off.
	RelTol float64
	// Observe, if not nil, is called after each iteration, on the goroutine of
	// the run; it changes nothing of the run.
	Observe func(Iteration)
}

// Minimize implements [Minimizer]. The errors are a *[NotFinite] at the start,
// and ctx.Err().
func (l LBFGS) Minimize(ctx context.Context, f Objective, x0 []float64) (Result, error) {
	return minimize(ctx, f, x0, Box{}, l)
}

// twoLoop finds the direction -H g of an unbounded problem.
type twoLoop struct {
	alpha []float64
}

// direction sets d to -H g.
func (t *twoLoop) direction(d, g []float64, mem *memory) {
	floats.ScaleTo(d, -1, g)
	size := len(mem.s)
	for i := mem.k - 1; i >= 0; i-- {
		t.alpha[i] = floats.Dot(mem.s[i], d) / mem.sy[i*size+i]
		floats.AddScaled(d, -t.alpha[i], mem.y[i])
	}
	floats.Scale(1/mem.theta, d)
	for i := range mem.k {
		beta := floats.Dot(mem.y[i], d) / mem.sy[i*size+i]
		floats.AddScaled(d, t.alpha[i]-beta, mem.s[i])
	}
}
