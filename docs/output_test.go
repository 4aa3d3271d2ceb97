package docs_test

import (
	"flag"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write outputs and figures into the pages")

// defaultTolerance is how far a number of a page may be from what is printed, as
// a part of it: other processors end a climb elsewhere in the last digits shown.
const defaultTolerance = 1e-3

// numeral is a number in the middle of text.
var numeral = regexp.MustCompile(`[-+]?\b[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\b`)

// difference says where got is not what the page says, or nothing. Space between words does
// not count. A line "..." of the page stands for any lines, and ... within a line
// for the rest of it. Numbers agree to tol times their size, and any pass if
// tol is infinite; those of lines about seconds do.
func difference(want, got string, tol float64) string {
	w, g := tidy(want), tidy(got)
	if math.IsInf(tol, 1) {
		// Other tables have other numbers of starts.
		w, g = slices.DeleteFunc(w, start.MatchString), slices.DeleteFunc(g, start.MatchString)
	}
	i := 0
	for k, line := range w {
		if line == "..." {
			if k == len(w)-1 {
				return ""
			}
			for i < len(g) && !alike(w[k+1], g[i], tol) {
				i++
			}
			continue
		}
		if i == len(g) {
			return "the page has, and the program has not: " + line
		}
		if !alike(line, g[i], tol) {
			return "page:    " + line + "\nprogram: " + g[i]
		}
		i++
	}
	if i < len(g) {
		return "the program goes on: " + g[i]
	}
	return ""
}

// tidy returns the lines that are not empty, with single spaces.
func tidy(s string) []string {
	var out []string
	for line := range strings.Lines(s) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// start is a line of the table of starts that fit prints.
var start = regexp.MustCompile(`^[0-9]+ (?:\(kept\) )?([0-9]+ \S+) [0-9]+ [a-z ]+$`)

// alike reports whether two lines agree. Of a line of the table of starts, rows and
// objective count: which of equal ends is kept, and after how many evaluations,
// differs between processors.
func alike(want, got string, tol float64) bool {
	if w, g := start.FindStringSubmatch(want), start.FindStringSubmatch(got); w != nil && g != nil {
		want, got = w[1], g[1]
	}
	if head, ok := strings.CutSuffix(want, "..."); ok {
		n := len(numeral.FindAllString(head, -1))
		// As many numbers and as much text as the page has before the dots.
		at := numeral.FindAllStringIndex(got, n)
		if len(at) < n {
			return false
		}
		words := numeral.Split(head, -1)
		end := 0
		if n > 0 {
			end = at[n-1][1]
		}
		end += len(words[len(words)-1])
		if end > len(got) {
			return false
		}
		want, got = head, got[:end]
	}
	if numeral.ReplaceAllString(want, "#") != numeral.ReplaceAllString(got, "#") {
		return false
	}
	if strings.Contains(want, "seconds") || math.IsInf(tol, 1) {
		return true
	}
	a, b := numeral.FindAllString(want, -1), numeral.FindAllString(got, -1)
	for i := range a {
		if a[i] == b[i] {
			continue
		}
		x, _ := strconv.ParseFloat(a[i], 64)
		y, _ := strconv.ParseFloat(b[i], 64)
		// A page may round to fewer digits than the program.
		if !(math.Abs(x-y) <= tol*math.Max(math.Abs(x), math.Abs(y))) {
			return false
		}
	}
	return true
}

func TestDifference(t *testing.T) {
	for _, c := range []struct {
		want, got string
		tol       float64
		same      bool
	}{
		{"a 1.00 b\n", "a  1.0005 b", 1e-3, true},
		{"a 1.00 b\n", "a  1.002 b", 1e-3, false},
		{"a 1 b", "a 7 b", math.Inf(1), true},
		{"a 1 b", "a 1 c", math.Inf(1), false},
		{"a 1", "a 1\nb", 1, false},
		{"a 1\nb", "a 1", 1, false},
		{"a\n...\nz 1", "a\nb\nc\nz 1", 0, true},
		{"a\n...\nz 1", "a\nb\nc\nz 2", 0, false},
		{"a\n...", "a\nb\nc", 0, true},
		{"a 1 ...", "a 1 and more", 0, true},
		{"a 1 ...", "a 2 and more", 0, false},
		{"2 (kept) 133 -650.5 14 function converged", "2 133 -650.5 9 iteration limit", 1e-3, true},
		{"2 (kept) 133 -650.5 14 function converged", "2 133 -640.5 14 function converged", 1e-3, false},
		{"took 1.5 seconds", "took 9 seconds", 0, true},
	} {
		if d := difference(c.want, c.got, c.tol); (d == "") != c.same {
			t.Errorf("%q and %q: %q", c.want, c.got, d)
		}
	}
}

// compare holds what a block printed against the output that follows it, or with
// -update puts it there, unless the page leaves lines out.
func compare(t *testing.T, want *block, got string, loose bool) {
	t.Helper()
	if want == nil {
		return
	}
	tol := defaultTolerance
	if text, ok := want.option("tol"); ok {
		var err error
		if tol, err = strconv.ParseFloat(text, 64); err != nil {
			t.Fatalf("%s: tol=%s", want.place(), text)
		}
	}
	if loose {
		tol = math.Inf(1)
	}
	d := difference(want.text, got, tol)
	if d == "" {
		return
	}
	if *update && !loose && !strings.Contains(want.text, "...") {
		rewrite(t, want, got)
		return
	}
	t.Errorf("%s:\n%s\nthe whole output:\n%s", want.place(), d, got)
}

// rewrite puts text into a block of a page.
func rewrite(t *testing.T, b *block, text string) {
	t.Helper()
	page, err := os.ReadFile(b.file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(page), "\n")
	// Blocks before this one may have changed their length, but not their number.
	open := -1
	for i, l := range lines {
		if !strings.HasPrefix(l, "```") {
			continue
		}
		if open++; open != 2*b.index {
			continue
		}
		end := i + 1
		for !strings.HasPrefix(lines[end], "```") {
			end++
		}
		fresh := slices.Concat(lines[:i+1], strings.Split(strings.TrimRight(text, "\n"), "\n"), lines[end:])
		if err := os.WriteFile(b.file, []byte(strings.Join(fresh, "\n")), 0o666); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: rewritten", b.place())
		return
	}
	t.Fatalf("%s: the block is gone", b.place())
}
