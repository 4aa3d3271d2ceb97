package optimize

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

const epsilon = 0x1p-52 // spacing of float64 at 1

// Defaults, those of SciPy's L-BFGS-B.
const (
	defaultMemory  = 10
	defaultLimit   = 15000
	defaultGradTol = 1e-5
	defaultRelTol  = 1e7 * epsilon
)

func (l LBFGS) withDefaults() LBFGS {
	if l.Memory < 0 || l.MaxIterations < 0 || l.MaxEvaluations < 0 || math.IsNaN(l.GradTol) || math.IsNaN(l.RelTol) {
		panic(fmt.Sprintf("optimize: negative Memory, MaxIterations or MaxEvaluations, or a tolerance that is NaN: %d, %d, %d, %g, %g",
			l.Memory, l.MaxIterations, l.MaxEvaluations, l.GradTol, l.RelTol))
	}
	if l.Memory == 0 {
		l.Memory = defaultMemory
	}
	if l.MaxIterations == 0 {
		l.MaxIterations = defaultLimit
	}
	if l.MaxEvaluations == 0 {
		l.MaxEvaluations = defaultLimit
	}
	if l.GradTol == 0 {
		l.GradTol = defaultGradTol
	}
	l.GradTol = max(l.GradTol, 0)
	if l.RelTol == 0 {
		l.RelTol = defaultRelTol
	}
	return l
}

// point is a place with its value and gradient.
type point struct {
	x, g []float64
	f    float64
}

func (p *point) set(q point) {
	copy(p.x, q.x)
	copy(p.g, q.g)
	p.f = q.f
}

// run is the state of one minimisation, all its buffers included.
type run struct {
	LBFGS
	ctx       context.Context
	objective Objective
	box       Box  // both slices present
	bounded   bool // some bound is finite
	boxed     bool // all are

	at       point   // the iterate, or the trial being evaluated
	from     point   // the iterate that a line search started from
	low      point   // best step of the line search
	best     point   // lowest value of the run
	bestStep float64 // step of best in its line search
	d        []float64
	aim      []float64 // the point at step 1, exactly
	mem      *memory
	loop     *twoLoop
	proj     *projected
	line     lineSearch
	quit     func(slope float64) bool // asked before each step; nil never quits
	fresh    bool                     // the memory was just cleared: the scale of d is unknown
	seen     []float64                // the copy of X that Observe is given

	iterations, evaluations int
}

func minimize(ctx context.Context, f Objective, x0 []float64, box Box, set LBFGS) (Result, error) {
	n := len(x0)
	set = set.withDefaults()
	if err := box.check(n); err != nil {
		return Result{X: append([]float64(nil), x0...), F: math.NaN()}, err
	}
	return newRun(ctx, f, n, box, set).minimize(x0)
}

// minimize runs from x0.
func (r *run) minimize(x0 []float64) (Result, error) {
	r.box.Project(r.at.x, x0)
	for i, v := range r.at.x {
		if !feasible(v) {
			return r.result(r.at, NotStarted), &NotFinite{What: "start", Index: i, Value: x0[i]}
		}
	}
	if r.ctx.Err() != nil {
		return r.result(r.at, Cancelled), r.ctx.Err()
	}
	r.evaluate()
	r.best.set(r.at)
	if !feasible(r.at.f) {
		return r.result(r.at, NotStarted), &NotFinite{What: "objective", Index: -1, Value: r.at.f}
	}
	for i, v := range r.at.g {
		if !feasible(v) {
			return r.result(r.at, NotStarted), &NotFinite{What: "gradient", Index: i, Value: v}
		}
	}
	status := r.iterate()
	end := r.best
	if status.Converged() {
		end = r.at
	}
	if status == Cancelled {
		return r.result(end, status), r.ctx.Err()
	}
	return r.result(end, status), nil
}

func newRun(ctx context.Context, f Objective, n int, box Box, set LBFGS) *run {
	r := &run{LBFGS: set, ctx: ctx, objective: f, fresh: true}
	dense, bounded, boxed := box.dense(n)
	r.box, r.bounded, r.boxed = dense, bounded > 0, boxed == n
	buf := make([]float64, 10*n)
	take := func() []float64 {
		v := buf[:n:n]
		buf = buf[n:]
		return v
	}
	for _, p := range []*point{&r.at, &r.from, &r.low, &r.best} {
		p.x, p.g, p.f = take(), take(), math.NaN()
	}
	r.d, r.aim = take(), take()
	r.mem = newMemory(set.Memory, n)
	if r.bounded {
		r.proj = newProjected(r.box, set.Memory, n)
	} else {
		r.loop = &twoLoop{alpha: make([]float64, set.Memory)}
	}
	return r
}

// reset readies the run for another in a box, of which both slices are present.
func (r *run) reset(box Box) {
	r.box, r.proj.box = box, box
	r.iterations, r.evaluations = 0, 0
	r.restart()
}

// result copies p: a Result shares no storage with the run.
func (r *run) result(p point, s Status) Result {
	res := Result{
		X:          append([]float64(nil), p.x...),
		F:          p.f,
		Status:     s,
		Iterations: r.iterations, Evaluations: r.evaluations,
	}
	if r.evaluations > 0 {
		res.Grad = append([]float64(nil), p.g...)
	}
	return res
}

// evaluate fills in the value and gradient of r.at.
func (r *run) evaluate() {
	r.at.f = r.objective(r.at.x, r.at.g)
	r.evaluations++
}

