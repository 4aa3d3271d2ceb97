package ppl

// Replay gives random variables the values that they had in a trace. Variables
// that are not in it, and data, are left alone.
func Replay(t *Trace) Handler {
	return func(next Eval) Eval {
		return func(c *Context, s *Site) {
			if s.Kind == Sample && !s.Observed {
				if r, ok := t.Site(s.Name); ok && r.Kind == Sample {
					c.set(s, r.Value)
				}
			}
			next(c, s)
		}
	}
}
