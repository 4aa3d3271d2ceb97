package store

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"

	"matheron/internal/atomicfile"
)

// A container, the file of paths and that of draws, is
//
//	magic, 16 bytes | version | length H of the header | length of the file | header | arrays | SHA-256
//
// with the three numbers as little-endian uint64; see docs/formats.md.
type container struct {
	kind    fileKind
	version uint64 // the least that has what is to be written
	header  []byte // padded
	arrays  arrays
}

const preambleSize = int64(16 + 3*8)

// describe sets the header: JSON, filled up so that the arrays start at a
// multiple of 8.
func (f *container) describe(header any) (err error) {
	if f.header, err = json.Marshal(header); err != nil {
		return err
	}
	for int64(len(f.header))%8 != 0 {
		f.header = append(f.header, ' ')
	}
	return nil
}

// writeTo writes all but the checksum.
func (f *container) writeTo(w io.Writer) error {
	b := []byte(f.kind.magic)
	b = binary.LittleEndian.AppendUint64(b, f.version)
	b = binary.LittleEndian.AppendUint64(b, uint64(len(f.header)))
	b = binary.LittleEndian.AppendUint64(b, uint64(preambleSize+int64(len(f.header))+f.arrays.size+hashSize))
	if _, err := w.Write(append(b, f.header...)); err != nil {
		return err
	}
	return f.arrays.writeTo(w)
}

// save writes the file, all of it or nothing. A number that it cannot have is an
// [*UnsupportedError].
func (f *container) save(path string) error {
	var content error
	err := atomicfile.WriteFile(path, func(w io.Writer) error {
		err := f.write(w)
		var unsupported *UnsupportedError
		if errors.As(err, &unsupported) {
			content = &UnsupportedError{path, unsupported.Err}
		}
		return err
	})
	return cmp.Or(content, err)
}

// write writes the file. A number that it cannot have is an [*UnsupportedError], where
// some of the file has been written.
func (f *container) write(w io.Writer) error {
	out := &hashWriter{w: w, hash: newHash()}
	if err := f.writeTo(out); err != nil {
		if out.err == nil {
			err = &UnsupportedError{Err: err}
		}
		return err
	}
	_, err := w.Write(out.hash.Sum(nil))
	return err
}

// openContainer returns version, header and arrays of a file of a kind, whose
// checksum it verifies first.
func openContainer(src source, k fileKind, known uint64) (version uint64, header []byte, a *arrayReader, err error) {
	if err := src.sniff(k); err != nil {
		return 0, nil, nil, err
	}
	if src.size < preambleSize {
		return 0, nil, nil, reject(ErrCutShort, "cut short: %d bytes", src.size)
	}
	pre, err := src.at(0, preambleSize)
	if err != nil {
		return 0, nil, nil, err
	}
	number := func(i int) uint64 { return binary.LittleEndian.Uint64(pre[len(k.magic)+8*i:]) }
	version, length, size := number(0), number(1), number(2)
	switch {
	case version > known:
		return 0, nil, nil, newer(version, int(known))
	case version == 0:
		return 0, nil, nil, invalid("version 0 of the format does not exist")
	case uint64(src.size) < size:
		return 0, nil, nil, reject(ErrCutShort, "cut short: %d of %d bytes", src.size, size)
	case uint64(src.size) > size:
		return 0, nil, nil, reject(ErrAltered, "altered: %d bytes, where it should have %d", src.size, size)
	case src.size < preambleSize+hashSize || length > uint64(src.size-preambleSize-hashSize) || length%8 != 0:
		return 0, nil, nil, reject(ErrAltered, "altered: a header of %d bytes in a file of %d", length, src.size)
	}
	if err := src.verify(); err != nil {
		return 0, nil, nil, err
	}
	if header, err = src.at(preambleSize, int64(length)); err != nil {
		return 0, nil, nil, err
	}
	start := preambleSize + int64(length)
	left := src.size - hashSize - start
	return version, header, &arrayReader{in: bufio.NewReaderSize(io.NewSectionReader(src, start, left), 1<<16), size: left}, nil
}

// verify checks the checksum in the last bytes.
func (s source) verify() error {
	want, err := s.at(s.size-hashSize, hashSize)
	if err != nil {
		return err
	}
	got, err := s.sum(0, s.size-hashSize)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, want) {
		return reject(ErrAltered, "altered or damaged: the checksum does not match")
	}
	return nil
}
