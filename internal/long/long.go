// Package long keeps slow statistical checks behind a flag of the tests:
//
//	go test ./pathwise -long
package long

import (
	"flag"
	"testing"
)

var enabled = flag.Bool("long", false, "run the slow statistical checks too")

// Only skips a test unless -long was given.
func Only(t testing.TB) {
	t.Helper()
	if !*enabled {
		t.Skip("slow statistical check: run with -long")
	}
}

// Enabled reports whether -long was given: for a test that is quick with few seeds.
func Enabled() bool { return *enabled }
