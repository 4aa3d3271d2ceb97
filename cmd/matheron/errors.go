package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"matheron/gp"
	"matheron/kernel"
)

// Exit codes.
const (
	exitFailure     = 1
	exitUsage       = 2
	exitInterrupted = 130 // see signalError
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

// fail prints err, a line for each error that it joins, and returns the exit code.
func fail(ctx context.Context, w *os.File, cmd *cobra.Command, err error) int {
	if err == nil {
		return 0
	}
	code, see := exitFailure, ""
	switch {
	case errors.Is(err, context.Canceled):
		code = interruptCode(ctx)
	case isUsage(err):
		code, see = exitUsage, fmt.Sprintf(" (see %s --help)", cmd.CommandPath())
	}
	var lines []string
	for _, e := range joined(err) {
		line := visible(oneLine(e.Error()))
		var kept *interruptedError
		if errors.Is(e, context.Canceled) && !errors.As(e, &kept) {
			line = "interrupted" // whatever it stopped
		}
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
			fmt.Fprintf(w, "matheron: %s%s\n", line, see) // there is nowhere else to say it
		}
	}
	var syntax *kernel.SyntaxError
	if errors.As(err, &syntax) && isTerminal(w) {
		fmt.Fprintln(w, visible(syntax.Pointer())) // as above
	}
	return code
}

// joined returns the errors that [errors.Join] has joined, or err alone.
func joined(err error) []error {
	var begun *runError
	if errors.As(err, &begun) {
		err = begun.err
	}
	if j, ok := err.(interface{ Unwrap() []error }); ok {
		return j.Unwrap()
	}
	return []error{err}
}

// interruptedError is the error of work that an interrupt ended, and of which
// something was kept.
type interruptedError struct{ kept string }

func (e *interruptedError) Error() string { return "interrupted: " + e.kept }

// Unwrap says that it was an interrupt.
func (e *interruptedError) Unwrap() error { return context.Canceled }

// isUsage reports whether err is a mistake in the command line.
func isUsage(err error) bool {
	var begun *runError
	if !errors.As(err, &begun) {
		return true
	}
	var usage *usageError
	var syntax *kernel.SyntaxError
	var unknown *gp.UnknownParam
	var prior *gp.PriorError
	return errors.As(err, &usage) || errors.As(err, &syntax) || errors.As(err, &unknown) || errors.As(err, &prior)
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
