package ppl

import (
	"errors"
	"fmt"
	"math"
	"sync"

	"matheron/rng"
)

// priorTries is how many draws from the prior may have a log density of -Inf, NaN or
// +Inf before a program is refused.
const priorTries = 20

// Target is a program with its handlers, and the log density of its latent sites as a
// function on R^Dim: with x = c(y) from the coordinates y of each site,
//
//	log p(y) = sum over sites of scale log p(x, data) + log |det dc/dy|
//
// A point holds the coordinates site after site, in the order of the program.
//
// A Target is immutable and safe for many goroutines: calls at the same time have
// a tape each, which later calls reuse.
type Target struct {
	layout
	model    Model
	handlers []Handler

	mu   sync.Mutex
	free []*evaluator
}

// NewTarget runs the program with draws from its prior to find its latent sites,
// their shapes and supports, and runs it again to check that these do not change. The
// handlers are part of the program; sites that they hide, condition on or substitute
// are no variables.
//
// The error names the site: one that failed (*[SiteError]), that has no map from R^n
// to its support, whose support reaches outside of that of a parameter that it is the
// prior of (*[SupportError]), that changes from run to run (*[StructureError]), or
// whose density is zero at all of 20 draws; or where the model panicked
// (*[PanicError]).
func NewTarget(m Model, key rng.Key, handlers ...Handler) (*Target, error) {
	if m == nil {
		panic("ppl: NewTarget: no model")
	}
	t := &Target{model: m, handlers: append([]Handler(nil), handlers...)}
	var first error
	for i := range priorTries {
		_, err := t.discover(key.Split(i))
		if err == nil {
			first = nil
			break
		}
		if first == nil {
			first = err
		}
		if !errors.As(err, new(drawError)) {
			return nil, err
		}
	}
	if first != nil {
		return nil, first
	}
	if t.dim == 0 {
		return nil, errNoVariables
	}
	// Other draws, to check that the sites do not change.
	for i := range 2 {
		var other Target
		other.model, other.handlers = m, t.handlers
		trace, err := other.discover(key.Named("again").Split(i))
		if trace == nil {
			if errors.As(err, new(*PanicError)) {
				return nil, err
			}
			continue // a failure of these numbers, not of the structure
		}
		if err := t.compare(&other.layout); err != nil {
			return nil, err
		}
		x, err := t.Unconstrain(trace.Values())
		if err != nil {
			continue // a draw that is rounded to the edge of its support
		}
		e := newEvaluator(t)
		if _, err := e.logProbGrad(0, make([]float64, t.dim), x); err != nil {
			return nil, err
		}
		t.free = append(t.free[:0], e)
	}
	return t, nil
}

// discover sets the layout from one run with draws. The trace is nil unless the
// run went through.
func (t *Target) discover(key rng.Key) (*Trace, error) {
	t.layout = layout{}
	trace := new(Trace)
	record := trace.Handler()
	known := priors{}
	find := func(next Eval) Eval {
		return func(c *Context, s *Site) {
			latent := s.Latent()
			if err := known.check(s); err != nil {
				panic(abort{err})
			}
			if s.Key == nil {
				s.SetKey(key.Named(s.Name))
			}
			next(c, s)
			var b Bijection
			if latent {
				var err error
				if b, err = bijection(s.Dist); err != nil {
					c.Fail(s, err)
				}
				known.add(s)
			}
			t.add(s, b)
		}
	}
	stack := append(append([]Handler(nil), t.handlers...), find, record)
	if err := Run(t.model, nil, stack...); err != nil {
		return nil, err
	}
	for _, r := range trace.Sites {
		if math.IsInf(r.LogProb, -1) {
			return trace, &SiteError{r.Name, drawError{errZeroDensity}}
		}
	}
	return trace, nil
}

// compare returns the error of a second layout that is not the first.
func (l *layout) compare(o *layout) error {
	for i, p := range l.steps {
		if i == len(o.steps) {
			return &SiteError{p.name, &StructureError{p.String(), "missing"}}
		}
		if q := o.steps[i]; !p.same(q) {
			return &SiteError{q.name, &StructureError{p.String(), q.String()}}
		}
		if k := p.variable; k >= 0 && !l.variables[k].Bijection.Equal(o.variables[k].Bijection) {
			return &SiteError{p.name, errSupport}
		}
	}
	if n := len(l.steps); n < len(o.steps) {
		return &SiteError{o.steps[n].name, &StructureError{"missing", o.steps[n].String()}}
	}
	return nil
}

