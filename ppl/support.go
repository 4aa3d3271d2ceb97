package ppl

import (
	"fmt"

	"matheron/ad"
	"matheron/prob"
)

// Supporter is a [Distribution] of numbers that tells where they are.
type Supporter interface {
	// Support returns an interval that all elements of a value are in; false if
	// the values are counts.
	Support() (prob.Support, bool)
}

// SupportError is the error of a prior with values that the parameter cannot have
// which it is the prior of. A [SiteError] around it names the prior's site.
type SupportError struct {
	// Prior is where the law has its values, Want where the parameter may be.
	Prior, Want prob.Support
	// Parameter says which one it is: the parameter, sd of site "y".
	Parameter string
}

func (e *SupportError) Error() string {
	return fmt.Sprintf("the support of its prior is %v, that of %s %v", e.Prior, e.Parameter, e.Want)
}

// CheckSupport returns a *[SupportError] unless all of the prior's support is inside
// of what the parameter may be.
func CheckSupport(prior, want prob.Support, parameter string) error {
	if prior.Lower >= want.Lower && prior.Upper <= want.Upper {
		return nil
	}
	return &SupportError{prior, want, parameter}
}

// ParamSupport is what a site asks of a value that is one of its parameters.
type ParamSupport struct {
	Value     ad.Value
	Parameter string
	Support   prob.Support
}

// ParamSupporter is a [Distribution], or what a library attaches as [Site.Info], that tells
// what it asks of values. A [Target] is refused if one of them is a random variable
// whose prior does not fit.
type ParamSupporter interface {
	ParamSupports() []ParamSupport
}

// priors are the supports of the random variables of a run, by their values.
type priors map[ad.Value]prior

type prior struct {
	site    string
	support prob.Support
}

// add remembers the prior of a site that has its value.
func (p priors) add(s *Site) {
	if d, ok := s.Dist.(Supporter); ok {
		if support, ok := d.Support(); ok {
			p[s.Value] = prior{s.Name, support}
		}
	}
}

// check returns the error of a parameter of the site that is a random variable
// whose prior does not fit.
func (p priors) check(s *Site) error {
	for _, asks := range []any{s.Dist, s.Info} {
		d, ok := asks.(ParamSupporter)
		if !ok {
			continue
		}
		for _, n := range d.ParamSupports() {
			if of, ok := p[n.Value]; ok {
				if err := CheckSupport(of.support, n.Support, fmt.Sprintf("%s of site %q", n.Parameter, s.Name)); err != nil {
					return &SiteError{of.site, err}
				}
			}
		}
	}
	return nil
}

// parameters is what tells the supports of parameters.
type parameters interface {
	Parameters() []prob.Parameter
}

// ParamSupports returns what the family asks of the parameters.
func (e *elementwise[D]) ParamSupports() []ParamSupport {
	d, ok := any(e.with(make([]float64, len(e.params)))).(parameters)
	if !ok {
		return nil
	}
	var out []ParamSupport
	for k, p := range d.Parameters() {
		out = append(out, ParamSupport{e.params[k+e.constants], p.Name, p.Support})
	}
	return out
}

// ParamSupports returns what the law asks of the weights, the same of each.
func (d *categories[D]) ParamSupports() []ParamSupport {
	if law, ok := any(d.at(0)).(parameters); ok && d.shape.Len() > 0 {
		return []ParamSupport{{d.weights, "the weights", law.Parameters()[0].Support}}
	}
	return nil
}

// ParamSupports returns what the law asks of the parameters whose elements all have to be
// in one interval.
func (v *vector) ParamSupports() []ParamSupport {
	if v.of == nil {
		return nil
	}
	all := v.of.Parameters()
	var out []ParamSupport
	for _, p := range v.params {
		mine := all[:p.Len()]
		all = all[p.Len():]
		same := len(mine) > 0
		for _, q := range mine {
			same = same && q.Support == mine[0].Support
		}
		if same {
			out = append(out, ParamSupport{p, mine[0].Name, mine[0].Support})
		}
	}
	return out
}

// ParamSupports returns those of one value.
func (d *iid) ParamSupports() []ParamSupport {
	if of, ok := d.of.(ParamSupporter); ok {
		return of.ParamSupports()
	}
	return nil
}

// ParamSupports returns those of the base.
func (d *transformed) ParamSupports() []ParamSupport {
	if of, ok := d.base.(ParamSupporter); ok {
		return of.ParamSupports()
	}
	return nil
}
