package ppl

import (
	"fmt"
	"runtime/debug"

	"matheron/ad"
)

// Model is a program: it samples, observes and computes on the tape of its context.
// Many goroutines may run it at once, each with a context of its own, so it must not
// change anything outside of itself. It has to run the same statements each time,
// unless it is only traced.
type Model func(c *Context)

// Eval carries out a site: on return it has a value.
type Eval func(c *Context, s *Site)

// Handler changes what happens at sites. It is called once a run and returns the
// function that each site goes through: work on the way in, a call of next (the
// handlers further out, in the end [Default]), and work on the way out. State made
// outside of that function belongs to the run.
//
//	func Shout(next ppl.Eval) ppl.Eval {
//		return func(c *ppl.Context, s *ppl.Site) {
//			next(c, s)
//			fmt.Println(s.Name, s.Value)
//		}
//	}
//
// The first of a list of handlers is the innermost: it sees a site first, and its
// result last. Those of [Context.With] are further in.
type Handler func(next Eval) Eval

// Context is one run of a program. It belongs to one goroutine.
type Context struct {
	tape       *ad.Tape
	eval       Eval
	seen       map[string]struct{}
	sites      []*Site // reused from run to run
	used       int
	plates     []Plate
	scratch    Scratch
	total      ad.Value // log density so far, in a Target
	last       string
	stored     []any // see ScratchOf
	storedUsed int   // calls of ScratchOf so far
	workers    int
}

// newContext returns a context on a tape.
func newContext(t *ad.Tape) *Context {
	return &Context{tape: t, seen: map[string]struct{}{}}
}

// run runs the program with the handlers before outermost. It does not reset the
// tape.
func (c *Context) run(m Model, outermost Eval, handlers []Handler) {
	clear(c.seen)
	c.used, c.storedUsed, c.plates, c.last = 0, 0, c.plates[:0], ""
	c.eval = outermost
	for i := len(handlers) - 1; i >= 0; i-- {
		c.eval = handlers[i](c.eval)
	}
	m(c)
}

// Workers returns how many goroutines the run may use; 0 means as many as there are
// processors. It is 1 if other runs, such as the chains of a sampler, use these.
func (c *Context) Workers() int { return c.workers }

// Tape returns the tape of the run.
func (c *Context) Tape() *ad.Tape { return c.tape }

// With runs the body with a handler that sees its sites before all others.
func (c *Context) With(h Handler, body func()) {
	outer := c.eval
	c.eval = h(outer)
	defer func() { c.eval = outer }()
	body()
}

// Sample draws a value of d, or takes the one that a handler has for the name.
func (c *Context) Sample(name string, d Distribution) ad.Value {
	s := c.NewSite(Sample, name)
	s.Dist = d
	return c.Apply(s)
}

// Observe says that the data were drawn from d. They are a value of d, row by row, if
// that has as many numbers, and otherwise a vector, to which the parameters of d are
// repeated. They are not copied. Observe returns them, or what a handler put in their
// place.
func (c *Context) Observe(name string, d Distribution, data ...float64) ad.Value {
	s := c.NewSite(Observe, name)
	s.Dist, s.Observed = d, true
	if len(data) > 0 && d != nil {
		shape := d.Shape()
		if len(data) != shape.Len() {
			shape = VectorShape(len(data))
		}
		s.Value = shape.constant(c.tape, data)
	}
	return c.Apply(s)
}

// ObserveValue is [Context.Observe] for data on the tape.
func (c *Context) ObserveValue(name string, d Distribution, data ad.Value) ad.Value {
	s := c.NewSite(Observe, name)
	s.Dist, s.Observed, s.Value = d, true, data
	return c.Apply(s)
}

// Factor adds a term to the log density of the program: a scalar.
func (c *Context) Factor(name string, logDensity ad.Value) {
	s := c.NewSite(Factor, name)
	s.Value = logDensity
	c.Apply(s)
}

// Deterministic records a value under a name and returns it.
func (c *Context) Deterministic(name string, v ad.Value) ad.Value {
	s := c.NewSite(Deterministic, name)
	s.Value = v
	return c.Apply(s)
}

// NewSite returns a site to add to the program: a handler gives it to the next
// [Eval], a statement of your own to [Context.Apply]. A name that is there already
// ends the run with an error.
func (c *Context) NewSite(kind Kind, name string) *Site {
	if c.used == len(c.sites) {
		c.sites = append(c.sites, new(Site))
	}
	s := c.sites[c.used]
	c.used++
	*s = Site{Kind: kind, Name: name, Scale: 1, Plates: s.Plates[:0]}
	c.last = name
	if _, ok := c.seen[name]; ok {
		c.Fail(s, errRepeated)
	}
	c.seen[name] = struct{}{}
	if name == "" {
		c.Fail(s, errNoName)
	}
	return s
}

