package store

import (
	"crypto/sha256"
	"hash"
	"io"
)

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
