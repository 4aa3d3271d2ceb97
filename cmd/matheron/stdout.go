package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// errClosed is the error of a standard output that the process was started without.
var errClosed = errors.New("standard output: it is closed")

// checkStdout returns an error if a result would go to a standard output that is
// closed.
func checkStdout() error {
	if stdoutClosed() {
		return errClosed
	}
	return nil
}

// stdout writes to standard output and keeps the first error, for who does not look
// at what Write returns.
type stdout struct{ err error }

func (w *stdout) Write(p []byte) (int, error) {
	if w.err == nil {
		w.err = checkStdout()
	}
	if w.err != nil {
		return 0, w.err
	}
	n, err := os.Stdout.Write(p)
	w.err = named(err)
	return n, w.err
}

// named says standard output in an error in place of the file's name.
func named(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return fmt.Errorf("standard output: %w", path.Err)
	}
	return err
}

// printText prints a result on standard output.
func printText(ctx context.Context, s string) error {
	return toStream(ctx, "-", func() error {
		_, err := new(stdout).Write([]byte(s))
		return err
	})
}

// printJSON prints one object on standard output.
func printJSON(ctx context.Context, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return printText(ctx, string(text)+"\n")
}

// printSummary prints what a person reads: on standard output, or, where a table
// or a model goes there, on a terminal that is standard error. It is not missed on
// a standard output that is closed: what was asked for is in a file.
func printSummary(ctx context.Context, out, s string) error {
	s = visible(s)
	switch {
	case !isStdout(out):
		return toStream(ctx, "-", func() error {
			_, err := os.Stdout.WriteString(s)
			return named(err)
		})
	case isTerminal(os.Stderr):
		os.Stderr.WriteString(s) // a courtesy
	}
	return nil
}

// visible writes characters that would command a terminal, and not show on it, as
// escapes: those of control and of the direction of text. Lines and tabs stay.
func visible(s string) string {
	var b strings.Builder
	for i, r := range s {
		_, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\n' || r == '\t':
			b.WriteRune(r)
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isStdout reports whether an output goes to standard output.
func isStdout(path string) bool {
	if path == "-" {
		return true
	}
	if !strings.HasPrefix(path, "/dev/") && !strings.HasPrefix(path, "/proc/") {
		return false
	}
	a, err := os.Stat(path)
	if err != nil {
		return false
	}
	b, err := os.Stdout.Stat()
	return err == nil && os.SameFile(a, b)
}
