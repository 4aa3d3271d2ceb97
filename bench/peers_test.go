package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"matheron/internal/long"
)

// Every result of a peer is one of the figures, and every script is used.
func TestJobs(t *testing.T) {
	known, used := nameList(figures()), map[string]bool{"uci_sklearn.py": true}
	for _, j := range jobs() {
		used[j.script] = true
		if len(j.results) == 0 || len(j.needs) == 0 {
			t.Errorf("incomplete: %+v", j)
		}
		for _, name := range j.results {
			if !slices.Contains(known, name) {
				t.Errorf("%s: %s is no figure", j.program, name)
			}
		}
		if none := j.only(nil); len(none.results) != 0 || len(j.results) == 0 {
			t.Errorf("%s: only of nothing is %v, and left %v", j.program, none.results, j.results)
		}
	}
	files, err := fs.Glob(scripts, "peers/*.py")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		if !used[f[len("peers/"):]] {
			t.Errorf("%s is never run", f)
		}
	}
}

// The peers read the table as n rows of d+1 numbers.
func TestProblemAsAFile(t *testing.T) {
	s := &session{quick: true}
	p := s.problem(small)
	var b bytes.Buffer
	if err := p.write(&b); err != nil {
		t.Fatal(err)
	}
	n, d := p.x.Dims()
	got := make([]float64, n*(d+1))
	if err := binary.Read(&b, binary.LittleEndian, got); err != nil || b.Len() != 0 {
		t.Fatalf("%v, %d bytes too many", err, b.Len())
	}
	for i := range n {
		row := got[i*(d+1) : (i+1)*(d+1)]
		if !slices.Equal(row[:d], p.x.RawRowView(i)) || row[d] != p.y[i] {
			t.Errorf("row %d is %v", i, row)
		}
	}
}

// fakePython makes an environment whose Python lacks some packages, and prints
// and exits as told when it is given a script.
func fakePython(t *testing.T, lacking, script string) (venv string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	venv = t.TempDir()
	text := "#!/bin/sh\nif [ \"$1\" = -c ]; then echo " + lacking + "; exit; fi\n" + script + "\n"
	if err := os.Mkdir(filepath.Join(venv, "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(venv, "bin", "python"), []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return venv
}

func TestPeersAreNamedByFigure(t *testing.T) {
	venv := fakePython(t, "", `echo '{"gflops": 12.5, "more": 1}'`)
	code, out, log := call(t, "--peers", "--json", "--quick", "--runs", "1", "--only", "dgemm_512", "--venv", venv)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, log)
	}
	var c comparison
	if err := json.Unmarshal([]byte(out), &c); err != nil {
		t.Fatal(err)
	}
	if len(c) != 2 || len(c["OpenBLAS"]) != 1 || c["OpenBLAS"]["dgemm_512_gflops"] != 12.5 || c[matheron]["dgemm_512_gflops"] <= 0 {
		t.Errorf("got %v", c)
	}
}

func TestPeersThatFail(t *testing.T) {
	for _, c := range []struct{ script, want string }{
		{"echo Traceback >&2; echo 'ValueError: bad' >&2; exit 1", "linalg.py: python: exit status 1: ValueError: bad"},
		{"echo '{}'", `linalg.py: its output has no "gflops"`},
		{"echo warning", "linalg.py: its output: invalid character"},
	} {
		code, out, log := call(t, "--peers", "--quick", "--runs", "1", "--only", "dgemm_512", "--venv", fakePython(t, "", c.script))
		if code != exitFailure || out != "" || !strings.Contains(log, c.want) {
			t.Errorf("%s: exit %d, %q, %q", c.script, code, out, log)
		}
	}
}

// The scripts run where the peers are installed already.
func TestPeersForReal(t *testing.T) {
	long.Only(t)
	if _, err := os.Stat(defaultVenv()); err != nil {
		t.Skipf("%v: run with --peers once", err)
	}
	code, out, log := call(t, "--peers", "--quick", "--runs", "1", "--only", "eval,grad,evidence,fit,dgemm_512,dpotrf_512")
	for _, program := range []string{"NumPy", "JAX", "scikit-learn", "OpenBLAS"} {
		if code != 0 || !strings.Contains(out, "| "+program+" |") {
			t.Errorf("exit %d, no line of %s:\n%s%s", code, program, out, log)
		}
	}
	// Both fits end at the same optimum, which L-BFGS leaves within its tolerance,
	// relative 2e-9 an iteration, on the same table.
	var c comparison
	if _, out, _ := call(t, "--peers", "--quick", "--json", "--only", "fit"); json.Unmarshal([]byte(out), &c) != nil {
		t.Fatalf("not JSON: %s", out)
	}
	const name = "fit_2000x8_evidence_per_row"
	if d := c[matheron][name] - c["JAX"][name]; d > 1e-6 || d < -1e-6 {
		t.Errorf("log evidence a row %v, JAX %v", c[matheron][name], c["JAX"][name])
	}
}
