package store

import (
	"bytes"
	"io"
	"os"
	"strings"
	"syscall"
)

// source is a file that can be read at any place.
type source struct {
	io.ReaderAt
	size  int64
	close func() error
}

func bytesSource(b []byte) source {
	return source{bytes.NewReader(b), int64(len(b)), func() error { return nil }}
}

// open opens a file. What has no length (a pipe) is read into memory, once its
// first bytes are those of a file of this package.
func open(path string) (source, error) {
	f, err := os.Open(path)
	if err != nil {
		return source{}, err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case info.IsDir():
		err = &os.PathError{Op: "read", Path: path, Err: syscall.EISDIR}
	case info.Mode().IsRegular():
		return source{f, info.Size(), f.Close}, nil
	}
	defer f.Close()
	if err != nil {
		return source{}, err
	}
	head := make([]byte, max(len(modelMagic), len(pathsMagic)))
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return source{}, err
	}
	head = head[:n]
	if !strings.HasPrefix(string(head), modelMagic) && !strings.HasPrefix(string(head), pathsMagic) {
		return bytesSource(head), nil
	}
	rest, err := io.ReadAll(f)
	return bytesSource(append(head, rest...)), err
}

// at returns n bytes from an offset, which are known to be there.
func (s source) at(offset, n int64) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(io.NewSectionReader(s, offset, n), b); err != nil {
		return nil, err
	}
	return b, nil
}

// head returns the first n bytes, or all if there are less.
func (s source) head(n int) ([]byte, error) { return s.at(0, min(int64(n), s.size)) }

// sniff checks that s starts with magic, what being the noun for messages, and
// names the other kind of file where it is that.
func (s source) sniff(magic, what, other, otherWhat string) error {
	head, err := s.head(max(len(magic), len(other)))
	if err != nil {
		return err
	}
	text := string(head)
	switch {
	case strings.HasPrefix(text, magic):
		return nil
	case text == "":
		return reject(ErrForeign, "the file is empty, not %s", what)
	case strings.HasPrefix(magic, text):
		return reject(ErrCutShort, "cut short: %d bytes", s.size)
	case strings.HasPrefix(text, other):
		return reject(ErrForeign, "not %s: this is %s", what, otherWhat)
	}
	return reject(ErrForeign, "not %s", what)
}

const (
	modelNoun = "a matheron model"
	pathsNoun = "a matheron file of paths"
)
