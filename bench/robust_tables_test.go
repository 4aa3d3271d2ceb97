package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A folder with a table, its test rows, a UCI set, and what is no regression.
func TestRobustTables(t *testing.T) {
	folder := t.TempDir()
	var line, more strings.Builder
	for i := range 12 {
		fmt.Fprintf(&line, "%d,%v\n", i, 3+0.5*float64(i)+0.1*float64(i%3))
		fmt.Fprintf(&more, "%v,%v\n", float64(i)+0.5, 3.25+0.5*float64(i))
	}
	for name, text := range map[string]string{
		"line.csv": "x,y\n" + line.String(), "line_test.csv": "x,y\n" + more.String(),
		"flat.csv": "x,y\n1,2\n2,2\n3,2\n4,2\n", "short.csv": "x,y\n1,2\n", "text.csv": "x,y\n1,a\n", "single.csv": "y\n1\n", "empty.csv": "",
		"note.txt": "no table",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	synthetic(t, folder, "set", 0, 1)
	code, out, log := call(t, "--robust", "--tables", folder, "--seeds", "2")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, log)
	}
	for _, want := range []string{
		"| line | 12 | 1 | rbf | maximum evidence |", "| line | 12 | 1 | rbf | MAP, default priors |",
		"| set, split 0 | 54 | 2 | matern32 |", "| set, split 1 | 6 | 2 | matern32 |",
		"- flat: a constant target, 2\n", "- short: 1 rows, less than 4\n", "- line_test: the test rows of line\n",
		"- text: text.csv", "- single: single.csv: a single column\n", "- empty: empty.csv",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if strings.Contains(out, folder) || strings.Contains(out, "scikit-learn") {
		t.Errorf("the folder, or a peer that did not run:\n%s", out)
	}
	if code, out, log := call(t, "--robust", "--tables", folder, "--only", "line"); code != 0 || strings.Contains(out, "set,") {
		t.Errorf("exit %d: %s%s", code, out, log)
	}
	if code, _, log := call(t, "--robust", "--tables", t.TempDir()); code != exitFailure || !strings.Contains(log, "no table") {
		t.Errorf("exit %d: %s", code, log)
	}
}

// A table is behind where scikit-learn's maximum is above that of some seed of ours.
func TestEvidenceBehind(t *testing.T) {
	for _, c := range []struct {
		ours []float64
		want bool
	}{{[]float64{-10, -10.05}, false}, {[]float64{-10, -11}, true}, {[]float64{-9}, false}} {
		r := tableResult{Scores: map[string][]robustScore{robustSklearn.program: {{Evidence: -10}}}}
		for _, v := range c.ours {
			r.Scores[uciMethods[0].name] = append(r.Scores[uciMethods[0].name], robustScore{Evidence: v})
		}
		if got := r.evidenceBehind(); got != c.want {
			t.Errorf("%v: %v", c.ours, got)
		}
	}
}
