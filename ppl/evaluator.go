package ppl

import (
	"math"

	"matheron/ad"
)

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
			c.scratch.release()
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
