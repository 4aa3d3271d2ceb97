package main

import (
	"math"
	"strings"
	"testing"

	"matheron/progress"
)

// A bar counts what every part of every stage has done, once, and says where the
// work stands.
func TestBarUpdate(t *testing.T) {
	var w strings.Builder
	b := newBarOn(&w, 2*(3+5), "nuts", "")
	for _, u := range []progress.Update{
		{Stage: "warm-up", Part: 1, Parts: 2, Done: 1, Total: 3},
		{Stage: "warm-up", Part: 2, Parts: 2, Done: 3, Total: 3},
		{Stage: "warm-up", Part: 1, Parts: 2, Done: 3, Total: 3},
		{Stage: "draws", Part: 2, Parts: 2, Done: 2, Total: 5, Divergences: 1},
	} {
		u.Value = math.NaN()
		b.update(u)
	}
	if s := b.bar.State(); s.CurrentNum != 8 || s.Max != 16 {
		t.Errorf("%d of %d units, want 8 of 16", s.CurrentNum, s.Max)
	}
	if s, want := b.bar.State().Description, "nuts: draws, 2 of 2: 2 of 5, 1 divergences"; s != want {
		t.Errorf("the bar says %q, want %q", s, want)
	}
	b.update(progress.Update{Stage: "warm-up", Part: 1, Parts: 2, Done: 2, Total: 3, Value: -1.5}) // begun anew
	if n := b.bar.State().CurrentNum; n != 10 {
		t.Errorf("%d units, want 10", n)
	}
	b.done()
	(*bar)(nil).update(progress.Update{Stage: "draws", Done: 1}) // where there is no terminal
}
