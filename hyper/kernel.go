package hyper

import (
	"gonum.org/v1/gonum/mat"

	"matheron/internal/gram"
	"matheron/kernel"
	"matheron/ppl"
	"matheron/prob"
)

// Sampled is a kernel with the numbers of one run of a program, which remembers
// which of them are values on the tape. Give it to [Factor] in a [gp.Prior]. It
// belongs to that run: the next one may have its storage.
type Sampled struct{ *sampled }

// sampled is behind one pointer, so that a Sampled in a [gp.Prior] is not a new
// object each run.
type sampled struct {
	of     kernel.Kernel // its numbers do not count
	params parameters
	made   kernel.Kernel // with all numbers; nil until it is asked for
}

var _ kernel.Kernel = Sampled{}

// Unwrap returns the kernel with its numbers.
func (s *sampled) Unwrap() kernel.Kernel {
	if s.made == nil {
		s.made = kernel.WithParams(s.of, s.params.theta)
	}
	return s.made
}

// Cov implements [kernel.Kernel].
func (s *sampled) Cov(dst, x, y *mat.Dense) { s.Unwrap().Cov(dst, x, y) }

// Diag implements [kernel.Kernel].
func (s *sampled) Diag(dst []float64, x *mat.Dense) { s.Unwrap().Diag(dst, x) }

// keptKernel is what [Kernel] keeps from run to run.
type keptKernel struct {
	sampled
	plan *gram.Plan // of the kernel's structure
	list []kernel.Param
	assignment[prob.Distribution]
}

// Kernel samples the parameters of k that priors mean, each at a site of the
// parameter's full name, and returns k with the values; the other parameters
// keep theirs. A prior with values that its parameter cannot have fails the site
// (*[ppl.SupportError]). It panics if a name means no parameter.
//
// K is a [kernel.Kernel]: its own type in place of the interface keeps a kernel that
// the program makes anew each run off the heap.
func Kernel[K kernel.Kernel](c *ppl.Context, k K, priors Priors) Sampled {
	kept := ppl.Kept[keptKernel](c)
	plan, theta := kernel.Compile(k, kept.plan, kept.params.theta[:0])
	if plan != kept.plan {
		kept.plan, kept.of, kept.list = plan, k, kernel.Params(k)
		kept.assignment = assignment[prob.Distribution]{}
	}
	kept.params.theta = theta
	kept.made = nil
	kept.params.sample(c, kept.list, kept.to(kept.list, priors))
	return Sampled{&kept.sampled}
}

// KernelOf returns k with the parameters that the program has computed, and its
// own for the others:
//
//	alpha := c.Sample("alpha", ppl.Fixed(prob.HalfNormal{SD: 2}))
//	k := hyper.KernelOf(rbf, hyper.Values{"variance": ad.Square(alpha)})
//
// Where a value is none that the parameter can have the density of [Factor] is
// zero; a random variable itself, whose prior does not fit, is refused by
// [ppl.NewTarget]. It panics if a name means no parameter.
func KernelOf(k kernel.Kernel, values Values) Sampled {
	return Sampled{&sampled{of: k, params: given(kernel.Params(k), values)}}
}
