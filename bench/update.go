package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"matheron/internal/atomicfile"
)

// updateMarked replaces what is between the lines
//
//	<!-- NAME: begin -->
//	<!-- NAME: end -->
//
// of a file by text.
func updateMarked(file, name, text string) error {
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	begin, end := fmt.Sprintf("<!-- %s: begin -->\n", name), fmt.Sprintf("<!-- %s: end -->\n", name)
	before, rest, found := strings.Cut(string(old), begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return fmt.Errorf("%s: no lines %q and %q in this order", file, strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return atomicfile.WriteFile(file, func(w io.Writer) error {
		_, err := io.WriteString(w, before+begin+text+end+after)
		return err
	})
}
