package hyper

import (
	"fmt"
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

// Values are values on the tape of a program, scalars, by the names of parameters
// as in [Priors].
type Values map[string]ad.Value

// parameters are the numbers of a kernel or a mean in one run of a program.
type parameters struct {
	theta []float64
	// values[i] is the value of parameter i on the tape; the zero Value is a number
	// that the program did not make.
	values []ad.Value
}

// sample samples the parameters that priors mean, each at a site of its full name.
func sample(c *ppl.Context, params []kernel.Param, priors Priors) parameters {
	laws := assign(params, priors)
	out := parameters{make([]float64, len(params)), make([]ad.Value, len(params))}
	for i, p := range params {
		out.theta[i] = p.Value
		law := laws[i]
		if law == nil {
			continue
		}
		if err := fits(law.Support(), dist.Interval(p.Lower, p.Upper)); err != nil {
			c.Fail(&ppl.Site{Kind: ppl.Sample, Name: p.Name}, err)
		}
		out.values[i] = c.Sample(p.Name, ppl.Fixed(law))
		out.theta[i] = out.values[i].Float()
	}
	return out
}

// given takes the parameters that values mean from the program.
func given(params []kernel.Param, values Values) parameters {
	out := parameters{make([]float64, len(params)), assign(params, values)}
	for i, p := range params {
		out.theta[i] = p.Value
		if v := out.values[i]; v.Tape() != nil {
			out.theta[i] = v.Float()
		}
	}
	return out
}

// assign returns what each parameter gets, the zero value where there is nothing.
// It panics if a name means no parameter.
func assign[T any](params []kernel.Param, by map[string]T) []T {
	patterns := make([]string, 0, len(by))
	for name := range by {
		patterns = append(patterns, name)
	}
	// The longest last, so that it overrides; by name among equals, so that the
	// order of a map does not show.
	sort.Slice(patterns, func(i, j int) bool {
		a, b := patterns[i], patterns[j]
		return len(a) < len(b) || len(a) == len(b) && a < b
	})
	out := make([]T, len(params))
	for _, pattern := range patterns {
		found := kernel.MatchNames(params, pattern)
		if len(found) == 0 {
			panic(fmt.Sprintf("hyper: no parameter is called %q; there are %v", pattern, names(params)))
		}
		for _, i := range found {
			out[i] = by[pattern]
		}
	}
	return out
}

func names(params []kernel.Param) []string {
	out := make([]string, len(params))
	for i, p := range params {
		out[i] = p.Name
	}
	return out
}
