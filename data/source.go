package data

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
)

const bufferSize = 64 << 10

// maxRecord bounds one CSV record, and so the memory that a quote which is never
// closed can take: 64 MiB are some three million numbers.
const maxRecord = 64 << 20

var (
	gzipMagic    = []byte{0x1f, 0x8b}
	parquetMagic = []byte("PAR1")
)

// source is the text of a CSV file, decompressed.
type source struct {
	text    io.Reader
	limit   int   // of pending
	pending int   // bytes handed out since the last whole record
	err     error // why the text ended, if not at its end
}

// newSource returns the text that in holds, plain or compressed by gzip.
func newSource(in *bufio.Reader) (*source, error) {
	magic, err := peek(in, len(gzipMagic))
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(magic, gzipMagic) {
		return &source{text: in, limit: maxRecord}, nil
	}
	text, err := gzip.NewReader(in)
	if err != nil {
		return nil, explain(err)
	}
	return &source{text: text, limit: maxRecord}, nil
}

// peek returns the next n bytes of in, or all that there are. Its error is not that
// of a later read.
func peek(in *bufio.Reader, n int) ([]byte, error) {
	start, err := in.Peek(n)
	if err != nil && err != io.EOF {
		return nil, explain(err)
	}
	return start, nil
}

func (s *source) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	if s.pending > s.limit {
		s.err = errors.New("a record of more than 64 MiB; is a quote not closed?")
		return 0, s.err
	}
	n, err := s.text.Read(p)
	s.pending += n
	if err != nil && err != io.EOF {
		err = explain(err)
		s.err = err
	}
	return n, err
}

// explain says in plain words what went wrong while reading a file, which the
// caller names.
func explain(err error) error {
	var corrupt flate.CorruptInputError
	var path *fs.PathError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return gzipError{"gzip data is cut short", err}
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.As(err, &corrupt):
		return gzipError{"gzip data is damaged", err}
	case errors.As(err, &path):
		return path.Err
	}
	return err
}

type gzipError struct {
	text string
	err  error
}

func (e gzipError) Error() string { return e.text }
func (e gzipError) Unwrap() error { return e.err }

// open opens a file for reading and refuses directories.
func open(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, explain(err)
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = errors.New("is a directory")
	}
	if err != nil {
		f.Close() // it is read only
		return nil, explain(err)
	}
	return f, nil
}
