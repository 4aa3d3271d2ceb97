package sparse

import (
	"context"
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/linalg"
	"matheron/optimize"
	"matheron/progress"
)

// collapsedMemory is that of L-BFGS-B: inducing inputs make many variables, of
// which few trade against each other.
const collapsedMemory = 20

// collapsed climbs the collapsed bound on all rows.
func (f Fit) collapsed(ctx context.Context, c *coordinates, x *mat.Dense, y []float64) (*Fitted, error) {
	bound := NewCollapsed(x, y)
	u := c.origin()
	p, noise := c.at(u)
	if _, err := bound.Eval(p, noise); err != nil {
		return nil, err
	}
	objective := func(u, grad []float64) float64 {
		p, noise := c.at(u)
		if grad == nil {
			v, err := bound.Eval(p, noise)
			if err != nil {
				return math.Inf(1)
			}
			return -v - c.logPrior(u)
		}
		v, g, err := bound.EvalGrad(p, noise)
		if err != nil {
			return math.Inf(1)
		}
		return -v - c.descent(grad, u, g)
	}
	var trace []float64
	report := func(it optimize.Iteration) {
		trace = append(trace, -it.F)
		f.Progress.Report(progress.Update{Stage: "epochs", Done: it.Iteration, Total: f.Epochs, Value: -it.F})
	}
	status, iterations := optimize.FunctionConverged, 0
	var ended error
	if len(u) > 0 {
		r, err := optimize.LBFGSB{
			Box: c.box(u), Memory: collapsedMemory, MaxIterations: f.Epochs, RelTol: 1e-7, Observe: report,
		}.Minimize(ctx, objective, u)
		if err != nil && ctx.Err() == nil {
			return nil, err
		}
		ended = ctx.Err()
		if r.X != nil {
			u = r.X
		}
		status, iterations = r.Status, r.Iterations
	}
	out, err := f.finish(c, u, nil, x, y)
	if err != nil {
		return nil, err
	}
	out.Status, out.Epochs, out.Trace = status, iterations, trace
	return out, ended
}

// raiseJitter calls f, and again with more jitter on K_ZZ, as [linalg.Policy] has it,
// while that is not positive definite.
func (c *coordinates) raiseJitter(f func() error) error {
	err := f()
	if err == nil {
		return nil
	}
	for _, jitter := range (linalg.Policy{Jitter: c.jitter, Retry: true}).Jitters(c.scale())[1:] {
		var pivot *linalg.NotPositiveDefinite
		// Another failure, or a number that no jitter cures.
		if !errors.As(err, &pivot) || !finite(pivot.Value) {
			return err
		}
		c.jitter = jitter
		if err = f(); err == nil {
			return nil
		}
	}
	return err
}
