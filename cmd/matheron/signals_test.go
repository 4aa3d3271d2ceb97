//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The other end of a fifo that never comes: an input or an output, of each command.
func TestInterruptFifo(t *testing.T) {
	dir, model := fitted(t)
	paths := filepath.Join(dir, "d.paths")
	succeed(t, "", "paths", "--model", model, "--count", "2", "--features", "8", "--out", paths)
	table, err := filepath.Abs(mcycle)
	if err != nil {
		t.Fatal(err)
	}
	const fifo, picture, out = "fifo", "fifo.svg", "out"
	for name, args := range map[string][]string{
		"fit data":      {"fit", "--data", fifo, "--target", "y", "--out", out},
		"fit out":       {"fit", "--data", table, "--target", "acceleration_g", "--out", fifo},
		"predict model": {"predict", "--model", fifo, "--data", table, "--out", out},
		"predict data":  {"predict", "--model", model, "--data", fifo, "--out", out},
		"predict out":   {"predict", "--model", model, "--data", table, "--out", fifo},
		"predict plot":  {"predict", "--model", model, "--data", table, "--plot", picture},
		"paths model":   {"paths", "--model", fifo, "--count", "2", "--out", out},
		"paths out":     {"paths", "--model", model, "--count", "2", "--out", fifo},
		"paths plot":    {"paths", "--model", model, "--count", "2", "--plot", picture},
		"eval paths":    {"eval", "--paths", fifo, "--data", table, "--out", out},
		"eval data":     {"eval", "--paths", paths, "--data", fifo, "--out", out},
		"eval out":      {"eval", "--paths", paths, "--data", table, "--out", fifo},
		"demo data":     {"demo", "--data", fifo, "--target", "y", "--out", out},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for _, name := range []string{fifo, picture} {
				if err := syscall.Mkfifo(filepath.Join(dir, name), 0o600); err != nil {
					t.Skip("no fifo here:", err)
				}
			}
			cmd := exec.Command(program, args...)
			var stderr bytes.Buffer
			cmd.Dir, cmd.Stderr = dir, &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(1500 * time.Millisecond)
			if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
			end(t, cmd, 2*time.Second)
			if code := cmd.ProcessState.ExitCode(); code != exitInterrupted || stderr.String() != "matheron: interrupted\n" {
				t.Errorf("exit %d, standard error %q", code, stderr.String())
			}
			if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
				t.Errorf("the folder has %v (%v)", entries, err)
			}
		})
	}
}

// A reader that has stopped reading standard output.
func TestInterruptFullPipe(t *testing.T) {
	dir, model := fitted(t)
	in := writeFile(t, filepath.Join(dir, "long.csv"), "time_ms\n"+strings.Repeat("3\n", 50000))
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command(program, "predict", "--model", model, "--data", in, "--out", "-")
	cmd.Stdout = w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	time.Sleep(time.Second)
	cmd.Process.Signal(syscall.SIGINT)
	end(t, cmd, 2*time.Second)
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("exit %d", code)
	}
}

// startDrawing starts a fit by nuts with more draws than there is time for, and
// returns it when its chains may be expected to draw.
func startDrawing(t *testing.T, out string, shell ...string) (cmd *exec.Cmd, stdout, stderr *bytes.Buffer) {
	t.Helper()
	// Tests that run with the hang-up ignored, as under nohup, would hand that on.
	if signal.Ignored(syscall.SIGHUP) {
		signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	}
	args := append(shell, program, "fit", "--data", mcycle, "--target", "acceleration_g", "--method", "nuts",
		"--warmup", "20", "--draws", "1000000", "--chains", "2", "--quiet", "--json", "--out", out)
	cmd = exec.Command(args[0], args[1:]...)
	stdout, stderr = &bytes.Buffer{}, &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	time.Sleep(4 * time.Second)
	return cmd, stdout, stderr
}

