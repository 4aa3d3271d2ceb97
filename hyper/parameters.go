package hyper

import (
	"fmt"
	"sort"

	"matheron/ad"
	"matheron/kernel"
	"matheron/ppl"
	"matheron/prob"
)

// Priors are laws of parameters by name. A name means the one parameter whose
// full name it is, or else all whose names end in it, see [kernel.MatchNames].
// Of several names that mean a parameter the most specific, the longest, counts.
type Priors map[string]prob.Distribution

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

// sample samples the parameters that have laws, each at a site of its full name.
// theta is that of params.
func (p *parameters) sample(c *ppl.Context, params []kernel.Param, laws []prob.Distribution) {
	p.values = p.values[:0]
	for i := range params {
		var v ad.Value
		if law := laws[i]; law != nil {
			q := &params[i]
			if err := ppl.CheckSupport(law.Support(), prob.Interval(q.Lower, q.Upper), "the parameter"); err != nil {
				c.Fail(&ppl.Site{Kind: ppl.Sample, Name: q.Name}, err)
			}
			v = c.Sample(q.Name, c.Of(law))
			p.theta[i] = v.Float()
		}
		p.values = append(p.values, v)
	}
}

// given takes the parameters that values mean from the program.
func given(params []kernel.Param, values Values) parameters {
	var a assignment[ad.Value]
	out := parameters{make([]float64, len(params)), a.to(params, values)}
	for i, p := range params {
		out.theta[i] = p.Value
		if v := out.values[i]; v.Tape() != nil {
			out.theta[i] = v.Float()
		}
	}
	return out
}

// assignment is what each parameter gets of a map by name. It keeps the names that
// it has found to mean a parameter for maps with the same keys.
type assignment[T any] struct {
	keys []string
	at   []string // of each parameter; empty for none
	out  []T
}

// to returns what each parameter gets, the zero value where there is nothing. The
// list is that of the calls before, and belongs to a. It panics if a name means no
// parameter.
func (a *assignment[T]) to(params []kernel.Param, by map[string]T) []T {
	if !a.has(by) {
		a.assign(params, by)
	}
	var none T
	for i, key := range a.at {
		a.out[i] = none
		if key != "" {
			a.out[i] = by[key]
		}
	}
	return a.out
}

// has reports whether the keys of the map are those that are known.
func (a *assignment[T]) has(by map[string]T) bool {
	if a.out == nil || len(by) != len(a.keys) {
		return false
	}
	for _, key := range a.keys {
		if _, ok := by[key]; !ok {
			return false
		}
	}
	return true
}

func (a *assignment[T]) assign(params []kernel.Param, by map[string]T) {
	a.keys = make([]string, 0, len(by))
	for name := range by {
		a.keys = append(a.keys, name)
	}
	// The longest last, so that it overrides; by name among equals, so that the
	// order of a map does not show.
	sort.Slice(a.keys, func(i, j int) bool {
		s, t := a.keys[i], a.keys[j]
		return len(s) < len(t) || len(s) == len(t) && s < t
	})
	a.at, a.out = make([]string, len(params)), make([]T, len(params))
	for _, key := range a.keys {
		found := kernel.MatchNames(params, key)
		if len(found) == 0 {
			panic(fmt.Sprintf("hyper: no parameter is called %q; there are %v", key, names(params)))
		}
		for _, i := range found {
			a.at[i] = key
		}
	}
}

func names(params []kernel.Param) []string {
	out := make([]string, len(params))
	for i, p := range params {
		out[i] = p.Name
	}
	return out
}
