package probtest

import (
	"math"

	"matheron/prob"
)

// parametric is the parameters of a distribution over points of type P.
type parametric[P any] struct {
	list    []prob.Parameter
	logProb func(P) float64
	with    func(values []float64) (func(P) float64, error) // WithParameters, then LogProb
	grad    func(dst []float64, x P) []float64              // ParamGrad
	points  []P                                             // of the support
	outside []P                                             // outside of it
	nan     P
	atEdge  bool // parameters may lie on the edge of their support
}

func (d parametric[P]) check(c *problems) {
	n := len(d.list)
	values := make([]float64, n)
	names := map[string]bool{}
	for i, p := range d.list {
		values[i] = p.Value
		if p.Name == "" || names[p.Name] {
			c.errorf("parameter %d has the name %q of none or another", i, p.Name)
		}
		names[p.Name] = true
		edge := d.atEdge && (p.Value == p.Support.Lower || p.Value == p.Support.Upper)
		if !p.Support.Contains(p.Value) && !edge {
			c.errorf("parameter %s is %v, outside of its support %v", p.Name, p.Value, p.Support)
			return
		}
	}
	if !panics(func() { d.with(append(values, 1)) }) { // an error is no panic
		c.errorf("WithParameters takes %d numbers for %d parameters", n+1, n)
	}
	if !panics(func() { d.grad(make([]float64, n+1), d.points[0]) }) {
		c.errorf("ParamGrad writes %d derivatives for %d parameters", n+1, n)
	}
	same, err := d.with(values)
	if err != nil {
		c.errorf("its own parameters are an error: %v", err)
		return
	}
	grad := make([]float64, n)
	checked := make([]bool, n)
	for _, x := range d.points {
		// A matrix may be factorised and multiplied out again.
		if got, want := same(x), d.logProb(x); !(math.Abs(got-want) <= 1e-12*(1+math.Abs(want))) {
			c.errorf("with its own parameters the distribution has the log density %v at %v, was %v", got, x, want)
			return
		}
		for i := range grad {
			grad[i] = math.NaN()
		}
		if got := d.grad(grad, x); len(got) != n || (n > 0 && &got[0] != &grad[0]) {
			c.errorf("ParamGrad does not return its dst")
			return
		}
		for i, p := range d.list {
			fd, width := d.difference(i, x, values, grad[i])
			if math.IsNaN(fd) {
				continue // x leaves the support when the parameter moves
			}
			checked[i] = true
			if !(math.Abs(fd-grad[i]) <= gradTol*max(math.Abs(grad[i]), 1/width)) {
				c.errorf("ParamGrad at %v has %.9g for %s, differences have %.9g", x, grad[i], p.Name, fd)
				return
			}
		}
	}
	for i, p := range d.list {
		if !checked[i] && p.Support.Contains(p.Value) {
			c.errorf("no point has a finite log density around the value of %s", p.Name)
		}
	}
	for _, x := range d.outside {
		for i, v := range d.grad(nil, x) {
			if v != 0 {
				c.errorf("ParamGrad(%v) has %v for %s outside of the support, want 0", x, v, d.list[i].Name)
			}
		}
	}
	for i, v := range d.grad(nil, d.nan) {
		if !math.IsNaN(v) {
			c.errorf("ParamGrad(NaN) has %v for %s, want NaN", v, d.list[i].Name)
		}
	}
}

// difference returns the difference of the log density at x to parameter i that is
// closest to want, and the width that its steps are fractions of.
func (d parametric[P]) difference(i int, x P, values []float64, want float64) (fd, width float64) {
	p := d.list[i]
	most := math.Abs(p.Value)
	if most == 0 {
		most = 1
	}
	width = distanceToEnd(p.Support, p.Value, most)
	return closestDifference(func(v float64) float64 {
		moved := append([]float64(nil), values...)
		moved[i] = v
		f, err := d.with(moved)
		if err != nil {
			return math.NaN()
		}
		return f(x)
	}, p.Value, width, want), width
}
