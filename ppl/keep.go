package ppl

import "matheron/prob"

// ScratchOf returns storage for work that each run of a program does again, such as a
// matrix: the n-th call in a run of a context returns what the n-th call in the run
// before did, where that was of the same type, and else a new zero value. What is
// in it is for the caller to check: it is of the same place in the program as long
// as the program runs the same statements.
//
// A [Target] has a context for each call at a time and keeps these; [Run] has a
// new one. Without a context, nil, storage is always new.
func ScratchOf[T any](c *Context) *T {
	if c == nil {
		return new(T)
	}
	n := c.keeps
	c.keeps++
	if n < len(c.kept) {
		if v, ok := c.kept[n].(*T); ok {
			return v
		}
	}
	v := new(T)
	c.kept = append(c.kept[:n], v)
	return v
}

// Fixed is the [Fixed] law of d, in storage that the run of a [Target] keeps for
// the next: for a program that makes its laws anew each time.
func (c *Context) Fixed(d Number) Distribution {
	f := ScratchOf[fixed](c)
	if d == nil {
		panic("ppl: Fixed: no distribution")
	}
	*f = fixed{d: d}
	f.grader, _ = d.(prob.Grader)
	return f
}
