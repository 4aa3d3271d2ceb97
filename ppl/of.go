package ppl

import (
	"fmt"
	"math"
	"math/rand/v2"

	"matheron/ad"
	"matheron/prob"
)

// Univariate is a distribution of one number: any of package prob whose values are
// not vectors, or one of your own.
type Univariate interface {
	LogProb(x float64) float64
	Draw(r *rand.Rand) float64
}

// paramGrader is a Univariate with gradients to its parameters.
type paramGrader interface {
	Univariate
	ParamGrad(dst []float64, x float64) []float64
	Validate() error
}

// differentiable is a paramGrader with a density and parameters that can be replaced.
type differentiable interface {
	prob.Parametric
	prob.Grader
	prob.Validator
}

// Of returns the distribution d of one number, for values of any shape. Without
// params its parameters are those of d:
//
//	ppl.Of(prob.Normal{Mean: 0, SD: 5})
//
// With params, one for each of d.Parameters and in their order, these take the place
// of the parameters, element by element; params of different shapes broadcast as the
// operands of [ad.Add] do:
//
//	ppl.Of(prob.Normal{}, mean, sd)
//
// The distributions of prob have constructors of this second form, such as [Normal],
// which allocate nothing an element; Of does once an element.
//
// Of panics if the number of params is another, or if d has no such parameters: it
// has to be a [prob.Parametric] or [prob.DiscreteParametric] with Validate, and the
// former with LogProbGrad too.
func Of(d Univariate, params ...ad.Value) Distribution {
	if d == nil {
		panic("ppl: Of: no distribution")
	}
	if len(params) == 0 {
		c := constantOf(d)
		return &c
	}
	switch proto := d.(type) {
	case differentiable:
		checkParams(d, len(params), len(proto.Parameters()))
		return continuous(-1, -1, func(p []float64) differentiable {
			return proto.WithParameters(p...).(differentiable)
		}).of(params...)
	case prob.DiscreteParametric:
		if _, ok := d.(paramGrader); ok {
			checkParams(d, len(params), len(proto.Parameters()))
			return counts(0, func(p []float64) paramGrader {
				return proto.WithParameters(p...).(paramGrader)
			}).of(params...)
		}
	}
	panic(fmt.Sprintf("ppl: Of: a %T has no parameters to replace", d))
}

func checkParams(d any, have, want int) {
	if have != want {
		panic(fmt.Sprintf("ppl: Of: %d parameters for a %T, which has %d", have, d, want))
	}
}

// Of is [Of] with the parameters of d, in storage that a [Target] reuses from run to
// run: for a program that makes its distributions in each run.
func (c *Context) Of(d Univariate) Distribution {
	if d == nil {
		panic("ppl: Of: no distribution")
	}
	f := ScratchOf[constant](c)
	*f = constantOf(d)
	return f
}

func constantOf(d Univariate) constant {
	grader, _ := d.(prob.Grader) // nil for counts
	return constant{d: d, grader: grader}
}

// constant is independent numbers of one distribution whose parameters are numbers.
type constant struct {
	d      Univariate
	grader prob.Grader // nil for counts
	shape  Shape
}

// Shape returns (), unless expanded.
func (f *constant) Shape() Shape { return f.shape }

// Terms returns the number of elements.
func (f *constant) Terms() int { return f.shape.Len() }

// Expand returns independent numbers in another shape.
func (f *constant) Expand(to Shape) (Distribution, bool) {
	if !f.shape.broadcastsTo(to) {
		return nil, false
	}
	return &constant{f.d, f.grader, to}, true
}

// LogProb returns the sum over the elements.
func (f *constant) LogProb(s *Scratch, x ad.Value, mask []bool) ad.Value {
	if ShapeOf(x) != f.shape {
		panic(fmt.Sprintf("ppl: LogProb of a value of shape %v, want %v", ShapeOf(x), f.shape))
	}
	if f.grader == nil && !x.IsConst() {
		panic("ppl: a count is no function of variables")
	}
	total := 0.0
	if x.IsConst() {
		for i, v := range x.Data() {
			if mask == nil || mask[i] {
				total += f.d.LogProb(v)
			}
		}
		return x.Tape().Const(f.valid(total))
	}
	g := s.Floats(x.Len())
	for i, v := range x.Data() {
		if mask == nil || mask[i] {
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

// valid returns lp, or NaN if the parameters are invalid.
func (f *constant) valid(lp float64) float64 {
	if f.Validate() != nil {
		return math.NaN()
	}
	return lp
}

// Pointwise sets dst to the log density of each element of x.
func (f *constant) Pointwise(dst, x []float64) bool {
	for i, v := range x {
		dst[i] = f.d.LogProb(v)
	}
	return true
}

// Draw draws each element.
func (f *constant) Draw(dst []float64, r *rand.Rand) {
	for i := range dst {
		dst[i] = f.d.Draw(r)
	}
}

// Validate returns the error of the parameters, if the distribution validates them.
func (f *constant) Validate() error {
	if v, ok := f.d.(prob.Validator); ok {
		return v.Validate()
	}
	return nil
}

// Support returns that of the distribution.
func (f *constant) Support() (prob.Support, bool) {
	d, ok := f.d.(prob.Distribution)
	if !ok || f.grader == nil {
		return prob.Support{}, false
	}
	return d.Support(), true
}

// Bijection maps each element onto the support.
func (f *constant) Bijection() (Bijection, error) {
	d, ok := f.d.(prob.Distribution)
	if !ok || f.grader == nil {
		return nil, errCounts
	}
	s := d.Support()
	return bijectionOf(f.shape, func(int) prob.Support { return s })
}
