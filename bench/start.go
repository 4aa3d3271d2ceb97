package main

import (
	"context"
	"os"
	"path/filepath"
)

// startRuns is how often a process is started for one measured run: starting one
// takes milliseconds, and varies.
const startRuns = 20

// startTime builds the command line once and measures `matheron version` as a
// process, in milliseconds.
func startTime(ctx context.Context, s *session) (float64, error) {
	folder, err := os.MkdirTemp("", "matheron-bench-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	binary := filepath.Join(folder, "matheron.exe") // a name that every system starts
	if err := command(ctx, "go", "build", "-o", binary, "matheron/cmd/matheron"); err != nil {
		return 0, err
	}
	seconds, err := best(ctx, s.runs*s.of(startRuns), nil, func() error {
		return command(ctx, binary, "version")
	})
	return seconds * 1e3, err
}
