package ppl

import "fmt"

// Values are the elements of values by the names of their sites, row by row.
type Values map[string][]float64

// Substitute gives random variables values, which are read, not copied. They stay
// random variables: their density counts. Data are left alone.
func Substitute(values Values) Handler {
	return func(next Eval) Eval {
		return func(c *Context, s *Site) {
			if s.Kind == Sample && !s.Observed {
				if x, ok := values[s.Name]; ok {
					c.set(s, x)
				}
			}
			next(c, s)
		}
	}
}

// set gives the site a value, in the shape of its law.
func (c *Context) set(s *Site, x []float64) {
	shape := Shape{}
	if s.Dist != nil {
		shape = s.Dist.Shape()
	}
	if len(x) != shape.Len() {
		c.Fail(s, fmt.Errorf("%d numbers for a value of shape %v", len(x), shape))
	}
	s.Value = shape.constant(c.tape, x)
}
