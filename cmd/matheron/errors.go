package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"matheron/gp"
	"matheron/kernel"
)

// Exit codes.
const (
	exitFailure     = 1
	exitUsage       = 2
	exitInterrupted = 130 // 128 + SIGINT, as shells have it
)

// runError is an error of a command that has begun. Every other error that cobra
// returns is one of usage.
type runError struct{ err error }

func (e *runError) Error() string { return e.err.Error() }
func (e *runError) Unwrap() error { return e.err }

// usageError is one of usage that only shows while a command runs.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error { return &usageError{fmt.Errorf(format, args...)} }

// fail prints err as one line and returns the exit code.
func fail(w io.Writer, cmd *cobra.Command, err error) int {
	if err == nil {
		return 0
	}
	if line, ok := isInterrupt(err); ok {
		fmt.Fprintf(w, "matheron: %s\n", line)
		return exitInterrupted
	}
	line, code := oneLine(err.Error()), exitFailure
	if isUsage(err) {
		code = exitUsage
		line += fmt.Sprintf(" (see %s --help)", cmd.CommandPath())
	}
	fmt.Fprintf(w, "matheron: %s\n", line)
	var syntax *kernel.SyntaxError
	if errors.As(err, &syntax) && isTerminal(w) {
		fmt.Fprintln(w, syntax.Pointer())
	}
	return code
}

// interruptedError is the error of work that an interrupt ended, and of which
// something was kept.
type interruptedError struct{ kept string }

func (e *interruptedError) Error() string { return "interrupted: " + e.kept }

// Unwrap says that it was an interrupt.
func (e *interruptedError) Unwrap() error { return context.Canceled }

// isInterrupt reports whether err is that of an interrupt, and what is to be said.
func isInterrupt(err error) (line string, ok bool) {
	var kept *interruptedError
	if errors.As(err, &kept) {
		return kept.Error(), true
	}
	return "interrupted", errors.Is(err, context.Canceled)
}

// isUsage reports whether err is a mistake in the command line.
func isUsage(err error) bool {
	var begun *runError
	if !errors.As(err, &begun) {
		return true
	}
	var usage *usageError
	var syntax *kernel.SyntaxError
	var unknown *gp.UnknownParam
	return errors.As(err, &usage) || errors.As(err, &syntax) || errors.As(err, &unknown)
}

// oneLine joins the lines of a message, such as cobra's suggestions of commands.
func oneLine(s string) string {
	lines := strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' })
	for i, l := range lines {
		lines[i] = strings.TrimSpace(l)
	}
	return strings.Join(lines, " ")
}

// inFile puts the name of a table before an error that only says the rows.
func inFile(file string, err error) error {
	var equal *gp.EqualInputs
	var value *gp.NotFinite
	var memory *memoryError
	if errors.As(err, &equal) || errors.As(err, &value) || errors.As(err, &memory) {
		return fmt.Errorf("%s: %w", file, err)
	}
	return err
}
