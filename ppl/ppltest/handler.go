package ppltest

import (
	"sync"
	"testing"

	"matheron/ppl"
	"matheron/rng"
)

// TestHandler checks a handler on a program:
//
//   - its state is that of a run: each run with the key gives the same trace, one
//     after the other and at the same time;
//   - it lets sites through: every site of the program that is in the trace has a
//     value and a density that is a number, and its name once;
//   - between two handlers that change nothing it does what it does alone;
//   - what it changes can be replayed.
func TestHandler(t testing.TB, h ppl.Handler, m ppl.Model, key rng.Key) {
	t.Helper()
	want, err := ppl.TraceOf(m, key, h)
	if err != nil {
		t.Errorf("TraceOf: %v", err)
		return
	}
	names := map[string]bool{}
	for _, r := range want.Sites {
		if names[r.Name] {
			t.Errorf("site %q is in the trace twice", r.Name)
		}
		names[r.Name] = true
		if len(r.Value) != r.Shape.Len() || r.LogProb != r.LogProb {
			t.Errorf("site %q: %d numbers of shape %v, log density %v", r.Name, len(r.Value), r.Shape, r.LogProb)
		}
	}
	check := func(what string, handlers ...ppl.Handler) {
		got, err := ppl.TraceOf(m, key, handlers...)
		switch {
		case err != nil:
			t.Errorf("%s: %v", what, err)
		case !equal(got, want):
			t.Errorf("%s: the trace is another:\n%v\n%v", what, got.Sites, want.Sites)
		}
	}
	check("second run", h)
	check("inside of others", h, nothing, nothing)
	check("outside of others", nothing, nothing, h)
	check("replay", h, ppl.Replay(want))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { check("run beside others", h) })
	}
	wg.Wait()
}

// nothing passes sites on.
func nothing(next ppl.Eval) ppl.Eval {
	return func(c *ppl.Context, s *ppl.Site) { next(c, s) }
}
