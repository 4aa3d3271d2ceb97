package disttest

import (
	"math"

	"matheron/dist"
)

// gradTol is the error of a derivative relative to the larger of itself and the
// inverse of the length over which the log density changes by about one.
// Differences of fourth order at the best of several steps agree with the
// derivative to some 1e-9; a wrong term is far more.
const gradTol = 1e-6

// closest returns the central difference of fourth order of f at x that is
// closest to want, among steps that are fractions of width. It is NaN if f is
// finite around x for none of them.
func closest(f func(float64) float64, x, width, want float64) float64 {
	best := math.NaN()
	for h := width / 10; h >= width*1e-7; h /= 10 {
		d := (8*(f(x+h)-f(x-h)) - (f(x+2*h) - f(x-2*h))) / (12 * h)
		if math.IsNaN(d) || math.IsInf(d, 0) {
			continue
		}
		if !(math.Abs(best-want) <= math.Abs(d-want)) {
			best = d
		}
	}
	return best
}

// room returns the distance from x to the nearer end of s, at most most.
func room(s dist.Support, x, most float64) float64 {
	return min(most, x-s.Lower, s.Upper-x)
}

// points returns draws from all parts of the distribution.
func (c *checker) points() []float64 {
	var x []float64
	for i := draws / 50; i < draws; i += draws / 25 {
		x = append(x, c.x[i])
	}
	return x
}

func (c *checker) gradient() {
	g, ok := c.d.(dist.Grader)
	if !ok {
		return
	}
	for _, x := range c.points() {
		lp, dx := g.LogProbGrad(x)
		// Another order of the same terms may round differently.
		if want := c.d.LogProb(x); !(math.Abs(lp-want) <= 1e-12*(1+math.Abs(want))) {
			c.errorf("LogProbGrad(%v) has the log density %v, LogProb has %v", x, lp, want)
			return
		}
		width := room(c.support, x, c.iqr)
		fd := closest(c.d.LogProb, x, width, dx)
		if !(math.Abs(fd-dx) <= gradTol*max(math.Abs(dx), 1/width)) {
			c.errorf("LogProbGrad(%v) has the derivative %.9g, differences have %.9g", x, dx, fd)
			return
		}
	}
	for _, x := range c.beyond() {
		if lp, dx := g.LogProbGrad(x); !math.IsInf(lp, -1) || dx != 0 {
			c.errorf("LogProbGrad(%v) = %v, %v outside of the support, want -Inf, 0", x, lp, dx)
		}
	}
	if lp, dx := g.LogProbGrad(math.NaN()); !math.IsNaN(lp) || !math.IsNaN(dx) {
		c.errorf("LogProbGrad(NaN) = %v, %v, want NaN, NaN", lp, dx)
	}
}

func (c *checker) parameters() {
	d, ok := c.d.(dist.Parametric)
	if !ok {
		return
	}
	params := d.Parameters()
	values := make([]float64, len(params))
	names := map[string]bool{}
	for i, p := range params {
		values[i] = p.Value
		if p.Name == "" || names[p.Name] {
			c.errorf("parameter %d has the name %q of none or another", i, p.Name)
		}
		names[p.Name] = true
		if !p.Support.Contains(p.Value) {
			c.errorf("parameter %s is %v, outside of its support %v", p.Name, p.Value, p.Support)
			return
		}
	}
	same := d.WithParameters(values...)
	if !panics(func() { d.WithParameters(append(values, 1)...) }) {
		c.errorf("WithParameters takes %d numbers for %d parameters", len(params)+1, len(params))
	}
	if !panics(func() { d.ParamGrad(make([]float64, len(params)+1), c.x[0]) }) {
		c.errorf("ParamGrad writes %d derivatives for %d parameters", len(params)+1, len(params))
	}
	grad := make([]float64, len(params))
	checked := make([]bool, len(params))
	for _, x := range c.points() {
		if got, want := same.LogProb(x), d.LogProb(x); got != want {
			c.errorf("with its own parameters the distribution has the log density %v at %v, was %v", got, x, want)
			return
		}
		for i := range grad {
			grad[i] = math.NaN()
		}
		if got := d.ParamGrad(grad, x); len(got) != len(grad) || (len(grad) > 0 && &got[0] != &grad[0]) {
			c.errorf("ParamGrad does not return its dst")
			return
		}
		for i, p := range params {
			most := math.Abs(p.Value)
			if most == 0 {
				most = 1
			}
			width := room(p.Support, p.Value, most)
			fd := closest(func(v float64) float64 {
				moved := append([]float64(nil), values...)
				moved[i] = v
				return d.WithParameters(moved...).LogProb(x)
			}, p.Value, width, grad[i])
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
	for i, p := range params {
		if !checked[i] {
			c.errorf("no point has a finite log density around the value of %s", p.Name)
		}
	}
	for _, x := range c.beyond() {
		for i, v := range d.ParamGrad(nil, x) {
			if v != 0 {
				c.errorf("ParamGrad(%v) has %v for %s outside of the support, want 0", x, v, params[i].Name)
			}
		}
	}
	for i, v := range d.ParamGrad(nil, math.NaN()) {
		if !math.IsNaN(v) {
			c.errorf("ParamGrad(NaN) has %v for %s, want NaN", v, params[i].Name)
		}
	}
}
