package hyper

import (
	"matheron/ad"
	"matheron/kernel"
	"matheron/ppl"
)

// Sampled is a kernel with the numbers of one run of a program, which remembers
// which of them are values on the tape. Give it to [Factor] in a [gp.Prior]. It
// belongs to that run.
type Sampled struct {
	kernel.Kernel
	values []ad.Value
}

// Unwrap returns the kernel with its numbers.
func (s Sampled) Unwrap() kernel.Kernel { return s.Kernel }

// Kernel samples the parameters of k that priors mean, each at a site of the
// parameter's full name, and returns k with the values; the other parameters
// keep theirs. A prior with values that its parameter cannot have fails the site
// (*[SupportError]). It panics if a name means no parameter.
func Kernel(c *ppl.Context, k kernel.Kernel, priors Priors) Sampled {
	p := sample(c, kernel.Params(k), priors)
	return Sampled{kernel.WithParams(k, p.theta), p.values}
}

// KernelOf returns k with the parameters that the program has computed, and its
// own for the others:
//
//	alpha := c.Sample("alpha", ppl.Fixed(dist.HalfNormal{SD: 2}))
//	k := hyper.KernelOf(rbf, hyper.Values{"variance": ad.Square(alpha)})
//
// Where a value is none that the parameter can have the density of [Factor] is
// zero. It panics if a name means no parameter.
func KernelOf(k kernel.Kernel, values Values) Sampled {
	p := given(kernel.Params(k), values)
	return Sampled{kernel.WithParams(k, p.theta), p.values}
}
