package ppl

// Keep returns what make made for the name when it was first asked for in this
// context, and makes it then: storage for work that each run of a program does
// again, such as a matrix. A [Target] has a context for each call at a time and
// keeps these; [Run] has a new one.
func (c *Context) Keep(name string, make func() any) any {
	v, ok := c.kept[name]
	if !ok {
		if c.kept == nil {
			c.kept = map[string]any{}
		}
		v = make()
		c.kept[name] = v
	}
	return v
}
