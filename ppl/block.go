package ppl

// Block hides sites from the handlers further out: they neither change nor record
// them, and their density does not count. Without names it hides all. A hidden
// site that is drawn needs its key from a handler further in.
func Block(names ...string) Handler {
	return BlockFunc(func(s *Site) bool { return applies(names, s) })
}

// BlockFunc hides the sites for which hide returns true.
func BlockFunc(hide func(s *Site) bool) Handler {
	return func(next Eval) Eval {
		return func(c *Context, s *Site) {
			if hide(s) {
				Default(c, s)
				return
			}
			next(c, s)
		}
	}
}
