package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"
)

// memoryError is the error of a table that is too large for exact regression here.
type memoryError struct {
	rows, matrices  int
	need, available float64 // bytes
	instead         string  // says what needs less, "" where nothing is known to
}

func (e *memoryError) Error() string {
	text := fmt.Sprintf("%d rows need %.3g GB of memory (%d matrices of %d x %d numbers), %.3g GB are available",
		e.rows, e.need/1e9, e.matrices, e.rows, e.rows, e.available/1e9)
	if e.instead != "" {
		text += "; " + e.instead
	}
	return text
}

// instead adds to an error of [checkMemory] what needs less.
func instead(err error, what string) error {
	var e *memoryError
	if errors.As(err, &e) {
		e.instead = what
	}
	return err
}

// checkMemory returns an error if dense algebra over a number of rows, with that
// many matrices of rows x rows at once, cannot fit in the memory that is there:
// rather than begin and be ended by the system. Where the system does not say how
// much there is (only Linux does here), it returns nil.
func checkMemory(rows, matrices int) error {
	available, ok := availableMemory("/proc/meminfo")
	need := 8 * float64(rows) * float64(rows) * float64(matrices)
	if !ok || need <= available {
		return nil
	}
	return &memoryError{rows: rows, matrices: matrices, need: need, available: available}
}

// availableMemory reads the bytes that can be had without swapping, see proc(5).
func availableMemory(path string) (bytes float64, ok bool) {
	f, err := os.Open(path)
	if err != nil {
		return 0, false
	}
	defer f.Close() // it is read only
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if text, found := strings.CutPrefix(lines.Text(), "MemAvailable:"); found {
			var kib float64
			_, err := fmt.Sscanf(text, "%g kB", &kib)
			return 1024 * kib, err == nil
		}
	}
	return 0, false
}
