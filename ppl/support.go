package ppl

import (
	"fmt"

	"matheron/ad"
	"matheron/dist"
)

// Supporter is a [Distribution] of numbers that tells where they are.
type Supporter interface {
	// Support returns an interval that all elements of a value are in; false if
	// the values are counts.
	Support() (dist.Support, bool)
}

// SupportError is the error of a prior with values that the parameter cannot have
// which it is the prior of. A [SiteError] around it names the prior's site.
type SupportError struct {
	// Prior is where the law has its values, Want where the parameter may be.
	Prior, Want dist.Support
	// Parameter says which one it is: the parameter, sd of site "y".
	Parameter string
}

func (e *SupportError) Error() string {
	return fmt.Sprintf("the support of its prior is %v, that of %s %v", e.Prior, e.Parameter, e.Want)
}

// CheckSupport returns a *[SupportError] unless all of the prior's support is inside
// of what the parameter may be.
func CheckSupport(prior, want dist.Support, parameter string) error {
	if prior.Lower >= want.Lower && prior.Upper <= want.Upper {
		return nil
	}
	return &SupportError{prior, want, parameter}
}

// need is what a law asks of a value that is one of its parameters.
type need struct {
	value   ad.Value
	name    string
	support dist.Support
}

// needy is a [Distribution] with parameters on the tape.
type needy interface {
	needs() []need
}

// priors are the supports of the random variables of a run, by their values.
type priors map[ad.Value]prior

type prior struct {
	site    string
	support dist.Support
}

// add remembers the prior of a site that has its value.
func (p priors) add(s *Site) {
	if d, ok := s.Dist.(Supporter); ok {
		if support, ok := d.Support(); ok {
			p[s.Value] = prior{s.Name, support}
		}
	}
}

// check returns the error of a parameter of the site's law that is a random
// variable whose prior does not fit.
func (p priors) check(s *Site) error {
	d, ok := s.Dist.(needy)
	if !ok {
		return nil
	}
	for _, n := range d.needs() {
		if of, ok := p[n.value]; ok {
			if err := CheckSupport(of.support, n.support, fmt.Sprintf("%s of site %q", n.name, s.Name)); err != nil {
				return &SiteError{of.site, err}
			}
		}
	}
	return nil
}

// parametric is what tells the supports of parameters.
type parametric interface {
	Parameters() []dist.Parameter
}

// needs returns what the family asks of the parameters.
func (e *elementwise[D]) needs() []need {
	d, ok := any(e.with(make([]float64, len(e.params)))).(parametric)
	if !ok {
		return nil
	}
	var out []need
	for k, p := range d.Parameters() {
		out = append(out, need{e.params[k+e.held], p.Name, p.Support})
	}
	return out
}

// needs returns what the law asks of the weights, the same of each.
func (d *categories[D]) needs() []need {
	if law, ok := any(d.law(0)).(parametric); ok && d.shape.Len() > 0 {
		return []need{{d.weights, "the weights", law.Parameters()[0].Support}}
	}
	return nil
}

// needs returns what the law asks of the parameters whose elements all have to be
// in one interval.
func (v *vector) needs() []need {
	if v.of == nil {
		return nil
	}
	all := v.of.Parameters()
	var out []need
	for _, p := range v.params {
		mine := all[:p.Len()]
		all = all[p.Len():]
		same := len(mine) > 0
		for _, q := range mine {
			same = same && q.Support == mine[0].Support
		}
		if same {
			out = append(out, need{p, mine[0].Name, mine[0].Support})
		}
	}
	return out
}

func (d *iid) needs() []need {
	if of, ok := d.of.(needy); ok {
		return of.needs()
	}
	return nil
}

func (d *transformed) needs() []need {
	if of, ok := d.base.(needy); ok {
		return of.needs()
	}
	return nil
}
