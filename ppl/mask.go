package ppl

import "fmt"

// Mask lets only the marked terms of the log density count, at the named sites or
// at all. keep has a mark a term: an element, or a row of a matrix of vectors; a
// single one is for all terms. Masks of several handlers all have to mark a term.
// A value that is masked may be NaN.
func Mask(keep []bool, names ...string) Handler {
	if len(keep) == 0 {
		panic("ppl: Mask: no marks")
	}
	return func(next Eval) Eval {
		return func(c *Context, s *Site) {
			if (s.Kind == Sample || s.Kind == Observe) && applies(names, s) {
				c.mask(s, keep)
			}
			next(c, s)
		}
	}
}

// mask joins keep to the mask of the site. A single mark stays one, since the law
// may yet be repeated to a plate.
func (c *Context) mask(s *Site, keep []bool) {
	switch n := len(s.Mask); {
	case n == 0:
		s.Mask = keep
		return
	case n == 1 || len(keep) == 1:
		one, other := s.Mask, keep
		if n != 1 {
			one, other = keep, s.Mask
		}
		s.Mask = other
		if !one[0] {
			s.Mask = one
		}
		return
	case n != len(keep):
		c.Fail(s, fmt.Errorf("masks of %d and of %d", n, len(keep)))
	}
	both := make([]bool, len(keep))
	for i := range both {
		both[i] = s.Mask[i] && keep[i]
	}
	s.Mask = both
}
