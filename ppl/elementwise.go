package ppl

import (
	"fmt"
	"math"
	"math/rand/v2"

	"matheron/ad"
	"matheron/prob"
)

// elementwise is independent numbers, each with a distribution of one family:
//
//	log p(x) = sum_i log p(x_i | a_i, b_i, ...)
//
// It goes on the tape as one node, with the gradients that package prob computes.
type elementwise[D paramGrader] struct {
	*family[D]
	params []ad.Value
	shape  Shape
	buf    [3]ad.Value
}

// Shape returns the shape that the parameters broadcast to.
func (e *elementwise[D]) Shape() Shape { return e.shape }

// Terms returns the number of elements.
func (e *elementwise[D]) Terms() int { return e.shape.Len() }

// Expand repeats the parameters.
func (e *elementwise[D]) Expand(to Shape) (Distribution, bool) {
	if !e.shape.broadcastsTo(to) {
		return nil, false
	}
	out := &elementwise[D]{family: e.family, shape: to}
	out.params = append(out.buf[:0], e.params...)
	return out, true
}

// LogProb returns the sum over the elements.
func (e *elementwise[D]) LogProb(s *Scratch, x ad.Value, mask []bool) ad.Value {
	if ShapeOf(x) != e.shape {
		panic(fmt.Sprintf("ppl: LogProb of a value of shape %v, want %v", ShapeOf(x), e.shape))
	}
	if e.grad == nil && !x.IsConst() {
		panic("ppl: a count is no function of variables")
	}
	inputs, grads := s.arguments()
	inputs = append(append(inputs, x), e.params...)
	active := false
	for k, v := range inputs {
		var g []float64
		if !v.IsConst() {
			g = s.Floats(v.Len())
			active = active || k > 0
		}
		grads = append(grads, g)
	}
	out := ad.WithGradient(e.sum(s, x.Data(), mask, grads, active), grads, inputs...)
	s.keepArguments(inputs, grads)
	return out
}

// sum returns the log density and adds its derivatives to grads, of x and of the
// parameters, where they are not nil.
func (e *elementwise[D]) sum(s *Scratch, x []float64, mask []bool, grads [][]float64, active bool) float64 {
	var (
		d      D
		made   bool
		total  float64
		w      = newBroadcaster(s, e.params, e.shape)
		change = s.Floats(len(e.params) - e.constants) // derivatives to the parameters
	)
	for i, xi := range x {
		moved := w.to(i)
		if mask != nil && !mask[i] {
			made = made && !moved
			continue
		}
		if moved || !made {
			if d, made = e.with(w.p), true; d.Validate() != nil {
				return math.NaN()
			}
		}
		if e.grad == nil {
			total += d.LogProb(xi)
		} else {
			lp, dx := e.grad(d, xi)
			total += lp
			if grads[0] != nil {
				grads[0][i] = dx
			}
		}
		if !active {
			continue
		}
		d.ParamGrad(change, xi)
		for k, g := range grads[1+e.constants:] {
			if g != nil {
				g[w.args[k+e.constants].at] += change[k]
			}
		}
	}
	return total
}

// Pointwise sets dst to the log density of each element of x.
func (e *elementwise[D]) Pointwise(dst, x []float64) bool {
	w := newBroadcaster(nil, e.params, e.shape)
	for i, xi := range x {
		w.to(i)
		dst[i] = e.with(w.p).LogProb(xi)
	}
	return true
}

// Draw draws each element.
func (e *elementwise[D]) Draw(dst []float64, r *rand.Rand) {
	w := newBroadcaster(nil, e.params, e.shape)
	for i := range dst {
		w.to(i)
		dst[i] = e.with(w.p).Draw(r)
	}
}

// Validate returns the error of the first element with invalid parameters.
func (e *elementwise[D]) Validate() error {
	w := newBroadcaster(nil, e.params, e.shape)
	for i := range e.shape.Len() {
		if !w.to(i) {
			continue
		}
		if err := e.with(w.p).Validate(); err != nil {
			if e.shape.rank == 0 {
				return err
			}
			return fmt.Errorf("element %s: %w", e.shape.element("", i), err)
		}
	}
	return nil
}

// Bijection maps each element onto its support.
func (e *elementwise[D]) Bijection() (Bijection, error) {
	if e.grad == nil {
		return nil, errCounts
	}
	w := newBroadcaster(nil, e.params, e.shape)
	return bijectionOf(e.shape, func(i int) prob.Support {
		w.to(i)
		return e.support(e.with(w.p))
	})
}

// Support returns the interval around those of all elements.
func (e *elementwise[D]) Support() (prob.Support, bool) {
	if e.grad == nil {
		return prob.Support{}, false
	}
	w := newBroadcaster(nil, e.params, e.shape)
	var out prob.Support
	for i := range e.shape.Len() {
		w.to(i)
		s := e.support(e.with(w.p))
		if i == 0 {
			out = s
		}
		out = prob.Interval(min(out.Lower, s.Lower), max(out.Upper, s.Upper))
	}
	return out, e.shape.Len() > 0
}

// Standardized returns location, scale, and the distribution of (x - location)/scale.
func (e *elementwise[D]) Standardized(t *ad.Tape) (location, scale ad.Value, standard Distribution, ok bool) {
	if e.location < 0 {
		return location, scale, nil, false
	}
	std := &elementwise[D]{family: e.family, shape: e.shape}
	std.params = append(std.buf[:0], e.params...)
	std.params[e.location], std.params[e.scale] = t.Const(0), t.Const(1)
	return e.params[e.location], e.params[e.scale], std, true
}

// broadcaster goes over the elements of a shape and finds the parameters of each.
type broadcaster struct {
	args []argument
	p    []float64
	cols int
}

// argument is one parameter on the way.
type argument struct {
	data         []float64
	row, col, at int
}

func newBroadcaster(s *Scratch, params []ad.Value, over Shape) *broadcaster {
	w := new(broadcaster)
	if s != nil {
		w = &s.broadcaster
	}
	w.args = w.args[:0]
	for _, v := range params {
		a := argument{data: v.Data(), at: -1}
		a.row, a.col = ShapeOf(v).strides()
		w.args = append(w.args, a)
	}
	w.p = s.Floats(len(params))
	_, w.cols = over.Dims()
	return w
}

// to goes to element i, and reports whether the element of a parameter changes.
func (w *broadcaster) to(i int) bool {
	r, c := i/w.cols, i%w.cols
	moved := false
	for k := range w.args {
		a := &w.args[k]
		if at := r*a.row + c*a.col; at != a.at {
			a.at, w.p[k], moved = at, a.data[at], true
		}
	}
	return moved
}