// Const returns a constant on the tape of the run.
func (c *Context) Const(x float64) ad.Value { return c.tape.Const(x) }

// ConstVector returns a vector of constants on the tape of the run. They are not
// copied.
func (c *Context) ConstVector(x ...float64) ad.Value { return c.tape.ConstVector(x) }

// Apply takes a site of [Context.NewSite] through the handlers and returns its value.
func (c *Context) Apply(s *Site) ad.Value {
	c.eval(c, s)
	c.last = s.Name
	return s.Value
}

// Default is the [Eval] behind all handlers: it draws the value if there is none, and
// checks that a value has the shape of its distribution.
func Default(c *Context, s *Site) {
	if s.Kind == Factor || s.Kind == Deterministic {
		if !s.HasValue() || s.Kind == Factor && s.Value.Len() != 1 {
			c.Fail(s, fmt.Errorf("a %v is a value on the tape, of one element if a factor", s.Kind))
		}
		return
	}
	switch {
	case s.Dist == nil:
		c.Fail(s, errNoDistribution)
	case s.HasValue():
		c.expandToValue(s)
	case s.Kind == Observe && s.Observed:
		c.Fail(s, errNoData)
	default:
		c.draw(s)
	}
}

// expandToValue expands the distribution to the shape of the value.
func (c *Context) expandToValue(s *Site) {
	want, have := s.Dist.Shape(), ShapeOf(s.Value)
	if want == have {
		return
	}
	if s.Observed && len(s.Plates) == 0 {
		if d, ok := expand(s.Dist, have); ok {
			s.Dist = d
			return
		}
	}
	c.Fail(s, &ShapeError{have, want})
}

// draw draws the value.
func (c *Context) draw(s *Site) {
	if s.Key == nil {
		c.Fail(s, errNoKey)
	}
	if err := validate(s.Dist); err != nil {
		c.Fail(s, drawError{err})
	}
	shape := s.Dist.Shape()
	x := make([]float64, shape.Len())
	s.Dist.Draw(x, s.Key.Rand())
	s.Value = shape.constant(c.tape, x)
}

// density computes the log density of a site that has one.
func (c *Context) density(s *Site) {
	switch s.Kind {
	case Deterministic:
		return
	case Factor:
		s.LogProb = s.Value
	default:
		mask := s.Mask
		switch n := s.Dist.Terms(); {
		case len(mask) == 1 && mask[0]:
			mask = nil
		case len(mask) == 1:
			s.LogProb = c.tape.Const(0)
			return
		case mask != nil && len(mask) != n:
			c.Fail(s, fmt.Errorf("a mask of %d for %d terms", len(mask), n))
		}
		s.LogProb = s.Dist.LogProb(&c.scratch, s.Value, mask)
		c.scratch.reset()
	}
	if s.Scale != 1 {
		s.LogProb = ad.Scale(s.LogProb, s.Scale)
	}
}

// Run runs the program on a tape, which is not reset before; nil makes one. The
// first of the handlers is the innermost. A site that fails, and a panic of the
// model, are the error (*[SiteError], *[PanicError]).
func Run(m Model, t *ad.Tape, handlers ...Handler) error {
	if m == nil {
		panic("ppl: Run: no model")
	}
	if t == nil {
		t = ad.NewTape()
	}
	return newContext(t).try(m, Default, handlers)
}

// try runs the program and turns its panics into errors.
func (c *Context) try(m Model, outermost Eval, handlers []Handler) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case abort:
			err = r.err
		default:
			err = &PanicError{c.last, r, debug.Stack()}
		}
	}()
	c.run(m, outermost, handlers)
	return nil
}

// ScratchOf returns storage that a statement reuses from run to run, such as a matrix:
// the n-th call in a run returns what the n-th call in the previous run of the context
// returned if that was of type T, and otherwise a new zero value. As long as the
// program runs the same statements the contents are those that this statement left;
// the caller has to check them.
//
// A [Target] reuses its contexts, one for each call at a time; [Run] makes a new one.
// For a nil context storage is always new.
func ScratchOf[T any](c *Context) *T {
	if c == nil {
		return new(T)
	}
	n := c.storedUsed
	c.storedUsed++
	if n < len(c.stored) {
		if v, ok := c.stored[n].(*T); ok {
			return v
		}
	}
	v := new(T)
	c.stored = append(c.stored[:n], v)
	return v
}
