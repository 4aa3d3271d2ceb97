package ppl

// Condition turns random variables into data, which are read, not copied, and
// puts other data in the place of those of a program.
func Condition(data Values) Handler {
	return func(next Eval) Eval {
		return func(c *Context, s *Site) {
			if x, ok := data[s.Name]; ok && (s.Kind == Sample || s.Kind == Observe) {
				if s.Kind == Observe && s.HasValue() && len(x) == s.Value.Len() {
					s.Value = ShapeOf(s.Value).constant(c.tape, x)
				} else {
					c.set(s, x)
				}
				s.Observed = true
			}
			next(c, s)
		}
	}
}
