package store

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
)

// A file of paths is
//
//	magic, 16 bytes | version | length H of the header | length of the file | header | arrays | SHA-256
//
// with the three numbers as little-endian uint64; see docs/formats.md.
const (
	pathsMagic   = "\x89matheron paths\n"
	pathsVersion = 2 // the greatest that is read
	preambleSize = int64(len(pathsMagic) + 3*8)
)

// pathsFile is a file of paths that is ready to be written.
type pathsFile struct {
	version uint64 // the least that has what is to be written
	header  []byte // padded
	arrays  arrays
}

// writeTo writes all but the checksum.
func (f *pathsFile) writeTo(w io.Writer) error {
	b := []byte(pathsMagic)
	b = binary.LittleEndian.AppendUint64(b, f.version)
	b = binary.LittleEndian.AppendUint64(b, uint64(len(f.header)))
	b = binary.LittleEndian.AppendUint64(b, uint64(preambleSize+int64(len(f.header))+f.arrays.size+hashSize))
	if _, err := w.Write(append(b, f.header...)); err != nil {
		return err
	}
	return f.arrays.writeTo(w)
}

// readPaths reads paths from a file whose checksum it verifies first.
func readPaths(src source) (*PathSet, error) {
	if err := src.sniff(pathsMagic, pathsNoun, modelMagic, modelNoun); err != nil {
		return nil, err
	}
	if src.size < preambleSize {
		return nil, reject(ErrCutShort, "cut short: %d bytes", src.size)
	}
	pre, err := src.at(0, preambleSize)
	if err != nil {
		return nil, err
	}
	number := func(i int) uint64 { return binary.LittleEndian.Uint64(pre[len(pathsMagic)+8*i:]) }
	version, header, size := number(0), number(1), number(2)
	switch {
	case version > pathsVersion:
		return nil, newer(version, pathsVersion)
	case version == 0:
		return nil, invalid("version 0 of the format does not exist")
	case uint64(src.size) < size:
		return nil, reject(ErrCutShort, "cut short: %d of %d bytes", src.size, size)
	case uint64(src.size) > size:
		return nil, reject(ErrAltered, "altered: %d bytes, where it should have %d", src.size, size)
	case src.size < preambleSize+hashSize || header > uint64(src.size-preambleSize-hashSize) || header%8 != 0:
		return nil, reject(ErrAltered, "altered: a header of %d bytes in a file of %d", header, src.size)
	}
	if err := src.verify(); err != nil {
		return nil, err
	}
	text, err := src.at(preambleSize, int64(header))
	if err != nil {
		return nil, err
	}
	h, err := decodePathsHeader(text, version)
	if err != nil {
		return nil, invalid("header: %s", err)
	}
	start := preambleSize + int64(header)
	length := src.size - hashSize - start
	a := &arrayReader{in: bufio.NewReaderSize(io.NewSectionReader(src, start, length), 1<<16), size: length}
	p, err := h.restore(a)
	if err != nil {
		return nil, invalid("%s", err)
	}
	return p, nil
}

// decodePathsHeader reads the header of a version as one of parts.
func decodePathsHeader(text []byte, version uint64) (*mixtureHeader, error) {
	if version == 1 {
		var h pathsHeader
		err := decode(text, &h)
		return h.parts(), err
	}
	var h mixtureHeader
	err := decode(text, &h)
	return &h, err
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
