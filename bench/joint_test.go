package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestJoint(t *testing.T) {
	code, out, log := call(t, "--joint", "--quick", "--runs", "1", "--json")
	var rows []jointRow
	if err := json.Unmarshal([]byte(out), &rows); code != 0 || err != nil {
		t.Fatalf("exit %d, %v: %s", code, err, log)
	}
	if len(rows) != len(jointPoints) {
		t.Fatalf("%d rows", len(rows))
	}
	for i, r := range rows {
		if r.Points != jointPoints[i]/quickDivisor || !(r.Draw > 0 && r.Eval > 0 && r.Joint > 0) {
			t.Errorf("row %d is %+v", i, r)
		}
	}
}

func TestCrossover(t *testing.T) {
	rows := []jointRow{{200, 1, 0.1, 0.5}, {500, 1, 0.2, 1.1}, {1000, 1, 0.4, 3}}
	text := jointMarkdown(rows)
	for _, want := range []string{"between 500 and 1000 points", "| 1000 | 1 | 0.4 | 3 | 2.14 |"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if got := crossover(rows[2:]); !strings.Contains(got, "from 1000 points on") {
		t.Error(got)
	}
	if got := crossover(rows[:2]); got != "Joint draws cost less at all of these." {
		t.Error(got)
	}
}
