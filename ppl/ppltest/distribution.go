package ppltest

import (
	"math"
	"testing"

	"matheron/ad"
	"matheron/ppl"
	"matheron/rng"
)

// TestDistribution checks a distribution over values of the tape. with returns it for
// parameters, given as one vector on the tape, of which it may use any part.
//
//   - draws have the shape and a finite density;
//   - the gradient of the density to value and parameters is that of differences;
//   - the density is the sum over the terms, one by one through masks;
//   - Pointwise, if it has it, gives the terms;
//   - the bijection, if it has one, goes there and back, gives values of the shape
//     on the tape and off it, and has the gradient of differences.
func TestDistribution(t testing.TB, with func(params ad.Value) ppl.Distribution, params []float64, key rng.Key) {
	t.Helper()
	c := distribution{TB: t, with: with, params: params, tape: ad.NewTape()}
	for i := range points {
		c.at(key.Split(i))
	}
}

// distribution is the check of one distribution.
type distribution struct {
	testing.TB
	with   func(params ad.Value) ppl.Distribution
	params []float64
	tape   *ad.Tape
}

// at checks at one draw.
func (c *distribution) at(key rng.Key) {
	c.Helper()
	d := c.fresh()
	x := make([]float64, d.Shape().Len())
	d.Draw(x, key.Rand())
	if lp := c.logProb(x, nil); math.IsNaN(lp) || math.IsInf(lp, 0) {
		c.Errorf("log density %v at the draw %v", lp, x)
		return
	}
	c.terms(x)
	b := c.bijection(x)
	c.gradient(x, b)
}

// fresh returns the distribution on a tape that is empty but for its parameters.
func (c *distribution) fresh() ppl.Distribution {
	c.tape.Reset()
	return c.with(c.tape.Vector(c.params))
}

func (c *distribution) logProb(x []float64, mask []bool) float64 {
	d := c.fresh()
	return d.LogProb(nil, shaped(c.tape.ConstVector(x), d.Shape()), mask).Float()
}

// terms checks masks and Pointwise.
func (c *distribution) terms(x []float64) {
	c.Helper()
	d := c.fresh()
	n := d.Terms()
	each := make([]float64, n)
	p, pointwise := d.(ppl.Pointwiser)
	if pointwise {
		pointwise = p.Pointwise(each, x)
	}
	total := 0.0
	for i := range n {
		mask := make([]bool, n)
		mask[i] = true
		lp := c.logProb(x, mask)
		if pointwise && !same(each[i], lp) {
			c.Errorf("term %d: Pointwise gives %v, want %v", i, each[i], lp)
		}
		total += lp
	}
	if want := c.logProb(x, nil); !same(total, want) {
		c.Errorf("the terms sum to %v, want the log density %v", total, want)
	}
	if lp := c.logProb(x, make([]bool, n)); lp != 0 {
		c.Errorf("log density %v with all terms masked, want 0", lp)
	}
}

// bijection checks the map to the support and returns it, or nil.
func (c *distribution) bijection(x []float64) ppl.Bijection {
	c.Helper()
	d := c.fresh()
	u, ok := d.(ppl.Unconstrainer)
	if !ok {
		return nil
	}
	b, err := u.Bijection()
	if err != nil {
		return nil
	}
	y, back := make([]float64, b.Dim()), make([]float64, len(x))
	b.Unconstrain(y, x)
	b.Apply(back, y)
	v, _ := b.Constrain(nil, c.tape.Vector(y))
	if ppl.ShapeOf(v) != d.Shape() {
		c.Errorf("Constrain gives a value of shape %v, want %v", ppl.ShapeOf(v), d.Shape())
		return nil
	}
	for i, want := range x {
		if math.Abs(back[i]-want) > 1e-8*math.Max(1, math.Abs(want)) || !same(v.Data()[i], back[i]) {
			c.Errorf("element %d: %v back from the coordinates, %v on the tape, want %v", i, back[i], v.Data()[i], want)
		}
	}
	return b
}

// gradient checks that of log p(c(y)) + log |dc/dy| to y, or of log p(x) to x if
// there is no bijection, as for counts nothing, and to the parameters.
func (c *distribution) gradient(x []float64, b ppl.Bijection) {
	c.Helper()
	at := append([]float64(nil), x...)
	if b != nil {
		at = make([]float64, b.Dim())
		b.Unconstrain(at, x)
	}
	density := func() (y, f ad.Value, params ad.Value) {
		c.tape.Reset()
		params = c.tape.Vector(c.params)
		d := c.with(params)
		if b == nil {
			y = c.tape.ConstVector(at)
			return y, d.LogProb(nil, shaped(y, d.Shape()), nil), params
		}
		y = c.tape.Vector(at)
		v, logJacobian := b.Constrain(nil, y)
		return y, ad.Add(d.LogProb(nil, v, nil), logJacobian), params
	}
	value := func() float64 { _, f, _ := density(); return f.Float() }
	y, f, params := density()
	if f.IsConst() {
		return
	}
	c.tape.Backward(f)
	if b != nil {
		g := append([]float64(nil), y.Grad()...)
		dp := append([]float64(nil), params.Grad()...)
		c.compare("coordinate", g, value, at)
		c.compare("parameter", dp, value, c.params)
		return
	}
	c.compare("parameter", append([]float64(nil), params.Grad()...), value, c.params)
}

// compare compares a gradient with differences.
func (c *distribution) compare(what string, got []float64, f func() float64, at []float64) {
	c.Helper()
	for i := range at {
		if want := derivative(f, at, i); !near(got[i], want) {
			c.Errorf("derivative to %s %d: %v, want %v by differences", what, i, got[i], want)
		}
	}
}

// shaped gives the vector v a shape.
func shaped(v ad.Value, s ppl.Shape) ad.Value {
	switch s.Rank() {
	case 0:
		return ad.At(v, 0)
	case 1:
		return v
	}
	r, c := s.Dims()
	return ad.Reshape(v, r, c)
}
