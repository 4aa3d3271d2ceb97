package emulate

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/function"
	"matheron/progress"
)

// Rollout evaluates a policy along dynamics that are known as function draws. From
// each start, draw s of the dynamics gives one trajectory and its return,
//
//	a_t   = policy(x_t, t),
//	x_t+1 = x_t + f_s(x_t, a_t)     (or f_s(x_t, a_t) alone),
//	J_s   = sum_t Discount^t reward(x_t, a_t, x_t+1, t),  t = 0, ..., Horizon-1.
//
// Each draw is the same function at all steps: its errors do not average out along
// the way, as those of a fresh draw of the marginal at each step would, so that
// J_s is a draw of the return's distribution under what is known of the dynamics
// (Deisenroth and Rasmussen 2011, PILCO, propagate moments instead).
//
// The policy and the reward are called one at a time, on the goroutine of Run, draw
// after draw and start after start within each step.
type Rollout struct {
	// Dynamics has the draws of one function of (state, action) for each dimension
	// of the state. Draw s of one goes with draw s of the others; draws of one
	// function alone, such as those of [function.Of], go with all.
	Dynamics []function.Functions
	// Absolute says that the dynamics give the next state, not its change.
	Absolute bool
	// Actions is the number of dimensions of an action; it may be 0.
	Actions int
	// Policy sets action, all zero when it is called, for a state that it only
	// reads. nil leaves the action zero.
	Policy func(action, state []float64, step int)
	// Reward of a step. It keeps none of its arguments.
	Reward func(state, action, next []float64, step int) float64
	// Done, if not nil, ends a trajectory in a state that a step has led to.
	Done func(state []float64, step int) bool
	// Horizon is the number of steps.
	Horizon int
	// Discount is between 0 and 1; 0 means 1, no discount.
	Discount float64
	// Keep asks for the trajectories as part of the result, S M (Horizon + 1) states.
	Keep bool
	// Progress, if it is set, is told of each step: stage "steps", no value.
	Progress progress.Func
}

// StateError is the error of a trajectory with a state or a reward that is not finite.
type StateError struct {
	Path, Start, Step int // Path is -1 for the mean dynamics
	Dimension         int // of the state, -1 if it is the reward that is bad
	Value             float64
}

// Error names the place.
func (e *StateError) Error() string {
	what := "reward"
	if e.Dimension >= 0 {
		what = fmt.Sprintf("state %d", e.Dimension)
	}
	path := fmt.Sprintf("path %d", e.Path)
	if e.Path < 0 {
		path = "mean dynamics"
	}
	return fmt.Sprintf("%s, start %d, step %d: %s is %v", path, e.Start, e.Step, what, e.Value)
}

// Run returns the returns from each row of starts, M x state dimensions. All draws
// go one step at a time, evaluated together at points of their own
// ([function.EachEvaler]): Horizon evaluations of S M points, and Horizon S M more for
// the mean dynamics. The result has the same bits for any number of goroutines if
// the draws have.
//
// It returns a [*StateError], and that of ctx, which it looks at before each step;
// there is no return before the last step. It panics on shapes that do not fit.
func (r Rollout) Run(ctx context.Context, starts *mat.Dense) (*Returns, error) {
	s := r.check(starts)
	out := &Returns{}
	var err error
	if out.Values, out.states, err = r.roll(ctx, r.Dynamics, s, starts, false); err != nil {
		return nil, err
	}
	means := make([]function.Functions, len(r.Dynamics))
	for d, f := range r.Dynamics {
		means[d] = function.Mean(f)
	}
	r.Progress = nil
	one, states, err := r.roll(ctx, means, 1, starts, true)
	if err != nil {
		return nil, err
	}
	out.MeanDynamics, out.meanStates = mat.Row(nil, 0, one), states
	return out, nil
}

// check panics on misuse and returns the number of draws S.
func (r Rollout) check(starts *mat.Dense) int {
	if len(r.Dynamics) == 0 || r.Horizon < 1 || r.Actions < 0 || r.Reward == nil {
		panic(fmt.Sprintf("emulate: a rollout of %d state dimensions, %d actions, %d steps, reward %t",
			len(r.Dynamics), r.Actions, r.Horizon, r.Reward != nil))
	}
	if !(r.Discount >= 0 && r.Discount <= 1) {
		panic(fmt.Sprintf("emulate: a discount of %v", r.Discount))
	}
	if starts.IsEmpty() || starts.RawMatrix().Cols != len(r.Dynamics) {
		panic(fmt.Sprintf("emulate: starts do not have %d columns, one a dimension of the state", len(r.Dynamics)))
	}
	s := 1
	for d, f := range r.Dynamics {
		if f.Inputs() != len(r.Dynamics)+r.Actions {
			panic(fmt.Sprintf("emulate: dynamics %d have %d inputs, not %d states and %d actions", d, f.Inputs(), len(r.Dynamics), r.Actions))
		}
		n := f.Len()
		if n < 1 || n > 1 && s > 1 && n != s {
			panic(fmt.Sprintf("emulate: dynamics %d have %d draws and others %d", d, n, s))
		}
		s = max(s, n)
	}
	return s
}

