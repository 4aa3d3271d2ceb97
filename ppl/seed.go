package ppl

import (
	"slices"

	"matheron/rng"
)

// Seed gives every site the child of the key that has its name, so that what a
// site draws does not depend on the sites before it. A site with a key keeps it.
func Seed(key rng.Key) Handler {
	return func(next Eval) Eval {
		return func(c *Context, s *Site) {
			if s.Key == nil {
				s.SetKey(key.Named(s.Name))
			}
			next(c, s)
		}
	}
}

// applies reports whether a handler for the given names, none of which means all,
// is for the site.
func applies(names []string, s *Site) bool {
	return len(names) == 0 || slices.Contains(names, s.Name)
}
