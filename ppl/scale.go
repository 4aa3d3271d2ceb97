package ppl

import (
	"fmt"
	"math"
)

// Scale multiplies log densities by a positive number, at the named sites or at
// all. Several such numbers are multiplied.
func Scale(by float64, names ...string) Handler {
	if !(by > 0) || math.IsInf(by, 1) {
		panic(fmt.Sprintf("ppl: Scale by %v", by))
	}
	return func(next Eval) Eval {
		return func(c *Context, s *Site) {
			if applies(names, s) {
				s.Scale *= by
			}
			next(c, s)
		}
	}
}
