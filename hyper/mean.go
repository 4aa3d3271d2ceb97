package hyper

import (
	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/ppl"
	"matheron/prob"
)

// SampledMean is a mean with the numbers of one run of a program, which remembers
// which of them are values on the tape. Give it to [Factor] in a [gp.Prior]. It
// belongs to that run: the next one may have its storage.
type SampledMean struct{ *sampledMean }

// sampledMean is behind one pointer, as sampled is.
type sampledMean struct {
	of     gp.ParametricMean // its numbers do not count
	params parameters
	made   gp.Mean // with all numbers; nil until it is asked for
}

var _ gp.Mean = SampledMean{}

// Unwrap returns the mean with its numbers.
func (s *sampledMean) Unwrap() gp.Mean {
	if s.made == nil {
		s.made = s.of.WithParams(s.params.theta)
	}
	return s.made
}

// Eval implements [gp.Mean].
func (s *sampledMean) Eval(dst []float64, x *mat.Dense) { s.Unwrap().Eval(dst, x) }

// InputGrad implements [gp.Mean].
func (s *sampledMean) InputGrad(dst, x *mat.Dense) { s.Unwrap().InputGrad(dst, x) }

// keptMean is what [Mean] keeps from run to run.
type keptMean struct {
	sampledMean
	list []kernel.Param
	assignment[prob.Distribution]
}

// Mean samples the parameters of m that priors mean, each at a site of the
// parameter's full name, such as Mean.constant, and returns m with the values;
// the other parameters keep theirs. It fails and panics as [Kernel] does, and has a
// type parameter for the same reason.
func Mean[M gp.ParametricMean](c *ppl.Context, m M, priors Priors) SampledMean {
	kept := ppl.Kept[keptMean](c)
	if kept.of == nil || !sameMean(kept.of, m) {
		kept.of, kept.list = m, m.Params()
		kept.assignment = assignment[prob.Distribution]{}
	}
	var ok bool
	if kept.params.theta, ok = appendMean(kept.params.theta[:0], m); !ok {
		for _, p := range kept.list {
			kept.params.theta = append(kept.params.theta, p.Value)
		}
	}
	kept.made = nil
	kept.params.sample(c, kept.list, kept.to(kept.list, priors))
	return SampledMean{&kept.sampledMean}
}

// sameMean reports whether two means of package gp differ in the values of their
// parameters only; of others it says no.
func sameMean(a, b gp.ParametricMean) bool {
	switch s := a.(type) {
	case gp.Constant:
		_, ok := b.(gp.Constant)
		return ok
	case gp.Linear:
		t, ok := b.(gp.Linear)
		return ok && len(s.Slopes) == len(t.Slopes)
	}
	return false
}

// appendMean appends the parameters of a mean of package gp, and returns false for
// another. It calls no method of the interface, so that a mean that is made where it
// is called need not be on the heap.
func appendMean(dst []float64, m gp.ParametricMean) ([]float64, bool) {
	switch m := m.(type) {
	case gp.Constant:
		return append(dst, m.Value), true
	case gp.Linear:
		return append(append(dst, m.Intercept), m.Slopes...), true
	}
	return dst, false
}

// MeanOf returns m with the parameters that the program has computed, and its own
// for the others. It panics if a name means no parameter.
func MeanOf(m gp.ParametricMean, values Values) SampledMean {
	return SampledMean{&sampledMean{of: m, params: given(m.Params(), values)}}
}
