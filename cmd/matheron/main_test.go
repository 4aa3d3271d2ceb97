package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// program is the command under test, built once.
var program string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "matheron-test")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	program = filepath.Join(dir, "matheron")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Stderr = os.Stderr
	code := 1
	if err := build.Run(); err == nil {
		code = m.Run()
	}
	os.RemoveAll(dir)
	os.Exit(code)
}

const mcycle = "../../examples/data/mcycle.csv"

// command runs the binary.
func command(t *testing.T, stdin string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.Command(program, args...)
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// succeed runs the program, which must say nothing on standard error, and returns
// its standard output.
func succeed(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	stdout, stderr, code := command(t, stdin, args...)
	if code != 0 || stderr != "" {
		t.Fatalf("matheron %s: exit %d, standard error %q", strings.Join(args, " "), code, stderr)
	}
	return stdout
}

// succeedJSON runs the program with --json and reads the one JSON object that it prints.
func succeedJSON(t *testing.T, args ...string) map[string]any {
	t.Helper()
	out := succeed(t, "", append(args, "--json")...)
	d := json.NewDecoder(strings.NewReader(out))
	var v map[string]any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	if d.More() {
		t.Fatalf("more than one JSON value: %s", out)
	}
	return v
}

func writeFile(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// fitted fits the motorcycle data and returns the folder and the model.
func fitted(t *testing.T, args ...string) (dir, model string) {
	t.Helper()
	dir = t.TempDir()
	model = filepath.Join(dir, "m.json")
	succeed(t, "", append([]string{"fit", "--data", mcycle, "--target", "acceleration_g", "--out", model}, args...)...)
	return dir, model
}

func TestVersion(t *testing.T) {
	out := succeed(t, "", "version")
	if !strings.HasPrefix(out, "matheron ") || !strings.Contains(out, "go1.") {
		t.Errorf("version: %q", out)
	}
	if v := succeedJSON(t, "version"); v["version"] == "" || v["platform"] == "" {
		t.Errorf("version --json: %v", v)
	}
}

// The binary starts in under 20 ms: the best of several runs, since other work
// may slow any single one.
func TestStart(t *testing.T) {
	best := time.Hour
	for range 20 {
		start := time.Now()
		if err := exec.Command(program, "version").Run(); err != nil {
			t.Fatal(err)
		}
		best = min(best, time.Since(start))
	}
	if best > 20*time.Millisecond {
		t.Errorf("the best of 20 starts took %v", best)
	}
}

func TestHelp(t *testing.T) {
	for _, c := range newRoot().Commands() {
		out := succeed(t, "", c.Name(), "--help")
		if !strings.Contains(out, "Examples:\n  matheron "+c.Name()) {
			t.Errorf("%s --help has no example:\n%s", c.Name(), out)
		}
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if out := succeed(t, "", "completion", shell); !strings.Contains(out, "matheron") {
			t.Errorf("completion %s: %q", shell, out)
		}
	}
	if out, _, _ := command(t, "", "__completeNoDesc", "fit", "--method", ""); !strings.HasPrefix(out, "map\nml\n") {
		t.Errorf("completion of --method: %q", out)
	}
}
