package ppl

import (
	"runtime/debug"

	"matheron/ad"
)

// Run runs the program on a tape, which is not reset before; nil makes one. The
// first of the handlers is the innermost. A site that fails, and a panic of the
// model, are the error (*[SiteError], *[PanicError]).
func Run(m Model, t *ad.Tape, handlers ...Handler) error {
	if m == nil {
		panic("ppl: Run: no model")
	}
	if t == nil {
		t = ad.NewTape()
	}
	return newContext(t).try(m, Default, handlers)
}

// try runs the program and turns its panics into errors.
func (c *Context) try(m Model, outermost Eval, handlers []Handler) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case abort:
			err = r.err
		default:
			err = &PanicError{c.last, r, debug.Stack()}
		}
	}()
	c.run(m, outermost, handlers)
	return nil
}
