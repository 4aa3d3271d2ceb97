package gp

import (
	"slices"
	"strings"

	"matheron/kernel"
	"matheron/prob"
)

// ParamPrior is a prior on every parameter that Pattern matches, see
// [kernel.MatchNames]; the noise is called "noise_variance".
//
// Of several priors whose patterns match a parameter, the one counts whose pattern is
// its full name, then the one with the longest pattern, then the later one. So
// "lengthscale" is for all lengthscales but those that "RBF.lengthscale" or
// "sum.1.RBF.lengthscale[0]" is for, in whatever order they come. The rule is the
// same wherever there are priors: here, in package sparse, in programs of package
// hyper, and for the flag --prior.
type ParamPrior struct {
	Pattern string
	Prior   prob.Distribution
}

// Priors are priors by pattern, where no order is needed. No two patterns are the
// same, so that order counts only between different patterns of one length.
type Priors map[string]prob.Distribution

// List returns the priors in the order of their patterns as text.
func (p Priors) List() []ParamPrior {
	out := make([]ParamPrior, 0, len(p))
	for pattern, prior := range p {
		out = append(out, ParamPrior{pattern, prior})
	}
	slices.SortFunc(out, func(a, b ParamPrior) int { return strings.Compare(a.Pattern, b.Pattern) })
	return out
}

// matchPatterns returns for each parameter the position of the pattern that counts,
// -1 for none, by the rule of [ParamPrior]. The error is an [*UnknownParam] for the
// first pattern that matches no parameter.
func matchPatterns(params []kernel.Param, patterns []string) ([]int, error) {
	chosen := make([]int, len(params))
	for i := range chosen {
		chosen[i] = -1
	}
	for at, pattern := range patterns {
		found := kernel.MatchNames(params, pattern)
		if len(found) == 0 {
			return nil, &UnknownParam{Pattern: pattern, Names: namesOf(params)}
		}
		for _, i := range found {
			// A full name is longer than all other patterns that match it.
			if now := chosen[i]; now < 0 || len(pattern) >= len(patterns[now]) {
				chosen[i] = at
			}
		}
	}
	return chosen, nil
}

// matchPriors returns the prior of each parameter by the rule of [ParamPrior], nil
// where no pattern matches. The error is an [*UnknownParam] for the first pattern
// that matches no parameter.
func matchPriors(params []kernel.Param, priors []ParamPrior) ([]prob.Distribution, error) {
	patterns := make([]string, len(priors))
	for i, p := range priors {
		patterns[i] = p.Pattern
	}
	chosen, err := matchPatterns(params, patterns)
	if err != nil {
		return nil, err
	}
	out := make([]prob.Distribution, len(params))
	for i, at := range chosen {
		if at >= 0 {
			out[i] = priors[at].Prior
		}
	}
	return out, nil
}

func namesOf(params []kernel.Param) []string {
	out := make([]string, len(params))
	for i, p := range params {
		out[i] = p.Name
	}
	return out
}
