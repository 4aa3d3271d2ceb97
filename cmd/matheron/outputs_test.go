package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// shell runs a line of the shell in a folder, where $matheron is the program.
func shell(t *testing.T, dir, line string) (stdout, stderr string, code int) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("no shell here")
	}
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "matheron="+program)
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// Outputs that are one file, or a file that is read, by whatever names.
func TestSameFile(t *testing.T) {
	dir, _ := fitted(t)
	table := readFile(t, mcycle)
	writeFile(t, filepath.Join(dir, "t.csv"), table)
	succeed(t, "", "paths", "--model", filepath.Join(dir, "m.json"), "--count", "2", "--features", "8", "--out", filepath.Join(dir, "d.paths"))
	for _, link := range [][2]string{{"t.csv", "symbolic"}, {"none.svg", "dangling"}, {".", "here"}} {
		if err := os.Symlink(link[0], filepath.Join(dir, link[1])); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	for old, link := range map[string]string{"t.csv": "hard.csv", "m.json": "hard.json", "d.paths": "hard.paths"} {
		if err := os.Link(filepath.Join(dir, old), filepath.Join(dir, link)); err != nil {
			t.Skip("no hard links here:", err)
		}
	}
	writeFile(t, filepath.Join(dir, "old.svg"), "old")
	if err := os.Link(filepath.Join(dir, "old.svg"), filepath.Join(dir, "old")); err != nil {
		t.Fatal(err)
	}
	before := contents(t, dir)
	const (
		fit     = "$matheron fit --target acceleration_g "
		predict = "$matheron predict --model m.json --data "
		paths   = "$matheron paths --count 2 --features 8 --model m.json "
		eval    = "$matheron eval --paths d.paths --data "
	)
	for _, line := range []string{
		fit + "--data t.csv --out t.csv",
		fit + "--data t.csv --out ./t.csv",
		fit + "--data t.csv --out here/../$(basename $PWD)/t.csv",
		fit + "--data symbolic --out t.csv",
		fit + "--data t.csv --out symbolic",
		fit + "--data t.csv --out $PWD/hard.csv",
		fit + "--data - --out t.csv < t.csv",
		fit + "--data t.csv --out new.json >> t.csv",
		fit + "--data t.csv --out new.json --json >> t.csv",
		predict + "t.csv --out a.svg --plot a.svg",
		predict + "t.csv --out a.svg --plot ./a.svg",
		predict + "t.csv --out here/a.svg --plot $PWD/a.svg",
		predict + "t.csv --out dangling --plot none.svg",
		predict + "t.csv --out old --plot old.svg",
		predict + "t.csv --out - --plot a.svg > a.svg",
		predict + "t.csv --out p.csv > p.csv",
		predict + "t.csv --out hard.json",
		predict + "t.csv --out hard.csv",
		predict + "t.csv --out - >> t.csv",
		predict + "- --out here/t.csv < t.csv",
		paths + "--out a.svg --plot here/a.svg",
		paths + "--out hard.json",
		eval + "t.csv --out hard.paths",
		eval + "t.csv --out symbolic",
		"cp t.csv summary.json; $matheron demo --target acceleration_g --data summary.json --out here",
		"mkdir f; cp t.csv f/baseline.svg; $matheron demo --target acceleration_g --data here/f/baseline.svg --out f; code=$?; cmp t.csv f/baseline.svg; rm -r f; exit $code",
	} {
		stdout, stderr, code := shell(t, dir, line)
		if code != exitUsage || !strings.HasPrefix(stderr, "matheron: ") || strings.Count(stderr, "\n") != 1 || stdout != "" && !strings.HasPrefix(line, "mkdir") {
			t.Errorf("%s: exit %d, standard error %q, standard output %q", line, code, stderr, stdout)
		}
		shell(t, dir, "rm -f a.svg p.csv summary.json")
		if after := contents(t, dir); after != before {
			t.Fatalf("%s: the folder was\n%.300s\nand is\n%.300s", line, before, after)
		}
	}
	// What only looks like it.
	for _, line := range []string{
		predict + "t.csv --out /dev/null > /dev/null",
		predict + "t.csv --out here/p.csv --plot q.svg && rm p.csv q.svg",
		predict + "- --out - < t.csv > p.csv && rm p.csv",
		predict + "t.csv --out A.svg --plot a.svg && test -e A.svg && rm A.svg a.svg", // not on every file system
	} {
		if _, stderr, code := shell(t, dir, line); code != 0 && !(strings.Contains(line, "A.svg") && strings.Contains(stderr, "twice")) {
			t.Errorf("%s: exit %d, standard error %q", line, code, stderr)
		}
	}
}

// A result that cannot be printed is an error.
func TestStandardOutputFails(t *testing.T) {
	dir, model := fitted(t)
	succeed(t, "", "paths", "--model", model, "--count", "2", "--features", "8", "--out", filepath.Join(dir, "d.paths"))
	table, err := filepath.Abs(mcycle)
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{
		"$matheron version",
		"$matheron version --json",
		"$matheron",
		"$matheron --help",
		"$matheron help fit",
		"$matheron fit --help",
		"$matheron completion bash",
		"$matheron predict --model m.json --data " + table + " --out -",
		"$matheron predict --model m.json --data " + table + " --json",
		"$matheron predict --model m.json --data " + table + " --out /dev/stdout",
		"$matheron paths --model m.json --count 2 --features 8 --out -",
		"$matheron paths --model m.json --count 2 --features 8 --json --out q.paths",
		"$matheron eval --paths d.paths --out - --data " + table,
		"$matheron eval --paths d.paths --out q.csv --json --data " + table,
		"$matheron fit --target acceleration_g --out - --data " + table,
		"$matheron fit --target acceleration_g --out q.json --json --data " + table,
		"$matheron demo --figures=false --json",
	}
	closed := []string{">&-"}
	if _, err := os.Stat("/dev/full"); err == nil {
		closed = append(closed, ">/dev/full")
	}
	for _, line := range lines {
		for _, to := range closed {
			if to == ">&-" && strings.Contains(line, "/dev/stdout") {
				continue // it is the null device then
			}
			_, stderr, code := shell(t, dir, "TMPDIR=. "+line+" "+to)
			if code != 1 || !strings.HasPrefix(stderr, "matheron: ") || strings.Count(stderr, "\n") != 1 {
				t.Errorf("%s %s: exit %d, standard error %q", line, to, code, stderr)
			}
		}
	}
	// A summary that nobody wants to see.
	for _, to := range []string{">&-", "> /dev/null"} {
		if _, stderr, code := shell(t, dir, "$matheron predict --model m.json --out p.csv --data "+table+" "+to); code != 0 || stderr != "" {
			t.Errorf("%s: exit %d, standard error %q", to, code, stderr)
		}
	}
	if _, stderr, code := shell(t, dir, "$matheron version > /dev/null"); code != 0 {
		t.Errorf("exit %d, standard error %q", code, stderr)
	}
}

// A fit whose model cannot be stored at the end still says what it found, and keeps
// the model where the error says.
func TestResultIsKept(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no fifo here")
	}
	_, model := fitted(t)
	rows := readFile(t, mcycle)
	table, err := filepath.Abs(mcycle)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		said string
	}{
		"fit":      {[]string{"fit", "--target", "acceleration_g", "--data", "-"}, "log evidence"},
		"fit json": {[]string{"fit", "--target", "acceleration_g", "--data", "-", "--json"}, "log_evidence"},
		"predict":  {[]string{"predict", "--model", model, "--data", "-"}, "133 rows"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, temp := filepath.Join(t.TempDir(), "folder"), t.TempDir()
			if err := os.Mkdir(dir, 0o777); err != nil {
				t.Fatal(err)
			}
			out := filepath.Join(dir, "out")
			cmd := exec.Command(program, append(c.args, "--out", out)...)
			cmd.Env = append(os.Environ(), "TMPDIR="+temp)
			var stdout, stderr strings.Builder
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			stdin, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			stdin.Write([]byte(rows))
			time.Sleep(500 * time.Millisecond) // the output has been looked at
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
			stdin.Close()
			end(t, cmd, time.Minute)
			if code := cmd.ProcessState.ExitCode(); code != 1 || !strings.Contains(stdout.String(), c.said) {
				t.Errorf("exit %d, standard output %q", code, stdout.String())
			}
			_, kept, ok := strings.Cut(strings.TrimSpace(stderr.String()), "; what was written is in ")
			if !ok || strings.Count(stderr.String(), "\n") != 1 {
				t.Fatalf("standard error %q", stderr.String())
			}
			if filepath.Dir(kept) != temp {
				t.Errorf("it is in %s, want %s", kept, temp)
			}
			if text := readFile(t, kept); name == "predict" {
				if strings.Count(text, "\n") != 134 {
					t.Errorf("%s holds %q", kept, text)
				}
			} else {
				succeed(t, "", "predict", "--model", kept, "--data", table, "--out", filepath.Join(temp, "p.csv"))
			}
		})
	}
	// What cannot be written at all is not there either, but is said.
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full here")
	}
	dir := t.TempDir()
	stdout, stderr, code := shell(t, dir, "TMPDIR=. $matheron fit --json --target acceleration_g --out /dev/full --data "+table)
	var report map[string]any
	if err := json.Unmarshal([]byte(stdout), &report); err != nil || code != 1 {
		t.Errorf("exit %d, standard output %q: %v", code, stdout, err)
	}
	if _, kept, ok := strings.Cut(strings.TrimSpace(stderr), "no space left on device; what was written is in "); !ok {
		t.Errorf("standard error %q", stderr)
	} else {
		succeed(t, "", "predict", "--model", filepath.Join(dir, kept), "--data", table, "--out", filepath.Join(dir, "p.csv"))
	}
}

// A name that commands a terminal is shown and not obeyed.
func TestTerminalEscapes(t *testing.T) {
	dir := t.TempDir()
	const name = "\x1b]0;pwned\ay\u202e"
	in := writeFile(t, filepath.Join(dir, "t.csv"), "x,"+name+"\n1,2\n2,3\n3,5\n")
	out := succeed(t, "", "fit", "--data", in, "--target", name, "--out", filepath.Join(dir, "m.json"))
	if want := `\x1b]0;pwned\ay\u202e` + "\n"; !strings.Contains(out, want) || strings.ContainsAny(out, "\x1b\a\u202e") {
		t.Errorf("%q does not have %q", out, want)
	}
	_, stderr, _ := command(t, "", "fit", "--data", filepath.Join(dir, name), "--target", "y", "--out", filepath.Join(dir, "m.json"))
	if strings.ContainsAny(stderr, "\x1b\a\u202e") {
		t.Errorf("%q", stderr)
	}
}
