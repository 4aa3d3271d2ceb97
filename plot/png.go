package plot

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"io"
)

// writePNG writes an opaque image as PNG (ISO/IEC 15948): one chunk of RGB rows of
// filter type 0, compressed at the fastest level. The encoder of image/png tries
// every filter on every row, which takes twice the time of the compression, and of
// a figure's flat colours makes no smaller file.
func writePNG(w io.Writer, img *image.RGBA) error {
	width, height := img.Rect.Dx(), img.Rect.Dy()
	var rows bytes.Buffer
	z, err := zlib.NewWriterLevel(&rows, zlib.BestSpeed)
	if err != nil {
		return err
	}
	row := make([]byte, 1+3*width) // the filter type first
	for y := range height {
		pixels := img.Pix[y*img.Stride:]
		for x := range width {
			copy(row[1+3*x:4+3*x], pixels[4*x:4*x+3])
		}
		if _, err := z.Write(row); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	header := binary.BigEndian.AppendUint32(nil, uint32(width))
	header = binary.BigEndian.AppendUint32(header, uint32(height))
	header = append(header, 8, 2, 0, 0, 0) // bits a sample, RGB, and the only methods there are
	file := []byte("\x89PNG\r\n\x1a\n")
	file = appendChunk(file, "IHDR", header)
	file = appendChunk(file, "IDAT", rows.Bytes())
	file = appendChunk(file, "IEND", nil)
	_, err = w.Write(file)
	return err
}

// appendChunk appends a chunk: length, name, data, and the sum of the last two.
func appendChunk(file []byte, name string, data []byte) []byte {
	file = binary.BigEndian.AppendUint32(file, uint32(len(data)))
	start := len(file)
	file = append(append(file, name...), data...)
	return binary.BigEndian.AppendUint32(file, crc32.ChecksumIEEE(file[start:]))
}
