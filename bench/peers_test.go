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

	"matheron/infer/diag"
	"matheron/internal/long"
	"matheron/rng"
)

// Every result of a peer is one of the figures, and every script is used.
func TestJobs(t *testing.T) {
	known, used := nameList(figures()), map[string]bool{"uci_sklearn.py": true, robustSklearn.script: true, robustBoTorch.script: true}
	for _, j := range jobs() {
		used[j.script] = true
		if len(j.results) == 0 || len(j.needs) == 0 {
			t.Errorf("incomplete: %+v", j)
		}
		for _, r := range j.results {
			if !slices.Contains(known, r.figure) {
				t.Errorf("%s: %s is no figure", j.program, r.figure)
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
	if len(c) != 2 || len(c["OpenBLAS"]) != 1 || c["OpenBLAS"]["dgemm_512_gflops"] != plain(12.5) || c[matheron]["dgemm_512_gflops"].number <= 0 {
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
	code, out, log := call(t, "--peers", "--quick", "--runs", "1", "--only", "eval,grad,evidence,fit,nuts,dgemm_512,dpotrf_512")
	for _, program := range []string{"NumPy", "JAX", "scikit-learn", "NumPyro", "NumPyro, with compilation", "OpenBLAS"} {
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
	if d := c[matheron][name].number - c["JAX"][name].number; d > 1e-6 || d < -1e-6 {
		t.Errorf("log evidence a row %v, JAX %v", c[matheron][name], c["JAX"][name])
	}
}

// The draws of a peer have their effective sample size by the estimator that ours
// have: a file of chains x draws x parameters gives that of the parameters.
func TestDrawsOfAPeer(t *testing.T) {
	r := rng.New(3).Rand()
	const draws, dim = 50, 3
	params := make([][][]float64, dim)
	for j := range params {
		params[j] = [][]float64{make([]float64, draws), make([]float64, draws)}
	}
	var b bytes.Buffer
	for c := range 2 {
		for i := range draws {
			for j := range params {
				// A walk in the last parameter: the least ESS.
				params[j][c][i] = r.NormFloat64()
				if j == dim-1 && i > 0 {
					params[j][c][i] += 0.9 * params[j][c][i-1]
				}
				if err := binary.Write(&b, binary.LittleEndian, params[j][c][i]); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	file := write(t, "draws.f64", b.String())
	result := func(iterations int) json.RawMessage {
		text, err := json.Marshal(map[string]any{"seconds": 2.5, "leapfrogs": 700, "chains": 2, "iterations": iterations, "draws": file})
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	v, err := readResult(result(draws))
	if err != nil {
		t.Fatal(err)
	}
	if want := (sampling{2.5, diag.ESSBulk(params[dim-1]), 700}); *v.chain != want {
		t.Errorf("%+v, want %+v", *v.chain, want)
	}
	if _, err := readResult(result(7)); err == nil {
		t.Error("300 numbers are no chains of 7 draws")
	}
}

// A variable that slows OpenBLAS down does not reach the peers.
func TestPeersSeeNoTuning(t *testing.T) {
	for _, name := range tuned {
		t.Setenv(name, "1")
	}
	t.Setenv("MATHERON_TEST", "kept")
	venv := fakePython(t, "", `echo "{\"gflops\": 0${OPENBLAS_CORETYPE}${OPENBLAS_L2_SIZE}.5}"; [ $MATHERON_TEST = kept ]`)
	out, err := output(t.Context(), filepath.Join(venv, "bin", "python"), "x.py")
	if err != nil || strings.TrimSpace(string(out)) != `{"gflops": 0.5}` {
		t.Errorf("%s, %v", out, err)
	}
}
