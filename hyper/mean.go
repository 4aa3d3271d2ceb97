package hyper

import (
	"matheron/dist"
	"matheron/gp"
	"matheron/kernel"
	"matheron/ppl"
)

// SampledMean is a mean with the numbers of one run of a program, which remembers
// which of them are values on the tape. Give it to [Factor] in a [gp.Prior]. It
// belongs to that run.
type SampledMean struct {
	gp.Mean
	params parameters
}

// keptMean is what [Mean] keeps from run to run.
type keptMean struct {
	list []kernel.Param
	assignment[dist.Distribution]
}

// Mean samples the parameters of m that priors mean, each at a site of the
// parameter's full name, such as Mean.constant, and returns m with the values;
// the other parameters keep theirs. It fails and panics as [Kernel] does.
func Mean(c *ppl.Context, m gp.ParametricMean, priors Priors) SampledMean {
	kept, params := ppl.Kept[keptMean](c), m.Params()
	if !sameNames(kept.list, params) {
		*kept = keptMean{}
	}
	kept.list = params
	var p parameters
	for _, q := range params {
		p.theta = append(p.theta, q.Value)
	}
	p.sample(c, params, kept.to(params, priors))
	return SampledMean{m.WithParams(p.theta), p}
}

func sameNames(a, b []kernel.Param) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Name != b[i].Name {
			return false
		}
	}
	return true
}

// MeanOf returns m with the parameters that the program has computed, and its own
// for the others. It panics if a name means no parameter.
func MeanOf(m gp.ParametricMean, values Values) SampledMean {
	p := given(m.Params(), values)
	return SampledMean{m.WithParams(p.theta), p}
}
