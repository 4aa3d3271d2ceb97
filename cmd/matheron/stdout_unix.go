//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// closeStdout returns the error of what was written before, which some file systems
// tell at the end alone.
func closeStdout() error { return named(os.Stdout.Close()) }

// stdoutClosed reports whether the process was started without a standard output.
// The runtime of Go then opens the null device in its place, for reading and
// writing, as no shell does that is told to write there.
func stdoutClosed() bool {
	flags, err := unix.FcntlInt(os.Stdout.Fd(), unix.F_GETFL, 0)
	if err != nil || flags&unix.O_ACCMODE != unix.O_RDWR {
		return err != nil
	}
	null, err := os.Stat(os.DevNull)
	if err != nil {
		return false
	}
	own, err := os.Stdout.Stat()
	return err == nil && os.SameFile(null, own)
}