// iterate runs from the evaluated start until there is a reason to stop.
func (r *run) iterate() Status {
	if r.Observe != nil {
		r.seen = make([]float64, len(r.at.x))
	}
	norm := r.gradNorm()
	for {
		if norm <= r.GradTol {
			return GradientSmall
		}
		if r.iterations >= r.MaxIterations {
			return IterationLimit
		}
		r.from.set(r.at)
		slope, ok := r.direct()
		if !ok {
			if r.fresh {
				return LineSearchFailed
			}
			r.restart()
			continue
		}
		if r.quit != nil && r.quit(slope) {
			return abandoned
		}
		step, found, stop := r.search(slope)
		if stop != NotStarted {
			return stop
		}
		if !found {
			if stop = r.rescue(slope); stop != NotStarted {
				return stop
			}
			norm = r.gradNorm()
			continue
		}
		r.fresh = false
		norm = r.gradNorm()
		r.finish(norm, step)
		if norm <= r.GradTol {
			return GradientSmall
		}
		if r.RelTol >= 0 && r.from.f-r.at.f <= r.RelTol*max(math.Abs(r.from.f), math.Abs(r.at.f), 1) {
			return FunctionConverged
		}
		r.mem.push(r.at.x, r.from.x, r.at.g, r.from.g)
	}
}

// finish counts an iteration that has moved to r.at.
func (r *run) finish(norm, step float64) {
	r.iterations++
	if r.Observe != nil {
		copy(r.seen, r.at.x)
		r.Observe(Iteration{
			Iteration: r.iterations, Evaluations: r.evaluations,
			F: r.at.f, GradNorm: norm, Step: step, X: r.seen,
		})
	}
}

// rescue decides how to go on after a line search found no step. It returns a
// Status other than NotStarted if there is no way.
func (r *run) rescue(slope float64) Status {
	scale := max(math.Abs(r.from.f), 1)
	if r.from.f-r.best.f > max(r.RelTol, epsilon)*scale {
		// No step with enough decrease, but one much lower: where a barrier
		// makes the slope huge, enough is too much to ask.
		r.at.set(r.best)
		r.restart()
		r.finish(r.gradNorm(), r.bestStep)
		return NotStarted
	}
	r.at.set(r.from)
	switch {
	case -slope <= r.RelTol*scale:
		// Rounding hides what is left: even the slope at x promises no more than
		// the tolerance.
		return FunctionConverged
	case r.fresh:
		return LineSearchFailed
	}
	r.restart()
	return NotStarted
}

func (r *run) gradNorm() float64 {
	if !r.bounded {
		return floats.Norm(r.at.g, math.Inf(1))
	}
	return r.box.GradNorm(r.at.x, r.at.g)
}

func (r *run) restart() {
	r.mem.reset()
	r.fresh = true
}

// direct sets d, and aim to x + d, and returns the slope along d. It reports
// false if d is not downhill.
func (r *run) direct() (slope float64, ok bool) {
	if r.bounded {
		if !r.proj.target(r.aim, r.from.x, r.from.g, r.mem) {
			return 0, false
		}
		floats.SubTo(r.d, r.aim, r.from.x)
	} else {
		r.loop.direction(r.d, r.from.g, r.mem)
		floats.AddTo(r.aim, r.from.x, r.d)
	}
	slope = floats.Dot(r.d, r.from.g)
	return slope, slope < 0 && feasible(slope)
}

// firstStep returns the step to try first, and the longest allowed.
func (r *run) firstStep() (t, longest float64) {
	t, longest = 1, maxStep
	if r.bounded {
		if r.iterations == 0 {
			longest = 1
		} else {
			longest = r.longestStep()
		}
	}
	if r.fresh && !r.boxed {
		t = min(1/floats.Norm(r.d, 2), longest)
	}
	return t, longest
}

// longestStep returns the step t at which x + t d leaves the box, at least 1.
func (r *run) longestStep() float64 {
	longest := maxStep
	for i, d := range r.d {
		switch {
		case d > 0:
			longest = min(longest, (r.box.Upper[i]-r.from.x[i])/d)
		case d < 0:
			longest = min(longest, (r.box.Lower[i]-r.from.x[i])/d)
		}
	}
	return max(longest, 1)
}

// search moves r.at along d until the line search is content. It reports
// whether a step was found, and a Status other than NotStarted if the run has
// to stop.
func (r *run) search(slope float64) (step float64, found bool, stop Status) {
	t, longest := r.firstStep()
	r.line.begin(r.from.f, slope, t, longest)
	r.low.f = math.NaN()
	for {
		if r.ctx.Err() != nil {
			return 0, false, Cancelled
		}
		if r.evaluations >= r.MaxEvaluations {
			return 0, false, EvaluationLimit
		}
		t = r.line.t
		if t == 1 {
			copy(r.at.x, r.aim)
		} else {
			floats.AddScaledTo(r.at.x, r.from.x, t, r.d)
			if r.bounded {
				r.box.Project(r.at.x, r.at.x)
			}
		}
		r.evaluate()
		if math.IsInf(r.at.f, -1) {
			r.best.set(r.at)
			return 0, false, Unbounded
		}
		// One component that is not finite makes the product so, even times zero.
		g := floats.Dot(r.d, r.at.g)
		if r.at.f < r.best.f && feasible(g) {
			r.best.set(r.at)
			r.bestStep = t
		}
		v := r.line.next(r.at.f, g)
		if r.line.low.t == t {
			r.low.set(r.at)
		}
		switch v {
		case accepted:
			return t, true, NotStarted
		case exhausted:
			low := trial{r.line.low.t, r.low.f, 0}
			if low.t == 0 || !r.line.decreased(low) || !(low.f < r.from.f) {
				return 0, false, NotStarted
			}
			r.at.set(r.low)
			return low.t, true, NotStarted
		}
	}
}
