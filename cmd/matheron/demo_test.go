package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"syscall"
	"testing"
	"time"

	"matheron/internal/demo"
)

// summaryOf reads a summary.
func summaryOf(t *testing.T, text string) map[string]any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	var s map[string]any
	if err := d.Decode(&s); err != nil {
		t.Fatalf("%v in %.200s", err, text)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		t.Errorf("more than one object: %.200s", text)
	}
	return s
}

// The worked example as one command: an account, a page, the figures in two formats
// and two palettes, and the numbers.
func TestDemo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "out")
	account := succeed(t, "", "demo", "--out", dir)
	summary := summaryOf(t, readFile(t, filepath.Join(dir, "summary.json")))
	want := []string{"report.html", "summary.json"}
	for _, name := range summary["figures"].([]any) {
		for _, palette := range []string{"", "-dark"} {
			base := name.(string) + palette
			want = append(want, base+".png", base+".svg")
			if _, err := png.Decode(strings.NewReader(readFile(t, filepath.Join(dir, base+".png")))); err != nil {
				t.Errorf("%s.png: %v", base, err)
			}
			for d := xml.NewDecoder(strings.NewReader(readFile(t, filepath.Join(dir, base+".svg")))); ; {
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatalf("%s.svg: %v", base, err)
				}
			}
		}
	}
	var got []string
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		got = append(got, f.Name())
	}
	sort.Strings(want)
	if !slices.Equal(got, want) || len(want) < 2+4*15 {
		t.Errorf("files %v\nwant  %v", got, want)
	}
	page := readFile(t, filepath.Join(dir, "report.html"))
	if m := regexp.MustCompile(`(?i)(src|href)\s*=\s*["']?[^"'#]|url\(|@import`).FindString(page); m != "" {
		t.Errorf("the page asks for %q", m)
	}
	// The account and the page are in the order of the sections.
	place, line := -1, -1
	for _, s := range demo.Sections() {
		p, l := strings.Index(page, `<section id="`+s.Key+`"`), strings.Index(account, s.Title+"\n")
		if p <= place || l <= line {
			t.Errorf("%s is not in its place", s.Key)
		}
		place, line = p, l
		if _, ok := summary[s.Key].(map[string]any); !ok {
			t.Errorf("the summary has no %s", s.Key)
		}
	}
	for _, want := range []string{"RBF.lengthscale", "R-hat", "ESS bulk", "2 × 120", "just beyond", dir + ": summary.json, report.html and "} {
		if !strings.Contains(account, want) {
			t.Errorf("the account has no %q", want)
		}
	}
}

// With --json and without figures there is one object, and no figure; another seed
// has other numbers throughout, the same seed the same.
func TestDemoSeeds(t *testing.T) {
	run := func(seed string) map[string]any {
		dir := t.TempDir()
		s := summaryOf(t, succeed(t, "", "demo", "--out", dir, "--figures=false", "--json", "--seed", seed))
		files, err := os.ReadDir(dir)
		if err != nil || len(files) != 2 || len(s["figures"].([]any)) > 0 {
			t.Errorf("%d files, figures %v", len(files), s["figures"])
		}
		delete(s, "seconds")
		return s
	}
	same := func(a, b any) bool {
		x, errA := json.Marshal(a)
		y, errB := json.Marshal(b)
		return errA == nil && errB == nil && bytes.Equal(x, y)
	}
	first, again, other := run("3"), run("3"), run("4")
	if !same(first, again) {
		t.Error("two runs differ")
	}
	for _, s := range demo.Sections() {
		if same(first[s.Key], other[s.Key]) {
			t.Errorf("%s is the same for another seed", s.Key)
		}
	}
}

