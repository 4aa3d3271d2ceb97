package store

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// python returns an interpreter, or skips the test.
func python(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3: the reader in another language is not tested")
	}
	// What is found may be a launcher that searches for a while.
	out, err := exec.Command(path, "-S", "-c", "import sys; assert sys.version_info >= (3, 8); print(sys.executable)").Output()
	if err != nil {
		t.Skipf("no Python 3.8 or later: the reader in another language is not tested (%v)", err)
	}
	return strings.TrimSpace(string(out))
}

const pythonReader = "../docs/read_paths.py"

// TestReaderInPython evaluates every case by the script of the documentation.
func TestReaderInPython(t *testing.T) {
	interpreter := python(t)
	for _, c := range storedCases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := c.paths(t, 3)
			dir := t.TempDir()
			file, table := filepath.Join(dir, "a.paths"), filepath.Join(dir, "a.csv")
			if err := SavePaths(file, p); err != nil {
				t.Fatal(err)
			}
			x := grid(5, len(c.inputs), 0.37)
			if err := os.WriteFile(table, csvOf(t, c.inputs, x), 0o666); err != nil {
				t.Fatal(err)
			}
			var problems bytes.Buffer
			cmd := exec.Command(interpreter, "-S", pythonReader, file, table)
			cmd.Stderr = &problems
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%v: %s", err, problems.String())
			}
			compareCSV(t, out, valuesInDataUnits(p, x))
		})
	}
}

// valuesInDataUnits returns S x N values at inputs in the data's units.
func valuesInDataUnits(p *PathSet, x *mat.Dense) *mat.Dense {
	if p.Scaling == nil {
		return p.InModelUnits.Eval(x)
	}
	f := p.InModelUnits.Eval(p.Scaling.ApplyInputs(nil, x))
	return p.Scaling.InverseDraws(nil, f)
}

// csvOf returns a table of x with its columns in reverse, and one that is not asked for.
func csvOf(t *testing.T, names []string, x *mat.Dense) []byte {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	n, d := x.Dims()
	for i := -1; i < n; i++ {
		row := []string{"other"}
		for j := d - 1; j >= 0; j-- {
			if i < 0 {
				row = append(row, names[j])
			} else {
				row = append(row, strconv.FormatFloat(x.At(i, j), 'g', -1, 64))
			}
		}
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	return b.Bytes()
}

// compareCSV compares columns path_0, ... with want, S x N, to 1e-9 of the
// paths' scale: libm and the order of sums differ by far less.
func compareCSV(t *testing.T, text []byte, want *mat.Dense) {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	s, n := want.Dims()
	if len(rows) != n+1 {
		t.Fatalf("%d rows, want %d", len(rows), n+1)
	}
	scale := mat.Max(want) - mat.Min(want)
	if scale < 1e-6*math.Abs(mat.Max(want)) { // a constant, or nothing at all
		scale = max(1, math.Abs(mat.Max(want)))
	}
	for j := range s {
		if name := fmt.Sprintf("path_%d", j); rows[0][j] != name {
			t.Errorf("column %d is %s, want %s", j, rows[0][j], name)
		}
		for i := range n {
			got, err := strconv.ParseFloat(rows[i+1][j], 64)
			if err != nil {
				t.Fatal(err)
			}
			if d := math.Abs(got - want.At(j, i)); !(d <= 1e-9*scale) {
				t.Errorf("path %d at row %d: Python has %v, Go %v", j, i, got, want.At(j, i))
			}
		}
	}
}

func TestReaderInPythonRefusesAlteredFiles(t *testing.T) {
	interpreter := python(t)
	dir := t.TempDir()
	file, table := filepath.Join(dir, "a.paths"), filepath.Join(dir, "a.csv")
	raw := pathsBytes(t)
	raw[len(raw)-100] ^= 4
	if err := os.WriteFile(file, raw, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(table, []byte("x\n1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(interpreter, "-S", pythonReader, file, table).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "checksum") {
		t.Errorf("got %v and %q, want an error about the checksum", err, out)
	}
}
