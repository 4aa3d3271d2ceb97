package store

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"
)

// source is the bytes of a file.
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
	defer f.Close() // it is read only
	if err != nil {
		return source{}, err
	}
	head := make([]byte, magicSize)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return source{}, err
	}
	head = head[:n]
	if !known(head) {
		return bytesSource(head), nil
	}
	rest, err := io.ReadAll(f)
	return bytesSource(append(head, rest...)), err
}

// load reads a file by parse. The error is a [*FormatError].
func load[T any](path string, parse func(source) (*T, error)) (*T, error) {
	src, err := open(path)
	if err != nil {
		return nil, inFile(path, err)
	}
	defer src.close() // it is read only
	v, err := parse(src)
	return v, inFile(path, err)
}

// read is load from a reader whose first size bytes are the file, which has no name.
func read[T any](r io.ReaderAt, size int64, parse func(source) (*T, error)) (*T, error) {
	if size < 0 {
		panic(fmt.Sprintf("store: a file of %d bytes", size))
	}
	v, err := parse(source{r, size, nil})
	return v, inFile("", err)
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

// fileKind is a kind of file of this package.
type fileKind struct{ magic, noun string }

func modelKind() fileKind { return fileKind{modelMagic, "a matheron model"} }
func pathsKind() fileKind { return fileKind{pathsMagic, "a matheron file of paths"} }
func drawsKind() fileKind { return fileKind{drawsMagic, "a matheron file of draws"} }

func fileKinds() []fileKind { return []fileKind{modelKind(), pathsKind(), drawsKind()} }

// magicSize is the length of the longest magic.
const magicSize = max(len(modelMagic), len(pathsMagic), len(drawsMagic))

// sniff checks that s starts as a file of kind k does, and names the other kind of
// file where it is one.
func (s source) sniff(k fileKind) error {
	head, err := s.head(magicSize)
	if err != nil {
		return err
	}
	text := string(head)
	switch {
	case strings.HasPrefix(text, k.magic):
		return nil
	case text == "":
		return reject(ErrForeign, "the file is empty, not %s", k.noun)
	case strings.HasPrefix(k.magic, text):
		return reject(ErrCutShort, "cut short: %d bytes", s.size)
	}
	for _, other := range fileKinds() {
		if strings.HasPrefix(text, other.magic) {
			return reject(ErrForeign, "not %s: this is %s", k.noun, other.noun)
		}
	}
	return reject(ErrForeign, "not %s", k.noun)
}

// known reports whether text starts as a file of any kind does.
func known(text []byte) bool {
	return slices.ContainsFunc(fileKinds(), func(k fileKind) bool { return strings.HasPrefix(string(text), k.magic) })
}

const hashSize = sha256.Size

func newHash() hash.Hash { return sha256.New() }

// sumOf returns the checksum of b.
func sumOf(b []byte) []byte {
	sum := sha256.Sum256(b)
	return sum[:]
}

// hashWriter hashes what it passes on, and keeps the error of the writer apart
// from those of what is written.
type hashWriter struct {
	w    io.Writer
	hash hash.Hash
	err  error
}

func (h *hashWriter) Write(p []byte) (int, error) {
	h.hash.Write(p)
	n, err := h.w.Write(p)
	if err != nil {
		h.err = err
	}
	return n, err
}

// sum returns the checksum of n bytes from an offset.
func (s source) sum(offset, n int64) ([]byte, error) {
	h := newHash()
	got, err := io.CopyBuffer(h, onlyReader{io.NewSectionReader(s, offset, n)}, make([]byte, max(1, min(n, 1<<17))))
	if err == nil && got != n {
		err = io.ErrUnexpectedEOF
	}
	return h.Sum(nil), err
}

// onlyReader hides WriteTo, which would not use the buffer.
type onlyReader struct{ io.Reader }
