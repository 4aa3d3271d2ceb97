package ppl

import (
	"fmt"
	"runtime/debug"

	"matheron/ad"
)

// Model is a program: it samples, observes and computes on the tape of its
// context. It may be run by many goroutines at once, each with a context of its
// own, and so changes nothing outside of itself; and it runs the same statements
// each time, unless it is only traced.
type Model func(c *Context)

// Eval carries out a site: on return it has a value.
type Eval func(c *Context, s *Site)

// Handler changes what happens at sites. It is called once a run and returns the
// function that each site goes through: work on the way in, next (the handlers
// further out, in the end [Default]), and work on the way out. State made outside
// of that function is that of the run.
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

// Context is a run of a program. It belongs to one goroutine.
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
	stored     []any // see Kept
	storedUsed int   // calls of Kept so far
	workers    int
}

// newContext returns a context on a tape.
func newContext(t *ad.Tape) *Context {
	return &Context{tape: t, seen: map[string]struct{}{}}
}

// run runs the program from a fresh start, with handlers around what outermost
// does. The tape is the caller's to reset.
func (c *Context) run(m Model, outermost Eval, handlers []Handler) {
	clear(c.seen)
	c.used, c.storedUsed, c.plates, c.last = 0, 0, c.plates[:0], ""
	c.eval = outermost
	for i := len(handlers) - 1; i >= 0; i-- {
		c.eval = handlers[i](c.eval)
	}
	m(c)
}

// Workers returns on how many goroutines the run may spread its work, 0 for as
// many as there are processors: 1 while other runs, such as the chains of a
// sampler, keep these busy.
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

// Observe says that the data were drawn from d, whose parameters are repeated to
// the shape of the data: as many numbers as a value of d has, row by row, or else
// a vector. The data are not copied. It returns them, or what a handler put in
// their place.
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

// Deterministic records a value under a name.
func (c *Context) Deterministic(name string, v ad.Value) ad.Value {
	s := c.NewSite(Deterministic, name)
	s.Value = v
	return c.Apply(s)
}

// NewSite returns a site for who adds one to the program: a handler, which gives it
// to the next [Eval], or a statement of its own kind, which gives it to Apply. A name that was there before ends the run with an error.
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

// Const returns a number that is no variable, on the tape of the run.
func (c *Context) Const(x float64) ad.Value { return c.tape.Const(x) }

// ConstVector returns numbers that are no variables, on the tape of the run. They
// are not copied.
func (c *Context) ConstVector(x ...float64) ad.Value { return c.tape.ConstVector(x) }

// Apply takes a site of [Context.NewSite] through the handlers and returns its value.
func (c *Context) Apply(s *Site) ad.Value {
	c.eval(c, s)
	c.last = s.Name
	return s.Value
}

// Default is what handlers are around: it draws a value where there is none, and
// sees to it that the shape of the value is that of its law.
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

// expandToValue expands the law to the shape of the value.
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
		keep := s.Mask
		switch n := s.Dist.Terms(); {
		case len(keep) == 1 && keep[0]:
			keep = nil
		case len(keep) == 1:
			s.LogProb = c.tape.Const(0)
			return
		case keep != nil && len(keep) != n:
			c.Fail(s, fmt.Errorf("a mask of %d for %d terms", len(keep), n))
		}
		s.LogProb = s.Dist.LogProb(&c.scratch, s.Value, keep)
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

// ScratchOf returns storage for work that each run of a program does again, such as a
// matrix: the n-th call in a run of a context returns what the n-th call in the run
// before did, where that was of the same type, and else a new zero value. What is
// in it is for the caller to check: it is of the same place in the program as long
// as the program runs the same statements.
//
// A [Target] has a context for each call at a time and keeps these; [Run] has a
// new one. Without a context, nil, storage is always new.
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
