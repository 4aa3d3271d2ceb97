package docs_test

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// timings says which figure of bench/README.md a row of README.md has, and whose
// figures are in its second and third column of peers.
var timings = []struct{ row, figure, second, third string }{
	{"condition on 2,000 rows", "draw_2000x8_256_s", "BoTorch", "NumPy"},
	{"evaluate those", "eval_2000x8_256_ns", "BoTorch", "NumPy"},
	{"evaluate 64 paths", "eval_200x2_64_ns", "BoTorch", "NumPy"},
	{"gradient of a path", "grad_2000x8_64_ns", "BoTorch", "NumPy"},
	{"log evidence and its gradient, 2,000", "evidence_2000x8_s", "PyTorch", "JAX"},
	{"log evidence and its gradient, 500", "evidence_500x4_s", "PyTorch", "JAX"},
	{"maximum-evidence fit", "fit_2000x8_s", "PyTorch", "JAX"},
	{"step of a sparse fit", "svgp_step_256_1024x8_ms", "GPyTorch", ""},
	{"NUTS over 3", "nuts_28x1", "", "NumPyro"},
	{"NUTS over 6", "nuts_200x4", "", "NumPyro"},
	{"the worked example, without figures", "demo_s", "", ""},
	{"start of the program", "start_ms", "", ""},
}

// cells returns the cells of the rows of a page's tables, without spaces around.
func cells(t *testing.T, page string) [][]string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "| ") {
			row := strings.Split(strings.Trim(line, "|"), "|")
			for i, c := range row {
				row[i] = strings.TrimSpace(c)
			}
			out = append(out, row)
		}
	}
	return out
}

// quantity is a number with a unit of time or none, in seconds.
var quantity = regexp.MustCompile(`^([0-9.,]+)(?: (s|ms|us|ns))?`)

// seconds reads a cell; unit is that of a number without one.
func seconds(t *testing.T, cell, unit string) float64 {
	t.Helper()
	m := quantity.FindStringSubmatch(cell)
	if m == nil {
		t.Fatalf("%q is no number", cell)
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(m[1], ",", ""), 64)
	if err != nil {
		t.Fatal(err)
	}
	if m[2] != "" {
		unit = m[2]
	}
	scale, ok := map[string]float64{"s": 1, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}[unit]
	if !ok {
		return v
	}
	return v * scale
}

// The times of README.md are those of bench/README.md, rounded.
func TestTimingsAreThoseOfTheBenchmarks(t *testing.T) {
	page, bench := cells(t, filepath.Join(root, "README.md")), cells(t, filepath.Join(root, "bench", "README.md"))
	for _, c := range timings {
		var row []string
		for _, r := range page {
			if strings.HasPrefix(r[0], c.row) {
				row = r
			}
		}
		if len(row) != 4 {
			t.Errorf("README.md has no row %q with three figures", c.row)
			continue
		}
		want := []string{"", "", ""}
		unit := ""
		for _, r := range bench {
			if len(r) < 7 || strings.Trim(r[0], "`") != c.figure {
				continue
			}
			want[0], unit = r[2], r[1]
			for i, peer := range []string{c.second, c.third} {
				if peer != "" && r[4] == peer {
					want[i+1] = r[5]
				}
			}
		}
		for i, w := range want {
			if (w == "") != (row[i+1] == "") {
				t.Errorf("%s: column %d is %q, that of %s in bench/README.md %q", c.row, i+1, row[i+1], c.figure, w)
			}
			if w == "" || row[i+1] == "" {
				continue
			}
			// A page may round to one digit or two.
			if a, b := seconds(t, row[i+1], unit), seconds(t, w, unit); math.Abs(a-b) > 0.1*b {
				t.Errorf("%s: column %d is %q, that of %s in bench/README.md %s %s", c.row, i+1, row[i+1], c.figure, w, unit)
			}
		}
	}
}
