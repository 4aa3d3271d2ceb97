package ppl

import (
	"fmt"

	"matheron/ad"
	"matheron/prob"
)

// Supporter is a [Distribution] of numbers that has a support.
type Supporter interface {
	// Support returns an interval that contains all elements of a value; false for
	// counts.
	Support() (prob.Support, bool)
}

// SupportError is the error of a prior that reaches outside of the support of its
// parameter. A [SiteError] around it names the prior's site.
type SupportError struct {
	// Prior is the support of the prior, Want that of the parameter.
	Prior, Want prob.Support
	// Parameter says which parameter: the parameter, sd of site "y".
	Parameter string
}

func (e *SupportError) Error() string {
	return fmt.Sprintf("the support of its prior is %v, that of %s %v", e.Prior, e.Parameter, e.Want)
}

// CheckSupport returns a *[SupportError] unless the support of the prior is inside of
// that of the parameter.
func CheckSupport(prior, want prob.Support, parameter string) error {
	if prior.Lower >= want.Lower && prior.Upper <= want.Upper {
		return nil
	}
	return &SupportError{prior, want, parameter}
}

// ParamSupport is the support that a parameter of a site has to be in.
type ParamSupport struct {
	Value     ad.Value
	Parameter string
	Support   prob.Support
}

// ParamSupporter is a [Distribution], or a [Site.Info], that has the supports of its
// parameters. [NewTarget] refuses a program if one of these is a random variable whose
// prior reaches outside.
type ParamSupporter interface {
	ParamSupports() []ParamSupport
}

// priors are the supports of the random variables of a run, by their values.
type priors map[ad.Value]prior

type prior struct {
	site    string
	support prob.Support
}

// add records the prior of a site that has its value.
func (p priors) add(s *Site) {
	if d, ok := s.Dist.(Supporter); ok {
		if support, ok := d.Support(); ok {
			p[s.Value] = prior{s.Name, support}
		}
	}
}

// check returns the error of a parameter of the site that is a random variable whose
// prior reaches outside of its support.
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

// ParamSupports returns those of the family.
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

// ParamSupports returns that of the weights.
func (d *categories[D]) ParamSupports() []ParamSupport {
	if p, ok := any(d.at(0)).(parameters); ok && d.shape.Len() > 0 {
		return []ParamSupport{{d.weights, "the weights", p.Parameters()[0].Support}}
	}
	return nil
}

// ParamSupports returns those of the parameters whose elements have one support.
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
