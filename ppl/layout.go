package ppl

import (
	"errors"
	"fmt"
	"math"

	"matheron/ad"
)

// Variable is a latent site of a [Target] and its place in a point.
type Variable struct {
	Name  string
	Shape Shape
	// Offset is where its elements start among those of all variables
	// ([Target.Constrain]), and Coordinate where its coordinates start in a point of
	// the target.
	Offset, Coordinate int
	// Bijection maps its coordinates to its value.
	Bijection Bijection
}

// layout is the sites of the first run, in order.
type layout struct {
	steps     []step
	variables []Variable
	dim, size int
}

// step is one site of the program.
type step struct {
	kind     Kind
	name     string
	shape    Shape
	observed bool
	variable int // -1: not latent
}

func (p step) String() string {
	data := ""
	if p.observed {
		data = " (data)"
	}
	return fmt.Sprintf("%v %q %v%s", p.kind, p.name, p.shape, data)
}

// same reports whether two runs had the same site.
func (p step) same(q step) bool {
	return p.name == q.name && p.kind == q.kind && p.shape == q.shape && p.observed == q.observed && (p.variable < 0) == (q.variable < 0)
}

// stepOf describes a site that has its value.
func stepOf(s *Site) step {
	return step{kind: s.Kind, name: s.Name, shape: ShapeOf(s.Value), observed: s.Observed, variable: -1}
}

// add appends a site, with its bijection if it is latent.
func (l *layout) add(s *Site, b Bijection) {
	p := stepOf(s)
	if b != nil {
		p.variable = len(l.variables)
		l.variables = append(l.variables, Variable{s.Name, p.shape, l.size, l.dim, b})
		l.dim += b.Dim()
		l.size += p.shape.Len()
	}
	l.steps = append(l.steps, p)
}

// Variables returns the latent sites, in the order of the program.
func (t *Target) Variables() []Variable { return append([]Variable(nil), t.variables...) }

// Names returns the names of all elements of the variables, in the order of
// [Target.Constrain]: tau, theta[0], L[1,0].
func (t *Target) Names() []string {
	out := make([]string, 0, t.size)
	for _, v := range t.variables {
		for i := range v.Shape.Len() {
			out = append(out, v.Shape.element(v.Name, i))
		}
	}
	return out
}

// Constrain sets dst to the elements of the variables, one after the other, at
// the point x, and returns it; nil is allocated. It panics unless x has Dim
// elements and dst one a name.
func (t *Target) Constrain(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, t.size)
	}
	if len(x) != t.dim || len(dst) != t.size {
		panic(fmt.Sprintf("ppl: Constrain: %d coordinates into %d elements, want %d into %d", len(x), len(dst), t.dim, t.size))
	}
	for _, v := range t.variables {
		v.Bijection.Apply(dst[v.Offset:v.Offset+v.Shape.Len()], x[v.Coordinate:v.Coordinate+v.Bijection.Dim()])
	}
	return dst
}

// Values returns the values of the variables at the point x.
func (t *Target) Values(x []float64) Values {
	all := t.Constrain(nil, x)
	out := make(Values, len(t.variables))
	for _, v := range t.variables {
		end := v.Offset + v.Shape.Len()
		out[v.Name] = all[v.Offset:end:end]
	}
	return out
}

// Unconstrain returns the point where the variables have the given values. A value
// that is missing, of the wrong length or outside of its support is an error that
// names the site; values of other names are ignored.
func (t *Target) Unconstrain(values Values) ([]float64, error) {
	x := make([]float64, t.dim)
	for _, v := range t.variables {
		value, ok := values[v.Name]
		if !ok {
			return nil, &SiteError{v.Name, errors.New("no value")}
		}
		if len(value) != v.Shape.Len() {
			return nil, &SiteError{v.Name, fmt.Errorf("%d numbers for a value of shape %v", len(value), v.Shape)}
		}
		y := x[v.Coordinate : v.Coordinate+v.Bijection.Dim()]
		v.Bijection.Unconstrain(y, value)
		for _, yi := range y {
			if math.IsNaN(yi) || math.IsInf(yi, 0) {
				return nil, &SiteError{v.Name, fmt.Errorf("the value %v is outside of its support", value)}
			}
		}
	}
	return x, nil
}

// evaluator is a tape and a context for the runs of a target, one at a time.
type evaluator struct {
	*Target
	c   *Context
	out Eval     // outermost, made once
	x   ad.Value // the point
	at  int      // sites so far
}

func newEvaluator(t *Target) *evaluator {
	e := &evaluator{Target: t, c: newContext(ad.NewTape())}
	e.out = e.handle(Default)
	return e
}

// logProbGrad is [Target.LogProbGrad] with an error for a panic. After an error
// the evaluator is not to be used.
func (e *evaluator) logProbGrad(workers int, grad, x []float64) (float64, error) {
	tape := e.c.tape
	e.c.workers = workers
	tape.Reset()
	e.x, e.at = tape.Vector(x), 0
	e.c.total = ad.Value{}
	if err := e.c.try(e.model, e.out, e.handlers); err != nil {
		return 0, err
	}
	if e.at < len(e.steps) {
		p := e.steps[e.at]
		return 0, &SiteError{p.name, &StructureError{p.String(), "missing"}}
	}
	lp := math.Inf(-1)
	if v := e.c.total.Float(); v <= math.MaxFloat64 && tape.Err() == nil {
		lp = v
	}
	if grad == nil {
		return lp, nil
	}
	if math.IsInf(lp, -1) || e.c.total.IsConst() {
		clear(grad)
		return lp, nil
	}
	tape.Backward(e.c.total)
	copy(grad, e.x.Grad())
	return lp, nil
}

// handle is the outermost handler: it gives variables their values and adds up
// the log density.
func (e *evaluator) handle(next Eval) Eval {
	return func(c *Context, s *Site) {
		latent := s.Latent()
		if latent {
			v := e.variable(c, s)
			y := ad.Slice(e.x, v.Coordinate, v.Coordinate+v.Bijection.Dim())
			x, logJacobian := v.Bijection.Constrain(&c.scratch, y)
			c.scratch.reset()
			s.Value = x
			c.add(logJacobian)
		}
		next(c, s)
		e.step(c, s, latent)
		c.density(s)
		if s.LogProb.Tape() != nil {
			c.add(s.LogProb)
		}
	}
}

// variable returns the place of a latent site.
func (e *evaluator) variable(c *Context, s *Site) *Variable {
	was := "missing"
	if e.at < len(e.steps) {
		p := &e.steps[e.at]
		if p.variable >= 0 && p.name == s.Name && s.Dist != nil && p.shape == s.Dist.Shape() {
			return &e.variables[p.variable]
		}
		was = p.String()
	}
	is := step{kind: s.Kind, name: s.Name}
	if s.Dist != nil {
		is.shape = s.Dist.Shape()
	}
	c.Fail(s, &StructureError{was, is.String()})
	return nil
}

// step checks the site against that of the first run.
func (e *evaluator) step(c *Context, s *Site, latent bool) {
	is := stepOf(s)
	if latent {
		is.variable = 0
	}
	if e.at == len(e.steps) {
		c.Fail(s, &StructureError{"missing", is.String()})
	}
	if p := e.steps[e.at]; !p.same(is) {
		c.Fail(s, &StructureError{p.String(), is.String()})
	}
	e.at++
}

// add adds a term to the log density.
func (c *Context) add(v ad.Value) {
	switch {
	case c.total.Tape() == nil:
		c.total = v
	case v.IsConst() && v.Float() == 0:
	default:
		c.total = ad.Add(c.total, v)
	}
}
