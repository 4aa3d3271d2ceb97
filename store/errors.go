package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// A [*FormatError] wraps one of these, or the error of the file system.
var (
	// ErrForeign is the error of a file that is something else.
	ErrForeign = errors.New("another kind of file")
	// ErrCutShort is the error of a file whose end is missing.
	ErrCutShort = errors.New("cut short")
	// ErrAltered is the error of a file whose checksum does not match.
	ErrAltered = errors.New("altered")
	// ErrNewer is the error of a version that this program does not know.
	ErrNewer = errors.New("newer version")
	// ErrInvalid is the error of a file that is whole but not as the format has it.
	ErrInvalid = errors.New("invalid")
)

// FormatError is the error of a file that cannot be loaded.
type FormatError struct {
	File   string // "" of what was not read from a file with a name
	Reason string
	Err    error // what kind of reason it is
}

// Error is one line that starts with the file.
func (e *FormatError) Error() string {
	return named(e.File, strings.Join(strings.Fields(e.Reason), " "))
}

// named puts the name of a file before a text.
func named(file, text string) string {
	if file == "" {
		return text
	}
	return file + ": " + text
}

// Unwrap returns the kind of the error.
func (e *FormatError) Unwrap() error { return e.Err }

// UnsupportedError is the error of a value that the format does not have, such
// as a mean that is a Go function.
type UnsupportedError struct {
	File string // "" of what was not written to a file with a name
	Err  error
}

// Error starts with the file.
func (e *UnsupportedError) Error() string { return named(e.File, "cannot be stored: "+e.Err.Error()) }

// Unwrap returns what is wrong with the value.
func (e *UnsupportedError) Unwrap() error { return e.Err }

// reject returns an error of a kind, without a file, which [inFile] adds.
func reject(kind error, format string, args ...any) error {
	return &FormatError{Reason: fmt.Sprintf(format, args...), Err: kind}
}

func invalid(format string, args ...any) error { return reject(ErrInvalid, format, args...) }

// newer refuses a version.
func newer(version uint64, known int) error {
	return reject(ErrNewer, "written by a newer version of the format (%d, this program reads up to %d)", version, known)
}

// inFile returns err as a [*FormatError] of the file.
func inFile(file string, err error) error {
	if err == nil {
		return nil
	}
	var format *FormatError
	var path *fs.PathError
	switch {
	case errors.As(err, &format):
		return &FormatError{File: file, Reason: format.Reason, Err: format.Err}
	case errors.As(err, &path):
		return &FormatError{File: file, Reason: path.Err.Error(), Err: path.Err}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &FormatError{File: file, Reason: "cut short", Err: ErrCutShort}
	}
	return &FormatError{File: file, Reason: err.Error(), Err: errors.Join(ErrInvalid, err)}
}
