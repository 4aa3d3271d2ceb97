package ppl

import "matheron/ad"

// NonCentered draws random variables of a location-scale distribution as
//
//	x = location + scale z,  z standard, at a site of its own, NAME_standard
//
// (the non-centred form: Papaspiliopoulos, Roberts and Skold 2007, Stat. Science
// 22, 59-73), so that z does not depend on the location and the scale. x is then
// Deterministic, and the joint density of the other sites and x is the same. It
// applies to Normal, StudentT and Cauchy; another distribution at a named site is an
// error. Without names it is for all sites with one of these. Sites that have a value,
// such as data, are left alone.
func NonCentered(names ...string) Handler {
	return func(next Eval) Eval {
		return func(c *Context, s *Site) {
			if !s.Latent() || !applies(names, s) {
				next(c, s)
				return
			}
			l, ok := s.Dist.(LocationScaler)
			var location, scale ad.Value
			var standard Distribution
			if ok {
				location, scale, standard, ok = l.Standardized(c.tape)
			}
			if !ok {
				if len(names) > 0 {
					c.Fail(s, errNoLocation)
				}
				next(c, s)
				return
			}
			z := c.newSiteFor(s, "_standard", standard)
			next(c, z)
			s.makeDeterministic(ad.Add(location, ad.Mul(scale, z.Value)))
			next(c, s)
		}
	}
}

// newSiteFor returns a random variable that takes the place of s.
func (c *Context) newSiteFor(s *Site, suffix string, d Distribution) *Site {
	z := c.NewSite(Sample, s.Name+suffix)
	z.Dist, z.Scale, z.Mask = d, s.Scale, s.Mask
	z.Plates = append(z.Plates, s.Plates...)
	if s.Key != nil {
		z.SetKey(s.Key.Named(suffix))
	}
	return z
}

// makeDeterministic makes the site a deterministic one.
func (s *Site) makeDeterministic(v ad.Value) {
	s.Kind, s.Dist, s.Value, s.Mask, s.Scale, s.Key = Deterministic, nil, v, nil, 1, nil
}

// untransformer is a [Distribution] of x = b(z).
type untransformer interface {
	untransformed() (base Distribution, t transform)
}

func (d *transformed) untransformed() (Distribution, transform) { return d.base, d.transform }

// Untransform draws random variables of a [Transformed] distribution x = b(z) as z, at
// a site of its own, NAME_base; x is then Deterministic. Names, and sites that have a
// value, are treated as by [NonCentered], which may follow it: with both, x = exp(mu +
// sigma z) has a standard normal z.
func Untransform(names ...string) Handler {
	return func(next Eval) Eval {
		return func(c *Context, s *Site) {
			d, ok := s.Dist.(untransformer)
			if !s.Latent() || !applies(names, s) || !ok {
				if !ok && len(names) > 0 && s.Latent() && applies(names, s) {
					c.Fail(s, errNotTransformed)
				}
				next(c, s)
				return
			}
			base, t := d.untransformed()
			z := c.newSiteFor(s, "_base", base)
			next(c, z)
			s.makeDeterministic(t.forward(z.Value))
			next(c, s)
		}
	}
}