// roll returns the returns S x M and, with Keep, the states of path s at [s].
func (r Rollout) roll(ctx context.Context, dynamics []function.Functions, s int, starts *mat.Dense, mean bool) (*mat.Dense, [][]*mat.Dense, error) {
	m, dim := starts.Dims()
	steps := make([]func(xs []*mat.Dense) [][]float64, dim)
	for d, f := range dynamics {
		steps[d] = together(f, s)
	}
	// Row i of points[k] is (state, action) of draw k from start i.
	points := make([]*mat.Dense, s)
	for k := range points {
		points[k] = mat.NewDense(m, dim+r.Actions, nil)
		for i := range m {
			copy(points[k].RawRowView(i), starts.RawRowView(i))
		}
	}
	var states [][]*mat.Dense
	if r.Keep {
		states = newStates(points, m, dim, r.Horizon)
	}
	returns, ended, weight := mat.NewDense(s, m, nil), make([]bool, s*m), 1.0
	delta, next := make([][][]float64, dim), make([]float64, dim)
	for t := range r.Horizon {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		if r.Policy != nil {
			for k := range points {
				for i := range m {
					row := points[k].RawRowView(i)
					clear(row[dim:])
					if !ended[k*m+i] {
						r.Policy(row[dim:len(row):len(row)], row[:dim:dim], t)
					}
				}
			}
		}
		for d, step := range steps {
			delta[d] = step(points)
		}
		for k := range points {
			for i := range m {
				row := points[k].RawRowView(i)
				if ended[k*m+i] {
					keep(states, k, i, t+1, row[:dim])
					continue
				}
				bad := StateError{Path: k, Start: i, Step: t}
				if mean {
					bad.Path = -1
				}
				for d := range next {
					next[d] = delta[d][k][i]
					if !r.Absolute {
						next[d] += row[d]
					}
					if !finite(next[d]) {
						bad.Dimension, bad.Value = d, next[d]
						return nil, nil, &bad
					}
				}
				reward := r.Reward(row[:dim:dim], row[dim:len(row):len(row)], next, t)
				if !finite(reward) {
					bad.Dimension, bad.Value = -1, reward
					return nil, nil, &bad
				}
				returns.Set(k, i, returns.At(k, i)+weight*reward)
				copy(row, next)
				keep(states, k, i, t+1, next)
				ended[k*m+i] = r.Done != nil && r.Done(row[:dim:dim], t)
			}
		}
		if r.Discount > 0 {
			weight *= r.Discount
		}
		r.Progress.Report(progress.Update{Stage: "steps", Done: t + 1, Total: r.Horizon, Value: math.NaN()})
	}
	return returns, states, nil
}

// together returns how s draws are evaluated at points of their own: the draws of
// d, or its only function for all.
func together(d function.Functions, s int) func(xs []*mat.Dense) [][]float64 {
	if d.Len() > 1 || s == 1 {
		return function.EachEvaluator(d)
	}
	evalTo := function.EvaluatorTo(d)
	return func(xs []*mat.Dense) [][]float64 {
		m, c := xs[0].Dims()
		all, values := mat.NewDense(s*m, c, nil), mat.NewDense(1, s*m, nil)
		for k, x := range xs {
			all.Slice(k*m, (k+1)*m, 0, c).(*mat.Dense).Copy(x)
		}
		evalTo(values, all)
		out := make([][]float64, s)
		for k := range out {
			out[k] = values.RawRowView(0)[k*m : (k+1)*m]
		}
		return out
	}
}

// newStates returns the trajectories with their starts; the steps are zero.
func newStates(points []*mat.Dense, m, dim, horizon int) [][]*mat.Dense {
	states := make([][]*mat.Dense, len(points))
	for k, x := range points {
		for i := range m {
			states[k] = append(states[k], mat.NewDense(horizon+1, dim, nil))
			keep(states, k, i, 0, x.RawRowView(i)[:dim])
		}
	}
	return states
}

func keep(states [][]*mat.Dense, k, i, t int, x []float64) {
	if states != nil {
		states[k][i].SetRow(t, x)
	}
}
