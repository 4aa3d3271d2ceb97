package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// tuned are variables by which OpenBLAS can be told to take this machine for
// another one: a peer runs as it finds the machine.
var tuned = []string{"OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"}

// command runs a program; an error carries the last line that it said.
func command(ctx context.Context, name string, args ...string) error {
	_, err := output(ctx, name, args...)
	return err
}

// output runs a program and returns its standard output; an error carries the
// last line of its standard error.
func output(ctx context.Context, name string, args ...string) ([]byte, error) {
	return outputLogged(ctx, io.Discard, name, args...)
}

// outputLogged is output of a program whose standard error goes to log as it comes.
func outputLogged(ctx context.Context, log io.Writer, name string, args ...string) ([]byte, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdout, cmd.Stderr = &stdout, io.MultiWriter(&stderr, log)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains(tuned, name)
	})
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		lines := bytes.Split(bytes.TrimSpace(stderr.Bytes()), []byte("\n"))
		return nil, fmt.Errorf("%s: %w: %s", filepath.Base(name), err, lines[len(lines)-1])
	}
	return stdout.Bytes(), nil
}
