package hyper

import (
	"fmt"
	"slices"
	"sort"

	"matheron/ad"
	"matheron/dist"
	"matheron/kernel"
	"matheron/ppl"
)

// Priors are laws of parameters by name. A name means the one parameter whose
// full name it is, or else all whose names end in it, see [kernel.MatchNames].
// Of several names that mean a parameter the most specific, the longest, counts.
type Priors map[string]dist.Distribution

// Sampled is a kernel with the numbers of one run of a program, which remembers
// which of them are values on the tape. Give it to [Factor] in a [gp.Prior]. It
// belongs to that run.
type Sampled struct {
	kernel.Kernel
	// values[i] is the value of parameter i of the kernel; the zero Value is a
	// number that was not sampled.
	values []ad.Value
}

// Unwrap returns the kernel with its numbers.
func (s Sampled) Unwrap() kernel.Kernel { return s.Kernel }

// Kernel samples the parameters of k that priors mean, each at a site of the
// parameter's full name, and returns k with the values; the other parameters
// keep theirs. It panics if a name means no parameter.
func Kernel(c *ppl.Context, k kernel.Kernel, priors Priors) Sampled {
	params := kernel.Params(k)
	laws := priors.assign(params)
	theta := make([]float64, len(params))
	s := Sampled{values: make([]ad.Value, len(params))}
	for i, p := range params {
		theta[i] = p.Value
		if laws[i] != nil {
			s.values[i] = c.Sample(p.Name, ppl.Fixed(laws[i]))
			theta[i] = s.values[i].Float()
		}
	}
	s.Kernel = kernel.WithParams(k, theta)
	return s
}

// assign returns the law of each parameter, nil where there is none.
func (p Priors) assign(params []kernel.Param) []dist.Distribution {
	patterns := make([]string, 0, len(p))
	for name := range p {
		patterns = append(patterns, name)
	}
	// The longest last, so that it overrides; by name among equals, so that the
	// order of a map does not show.
	sort.Slice(patterns, func(i, j int) bool {
		a, b := patterns[i], patterns[j]
		return len(a) < len(b) || len(a) == len(b) && a < b
	})
	out := make([]dist.Distribution, len(params))
	for _, pattern := range patterns {
		found := kernel.MatchNames(params, pattern)
		if len(found) == 0 {
			panic(fmt.Sprintf("hyper: no parameter is called %q; there are %v", pattern, names(params)))
		}
		for _, i := range found {
			out[i] = p[pattern]
		}
	}
	return out
}

func names(params []kernel.Param) []string {
	out := make([]string, len(params))
	for i, p := range params {
		out[i] = p.Name
	}
	return slices.Clip(out)
}
