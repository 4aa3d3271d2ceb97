package data

import (
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
	"github.com/pierrec/lz4/v4"
)

// A header of a page, which may have the least and greatest value of the page, has at
// most maxPageHeader bytes, and mostly less than pageHeader.
const (
	pageHeader    = 512
	maxPageHeader = 64 << 10
)

// checkPages reads the headers of the pages of a column chunk, and decodes those of
// LZ4: it returns an error if they claim what cannot be. The Parquet library makes
// room for whatever a header says, and takes a page of LZ4 that it cannot decode for
// one that needs twice the room, and so on until memory ends.
func checkPages(file io.ReaderAt, chunk *format.ColumnMetaData) error {
	at := chunk.DataPageOffset
	if chunk.DictionaryPageOffset != 0 {
		at = chunk.DictionaryPageOffset
	}
	end := at + chunk.TotalCompressedSize
	var buf []byte
	in := new(thrift.CompactProtocol).NewReaderFromBytes(nil)
	header := thrift.NewDecoder(in)
	var c lz4Checker
	for at < end {
		var h format.PageHeader
		for _, size := range []int64{pageHeader, maxPageHeader} {
			buf = grow(buf, min(size, end-at))
			n, err := file.ReadAt(buf, at)
			if n == 0 {
				return err
			}
			in.ResetBytes(buf[:n])
			h = format.PageHeader{}
			if err = header.Decode(&h); err == nil {
				break
			} else if size == maxPageHeader {
				return err
			}
		}
		at += int64(in.BytesRead())
		packed, plain := int64(h.CompressedPageSize), int64(h.UncompressedPageSize)
		if packed < 0 || packed > end-at || plain < 0 || plain > packed*mostPlain(chunk.Codec) {
			return fmt.Errorf("a page of %d bytes, %d uncompressed, in a column of %d", packed, plain, chunk.TotalCompressedSize)
		}
		if chunk.Codec == format.Lz4Raw {
			if err := c.check(file, at, &h); err != nil {
				return err
			}
		}
		at += packed
	}
	return nil
}

// mostPlain returns how many bytes one that is compressed can stand for. Of Brotli and
// Zstandard that is as many as there may be in a page.
func mostPlain(codec format.CompressionCodec) int64 {
	switch codec {
	case format.Uncompressed:
		return 1
	case format.Snappy:
		return 64
	case format.Lz4Raw:
		return 255
	case format.Gzip:
		return 1032
	}
	return 1 << 31
}

// lz4Checker decodes pages of LZ4 and forgets them.
type lz4Checker struct{ page, values []byte }

var errLZ4 = errors.New("LZ4 data are damaged")

func (c *lz4Checker) check(file io.ReaderAt, at int64, h *format.PageHeader) error {
	packed, plain := int64(h.CompressedPageSize), int64(h.UncompressedPageSize)
	// The levels of a page of version 2 stand before the rest as they are.
	if v2 := h.DataPageHeaderV2; v2.Valid {
		if v2.V.IsCompressed.Valid && !v2.V.IsCompressed.V {
			return nil
		}
		levels := int64(v2.V.RepetitionLevelsByteLength) + int64(v2.V.DefinitionLevelsByteLength)
		if levels < 0 || levels > min(plain, packed) {
			return errLZ4
		}
		at, packed, plain = at+levels, packed-levels, plain-levels
	}
	c.page, c.values = grow(c.page, packed), grow(c.values, plain)
	if _, err := file.ReadAt(c.page, at); err != nil && err != io.EOF {
		return err
	}
	if _, err := lz4.UncompressBlock(c.page, c.values); err != nil {
		return errLZ4
	}
	return nil
}

// grow returns n bytes, of b if it has so many.
func grow(b []byte, n int64) []byte {
	if int64(cap(b)) < n {
		return make([]byte, n)
	}
	return b[:n]
}
