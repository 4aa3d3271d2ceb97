package ppl

// transformer is a law of x = b(z).
type transformer interface {
	untransformed() (base Distribution, t transform)
}

func (d *transformed) untransformed() (Distribution, transform) { return d.base, d.transform }

// Untransform draws random variables of a [Transformed] law x = b(z) as z, at a
// site of its own, NAME_base; x is then Deterministic. The rest is as for
// [NonCentered], which may follow it: with both, x = exp(mu + sigma z) has a standard
// normal z.
func Untransform(names ...string) Handler {
	return func(next Eval) Eval {
		return func(c *Context, s *Site) {
			d, ok := s.Dist.(transformer)
			if !s.Latent() || !applies(names, s) || !ok {
				if !ok && len(names) > 0 && s.Latent() && applies(names, s) {
					c.Fail(s, errNotTransformed)
				}
				next(c, s)
				return
			}
			base, t := d.untransformed()
			z := c.auxiliary(s, "_base", base)
			next(c, z)
			s.become(t.forward(z.Value))
			next(c, s)
		}
	}
}
