package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// Each part of the size is doubled in turn, from one size.
func TestCost(t *testing.T) {
	code, out, log := call(t, "--cost", "--quick", "--runs", "1", "--json")
	var rows []costRow
	if err := json.Unmarshal([]byte(out), &rows); code != 0 || err != nil {
		t.Fatalf("exit %d, %v: %s", code, err, log)
	}
	if len(rows) != 3*(costDoublings+1) {
		t.Fatalf("%d rows", len(rows))
	}
	base := work{625, 4, 64} // a sixteenth
	for i, r := range rows {
		want := base
		*[]*int{&want.Points, &want.Paths, &want.Features}[i/(costDoublings+1)] <<= i % (costDoublings + 1)
		if r.work != want || !(r.Seconds > 0) || r.Scratch <= 0 {
			t.Errorf("row %d is %+v, want the size %+v", i, r, want)
		}
	}
	text := costMarkdown([]costRow{{base, 2, 1e6}, {work{1250, 4, 64}, 3, 2e6}})
	if !strings.Contains(text, "| 1250 | 4 | 64 | 3 | 2 | 1.50 |\n") {
		t.Error(text)
	}
}
