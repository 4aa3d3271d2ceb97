package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// interrupt runs the binary, interrupts it after a while, and checks that it ends
// at once, in one line, with dir as it was.
func interrupt(t *testing.T, dir string, stdin io.Reader, args ...string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("no interrupt to send")
	}
	before := contents(t, dir)
	cmd := exec.Command(program, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if stdin != nil {
		pipe, err := cmd.StdinPipe() // which stays open
		if err != nil {
			t.Fatal(err)
		}
		defer pipe.Close()
		go io.Copy(pipe, stdin)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(700 * time.Millisecond)
	sent := time.Now()
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	end(t, cmd, 5*time.Second)
	t.Logf("it went on for %v", time.Since(sent))
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted || stderr.String() != "matheron: interrupted\n" || stdout.Len() > 0 {
		t.Errorf("exit %d, standard error %q, standard output %q", code, stderr.String(), stdout.String())
	}
	if contents(t, dir) != before {
		t.Error("the folder has changed")
	}
}

// end waits for a process, and kills one that does not end in time.
func end(t *testing.T, cmd *exec.Cmd, within time.Duration) {
	t.Helper()
	late := time.AfterFunc(within, func() { cmd.Process.Kill() })
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
		t.Error(err)
	}
	if !late.Stop() {
		t.Errorf("it went on for %v", within)
	}
}

// A fit of 3,000 rows takes many times as long as it is given here.
func TestInterruptFit(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "large.csv"), synthetic(3000))
	interrupt(t, dir, nil, "fit", "--data", in, "--target", "y", "--inputs", "a,b", "--quiet", "--out", filepath.Join(dir, "m.json"))
}

// Predictions of a pipe that has paused: some of them are written already.
func TestInterruptPipe(t *testing.T) {
	dir, model := fitted(t)
	rows := "time_ms\n" + strings.Repeat("3\n", 20000)
	interrupt(t, dir, strings.NewReader(rows), "predict", "--model", model, "--data", "-", "--out", filepath.Join(dir, "p.csv"))
	interrupt(t, dir, strings.NewReader(""), "fit", "--data", "-", "--target", "y", "--out", filepath.Join(dir, "q.json"))
}

// An interrupt does not wait for algebra.
func TestAwait(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	release := make(chan struct{})
	defer close(release)
	time.AfterFunc(10*time.Millisecond, cancel)
	_, err := await(ctx, func() (int, error) {
		<-release
		return 1, nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if v, err := await(context.Background(), func() (int, error) { return 3, nil }); v != 3 || err != nil {
		t.Errorf("%v, %v", v, err)
	}
}