// The objects of the summary are those of the page about the command line and of the
// help; what is in each is on the page about the worked example, which a test of the
// example holds to it.
func TestSummaryIsDocumented(t *testing.T) {
	summary := summaryOf(t, succeed(t, "", "demo", "--out", t.TempDir(), "--figures=false", "--json"))
	_, section, ok := strings.Cut(readFile(t, "../../docs/command-line.md"), "\n## matheron demo\n")
	if !ok {
		t.Fatal("no section on demo")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	help := succeed(t, "", "demo", "--help")
	for key := range summary {
		if !strings.Contains(section, "`"+key+"`") {
			t.Errorf("command-line.md has no %s", key)
		}
		if !strings.Contains(help, "  "+key+" ") && !strings.Contains(help, `"`+key+`"`) {
			t.Errorf("the help has no %s", key)
		}
	}
}

// The same example on a user's own table.
func TestDemoOfATable(t *testing.T) {
	dir := t.TempDir()
	account := succeed(t, "", "demo", "--out", dir, "--data", mcycle, "--target", "acceleration_g")
	s := summaryOf(t, readFile(t, filepath.Join(dir, "summary.json")))
	table := s["table"].(map[string]any)
	if table["input"] != "time_ms" || table["target"] != "acceleration_g" || table["rows"] != 133.0 {
		t.Errorf("table %v", table)
	}
	if strings.Contains(account, "NaN") {
		t.Error("the account has NaN")
	}
	page := readFile(t, filepath.Join(dir, "report.html"))
	if !strings.Contains(page, "acceleration_g by time_ms") || strings.Contains(page, "NaN") {
		t.Error("the page has not its names, or numbers that are none")
	}
	if strings.Contains(readFile(t, filepath.Join(dir, "summary.json")), `"truth"`) {
		t.Error("the summary has a truth, which is not known")
	}
}

// Tables that the example cannot be made of: one line, and no file.
func TestDemoBadTables(t *testing.T) {
	rows := "x,y\n1,2\n2,1\n3,4\n4,3\n5,5\n"
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"two inputs":      {"a,b,y\n1,2,3\n2,3,4\n3,1,2\n4,4,1\n", []string{"takes one input", `2 besides "y": a, b`}},
		"text beside":     {"date,x,y\nmonday,1,2\n", []string{"takes one input", "date, x"}},
		"no input":        {"y\n1\n2\n3\n4\n", []string{"takes one input", `no column besides "y"`}},
		"no rows":         {"x,y\n", []string{"no rows"}},
		"NaN":             {rows + "6,NaN\n", []string{"line 7", `"y"`, "NaN"}},
		"text":            {rows + "six,1\n", []string{"line 7", `"x"`, "six"}},
		"missing target":  {"x,z\n1,2\n2,3\n3,1\n4,1\n", []string{`"y"`, `"x", "z"`}},
		"too few rows":    {"x,y\n1,2\n2,1\n3,4\n", []string{"3 rows", "4 to"}},
		"too many rows":   {"x,y\n" + strings.Repeat("1,2\n3,4\n", demo.MaxRows), []string{fmt.Sprint(2*demo.MaxRows, " rows")}},
		"constant input":  {"x,y\n1,2\n1,1\n1,4\n1,3\n", []string{`"x"`, "equal"}},
		"constant target": {"x,y\n1,2\n2,2\n3,2\n4,2\n", []string{`"y"`, "equal"}},
		"empty":           {"", []string{"no header"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			in := writeFile(t, filepath.Join(dir, "in.csv"), c.text)
			checkFailure(t, dir, "", 1, append(c.want, "in.csv"), "demo", "--data", in, "--target", "y", "--out", dir)
			checkFailure(t, dir, c.text, 1, append(c.want, "standard input"), "demo", "--data", "-", "--target", "y", "--out", dir)
		})
	}
	dir := t.TempDir()
	checkFailure(t, dir, "", 2, []string{"target"}, "demo", "--data", mcycle, "--out", dir)
	checkFailure(t, dir, "", 2, []string{"data"}, "demo", "--target", "y", "--out", dir)
	checkFailure(t, dir, "", 2, []string{"--seed"}, "demo", "--seed", "-1", "--out", dir)
	checkFailure(t, dir, "", 1, []string{"none.csv", "no such file"}, "demo", "--data", filepath.Join(dir, "none.csv"), "--target", "y", "--out", dir)
}

// An interrupt ends the demo at once; no file is there in part.
func TestInterruptDemo(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	cmd := exec.Command(program, "demo", "--data", "-", "--target", "y", "--out", out)
	var table strings.Builder
	table.WriteString("x,y\n")
	for i := range demo.MaxRows { // takes many times as long as it is given here
		table.WriteString(formatNumber(float64(i)) + "," + formatNumber(float64(i*i%17)) + "\n")
	}
	cmd.Stdin = strings.NewReader(table.String())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(700 * time.Millisecond)
	sent := time.Now()
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if d := time.Since(sent); d > 5*time.Second {
		t.Errorf("it went on for %v", d)
	}
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted || stderr.String() != "matheron: interrupted\n" {
		t.Errorf("exit %d, standard error %q", code, stderr.String())
	}
	if files, err := os.ReadDir(out); err != nil && !errors.Is(err, os.ErrNotExist) || len(files) > 0 {
		t.Errorf("%v, %v", files, err)
	}
}
