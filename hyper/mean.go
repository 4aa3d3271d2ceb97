package hyper

import (
	"matheron/ad"
	"matheron/gp"
	"matheron/ppl"
)

// SampledMean is a mean with the numbers of one run of a program, which remembers
// which of them are values on the tape. Give it to [Factor] in a [gp.Prior]. It
// belongs to that run.
type SampledMean struct {
	gp.Mean
	values []ad.Value
}

// Mean samples the parameters of m that priors mean, each at a site of the
// parameter's full name, such as Mean.constant, and returns m with the values;
// the other parameters keep theirs. It fails and panics as [Kernel] does.
func Mean(c *ppl.Context, m gp.ParametricMean, priors Priors) SampledMean {
	p := sample(c, m.Params(), priors)
	return SampledMean{m.WithParams(p.theta), p.values}
}

// MeanOf returns m with the parameters that the program has computed, and its own
// for the others. It panics if a name means no parameter.
func MeanOf(m gp.ParametricMean, values Values) SampledMean {
	p := given(m.Params(), values)
	return SampledMean{m.WithParams(p.theta), p.values}
}
