package ppl

import (
	"fmt"
	"math"
	"math/rand/v2"

	"matheron/ad"
	"matheron/prob"
)

// Fixed returns a law of package prob, or of your own, with parameters that are
// numbers.
func Fixed(d Number) Distribution {
	if d == nil {
		panic("ppl: Fixed: no distribution")
	}
	f := &fixed{d: d}
	f.grader, _ = d.(prob.Grader)
	return f
}

// fixed is independent numbers of one law.
type fixed struct {
	d      Number
	grader prob.Grader // nil for counts
	shape  Shape
}

// Shape returns (), unless expanded.
func (f *fixed) Shape() Shape { return f.shape }

// Terms returns the number of elements.
func (f *fixed) Terms() int { return f.shape.Len() }

// Expand returns independent numbers of the law.
func (f *fixed) Expand(to Shape) (Distribution, bool) {
	if !f.shape.into(to) {
		return nil, false
	}
	return &fixed{f.d, f.grader, to}, true
}

// LogProb returns the sum over the elements.
func (f *fixed) LogProb(s *Scratch, x ad.Value, keep []bool) ad.Value {
	if ShapeOf(x) != f.shape {
		panic(fmt.Sprintf("ppl: LogProb of a value of shape %v, want %v", ShapeOf(x), f.shape))
	}
	if f.grader == nil && !x.IsConst() {
		panic("ppl: a count is no function of variables")
	}
	total := 0.0
	if x.IsConst() {
		for i, v := range x.Data() {
			if keep == nil || keep[i] {
				total += f.d.LogProb(v)
			}
		}
		return x.Tape().Const(f.valid(total))
	}
	g := s.Floats(x.Len())
	for i, v := range x.Data() {
		if keep == nil || keep[i] {
			lp, dx := f.grader.LogProbGrad(v)
			total += lp
			g[i] = dx
		}
	}
	inputs, grads := s.arguments()
	inputs, grads = append(inputs, x), append(grads, g)
	out := ad.WithGradient(f.valid(total), grads, inputs...)
	s.keepArguments(inputs, grads)
	return out
}

// valid returns lp, or NaN where the parameters are none.
func (f *fixed) valid(lp float64) float64 {
	if f.Validate() != nil {
		return math.NaN()
	}
	return lp
}

// Pointwise sets dst to the log density of each element of x.
func (f *fixed) Pointwise(dst, x []float64) bool {
	for i, v := range x {
		dst[i] = f.d.LogProb(v)
	}
	return true
}

// Draw draws each element.
func (f *fixed) Draw(dst []float64, r *rand.Rand) {
	for i := range dst {
		dst[i] = f.d.Draw(r)
	}
}

// Validate validates the law, if it can be.
func (f *fixed) Validate() error {
	if v, ok := f.d.(prob.Validator); ok {
		return v.Validate()
	}
	return nil
}

// Support returns that of the law.
func (f *fixed) Support() (prob.Support, bool) {
	d, ok := f.d.(prob.Distribution)
	if !ok || f.grader == nil {
		return prob.Support{}, false
	}
	return d.Support(), true
}

// Bijection maps each element onto the support.
func (f *fixed) Bijection() (Bijection, error) {
	d, ok := f.d.(prob.Distribution)
	if !ok || f.grader == nil {
		return nil, errCounts
	}
	s := d.Support()
	return newEach(f.shape, func(int) prob.Support { return s })
}