// Whatever ends a fit by nuts in order, its draws so far are kept; the code says
// what it was.
func TestSignalsKeepDraws(t *testing.T) {
	for name, sent := range map[string]struct {
		signals []syscall.Signal
		code    int
	}{
		"interrupt": {[]syscall.Signal{syscall.SIGINT}, 130},
		"terminate": {[]syscall.Signal{syscall.SIGTERM}, 143},
		"hang-up":   {[]syscall.Signal{syscall.SIGHUP}, 129},
		// The shell passes the hang-up on that the system sends, too.
		"hang-up twice": {[]syscall.Signal{syscall.SIGHUP, syscall.SIGHUP}, 129},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := filepath.Join(t.TempDir(), "m.json")
			cmd, stdout, stderr := startDrawing(t, out)
			for _, s := range sent.signals {
				cmd.Process.Signal(s)
				time.Sleep(5 * time.Millisecond)
			}
			end(t, cmd, 20*time.Second)
			if code := cmd.ProcessState.ExitCode(); code != sent.code {
				t.Errorf("exit %d, want %d", code, sent.code)
			}
			if want := fmt.Sprintf("of 2000000 draws are in %s\n", out); !strings.HasPrefix(stderr.String(), "matheron: interrupted: ") || !strings.HasSuffix(stderr.String(), want) {
				t.Errorf("standard error %q, want %q", stderr.String(), want)
			}
			var report map[string]any
			if err := json.Unmarshal(stdout.Bytes(), &report); err != nil || report["interrupted"] != true {
				t.Errorf("%q: %v", stdout.String(), err)
			}
			succeed(t, "", "predict", "--model", out, "--data", mcycle, "--out", filepath.Join(t.TempDir(), "p.csv"))
		})
	}
}

// A second signal ends the process at once, and nothing is left.
func TestSecondSignal(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "fifo"), "")
	if err := os.Remove(in); err != nil {
		t.Fatal(err)
	}
	// A model that is kept after an interrupt, and a reader that never comes.
	out := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(out, 0o600); err != nil {
		t.Skip("no fifo here:", err)
	}
	cmd, _, _ := startDrawing(t, out)
	cmd.Process.Signal(syscall.SIGINT)
	time.Sleep(2 * time.Second)
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatalf("it has ended: %v", err)
	}
	end(t, cmd, time.Second)
	if code := cmd.ProcessState.ExitCode(); code != 143 {
		t.Errorf("exit %d", code)
	}
}

// nohup starts a process with the hang-up ignored.
func TestIgnoredHangUp(t *testing.T) {
	out := filepath.Join(t.TempDir(), "m.json")
	cmd, _, _ := startDrawing(t, out, "sh", "-c", `trap "" HUP; exec "$@"`, "sh")
	cmd.Process.Signal(syscall.SIGHUP)
	time.Sleep(time.Second)
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatalf("it has ended: %v", err)
	}
	end(t, cmd, 20*time.Second)
	if code := cmd.ProcessState.ExitCode(); code != 143 {
		t.Errorf("exit %d, want that of the second signal", code)
	}
}

// A fit that is killed while it writes leaves no temporary file.
func TestKilled(t *testing.T) {
	dir, model := fitted(t)
	before := contents(t, dir)
	cmd := exec.Command(program, "predict", "--model", model, "--data", "-", "--out", filepath.Join(dir, "p.csv"))
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(stdin, "time_ms\n", strings.Repeat("3\n", 20000))
	time.Sleep(500 * time.Millisecond)
	cmd.Process.Kill()
	end(t, cmd, time.Second)
	next := exec.Command(program, "predict", "--model", model, "--data", "-", "--out", filepath.Join(dir, "p.csv"))
	next.Stdin = strings.NewReader("time_ms\nx\n")
	if err := next.Run(); err == nil {
		t.Error("a table of text was predicted")
	}
	if after := contents(t, dir); after != before {
		t.Errorf("the folder was\n%.200s\nand is\n%.200s", before, after)
	}
}
