package main

import (
	"context"
	"os"
	"path/filepath"
)

// startRuns is how often a process is started for one measured run: starting one
// takes milliseconds, and varies.
const startRuns = 20

// withBinary calls f with the command line, built once, and a folder that both go
// with.
func withBinary(ctx context.Context, f func(binary, folder string) error) error {
	folder, err := os.MkdirTemp("", "matheron-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)                      // what stays is in the folder for temporary files
	binary := filepath.Join(folder, "matheron.exe") // a name that every system starts
	if err := command(ctx, "go", "build", "-o", binary, "matheron/cmd/matheron"); err != nil {
		return err
	}
	return f(binary, folder)
}

// startTime measures `matheron version` as a process, in milliseconds.
func startTime(ctx context.Context, s *session) (seconds float64, err error) {
	err = withBinary(ctx, func(binary, _ string) error {
		seconds, err = best(ctx, s.runs*s.of(startRuns), nil, func() error {
			return command(ctx, binary, "version")
		})
		return err
	})
	return seconds * 1e3, err
}

// demoTime measures `matheron demo --figures=false` as a process, in seconds.
func demoTime(ctx context.Context, s *session) (seconds float64, err error) {
	err = withBinary(ctx, func(binary, folder string) error {
		seconds, err = best(ctx, s.runs, nil, func() error {
			return command(ctx, binary, "demo", "--figures=false", "--out", filepath.Join(folder, "demo"))
		})
		return err
	})
	return seconds, err
}