// Dim returns the number of coordinates.
func (t *Target) Dim() int { return t.dim }

// LogProbGrad returns the log density at x and, unless grad is nil, sets grad to
// its gradient. It is -Inf, with a gradient of zero, where the density is zero or
// undefined: NaN, +Inf, invalid parameters, a failed factorisation.
//
// It panics if x or grad are not Dim long, and with an error if the model panics
// (*[PanicError]) or its sites are not those of the first run (*[SiteError] around
// a *[StructureError]).
func (t *Target) LogProbGrad(grad, x []float64) float64 {
	t.checkLen(grad, x)
	e := t.acquire()
	lp, err := e.logProbGrad(0, grad, x)
	if err != nil {
		panic(err)
	}
	t.release(e)
	return lp
}

// Evaluator returns LogProbGrad for the use of one goroutine at a time, such as a
// chain, with a tape and storage of its own. It uses up to the given number of
// goroutines; 0 means as many as there are processors. The bits are those of
// LogProbGrad.
func (t *Target) Evaluator(workers int) func(grad, x []float64) float64 {
	e := newEvaluator(t)
	return func(grad, x []float64) float64 {
		t.checkLen(grad, x)
		lp, err := e.logProbGrad(workers, grad, x)
		if err != nil {
			e = newEvaluator(t)
			panic(err)
		}
		return lp
	}
}

func (t *Target) checkLen(grad, x []float64) {
	if len(x) != t.dim || grad != nil && len(grad) != t.dim {
		panic(fmt.Sprintf("ppl: LogProbGrad: %d coordinates and a gradient of %d, want %d", len(x), len(grad), t.dim))
	}
}

func (t *Target) acquire() *evaluator {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n := len(t.free); n > 0 {
		e := t.free[n-1]
		t.free = t.free[:n-1]
		return e
	}
	return newEvaluator(t)
}

func (t *Target) release(e *evaluator) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.free = append(t.free, e)
}

// Explain returns why LogProbGrad is -Inf at x: the error of the first site with such
// a density, or that of the run. It is nil where the density is positive.
func (t *Target) Explain(x []float64) error {
	trace, err := t.Trace(x)
	if err != nil {
		return err
	}
	for _, r := range trace.Sites {
		if math.IsInf(r.LogProb, -1) {
			return &SiteError{r.Name, errZeroHere}
		}
	}
	return nil
}

// Trace runs the program at the point x and returns its sites with their log
// densities, those of the values and not of the coordinates.
func (t *Target) Trace(x []float64) (*Trace, error) {
	trace := new(Trace)
	if err := t.Run(x, trace.Handler()); err != nil {
		return nil, err
	}
	return trace, nil
}

// Run runs the program with its variables at their values at the point x. A site
// goes through the handlers of the target, takes its value, and goes through the
// given ones: what they see is what the target sees. The error is that of [Run].
func (t *Target) Run(x []float64, handlers ...Handler) error {
	return t.runWith(nil, x, handlers)
}

// runWith is [Target.Run] with handlers that see sites before those of the target.
func (t *Target) runWith(inner []Handler, x []float64, outer []Handler) error {
	stack := append(append([]Handler(nil), inner...), t.handlers...)
	stack = append(append(stack, Substitute(t.Values(x))), outer...)
	return Run(t.model, nil, stack...)
}

// WithModel returns the variables and handlers of t for another program: that of
// other inputs or data. [Target.Run], [Predictive] and [LogLikelihood] run m, at
// points of t; its sites may be others than those of t, as long as its log density
// is not asked for.
func (t *Target) WithModel(m Model) *Target {
	if m == nil {
		panic("ppl: WithModel: no model")
	}
	return &Target{layout: t.layout, model: m, handlers: t.handlers}
}

// WithHandlers returns t with the given handlers in place of its own. Like those of
// [Target.WithModel], its sites may be others than those of t.
func (t *Target) WithHandlers(handlers ...Handler) *Target {
	return &Target{layout: t.layout, model: t.model, handlers: append([]Handler(nil), handlers...)}
}
