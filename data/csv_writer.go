package data

import (
	"io"
	"strings"

	"github.com/klauspost/compress/gzip" // three times as fast at writing as the standard library's
	"gonum.org/v1/gonum/mat"
)

// csvWriter writes CSV with the line ends of Unix.
type csvWriter struct {
	out  io.Writer
	line []byte
	gzip *gzip.Writer // nil if the text is not compressed
}

func newCSVWriter(out io.Writer, columns []string) (*csvWriter, error) {
	w := &csvWriter{out: out}
	for j, name := range columns {
		w.line = appendName(w.separate(j), name)
	}
	return w, w.flush()
}

func newGzipWriter(out io.Writer, columns []string) (*csvWriter, error) {
	z := gzip.NewWriter(out)
	w, err := newCSVWriter(z, columns)
	if err != nil {
		return nil, err
	}
	w.gzip = z
	return w, nil
}

func (w *csvWriter) separate(j int) []byte {
	if j > 0 {
		return append(w.line, ',')
	}
	return w.line
}

func (w *csvWriter) flush() error {
	_, err := w.out.Write(append(w.line, '\n'))
	w.line = w.line[:0]
	return err
}

func (w *csvWriter) write(rows *mat.Dense) error {
	n, _ := rows.Dims()
	for i := range n {
		for j, v := range rows.RawRowView(i) {
			w.line = AppendNumber(w.separate(j), v)
		}
		if err := w.flush(); err != nil {
			return err
		}
	}
	return nil
}

func (w *csvWriter) close() error {
	if w.gzip == nil {
		return nil
	}
	return w.gzip.Close()
}

// appendName appends a name of the header, in quotes when it needs them. A byte
// order mark in quotes is not taken for that of the file.
func appendName(dst []byte, name string) []byte {
	if !strings.ContainsAny(name, " \t,\"\r\n\ufeff") {
		return append(dst, name...)
	}
	dst = append(dst, '"')
	dst = append(dst, strings.ReplaceAll(name, `"`, `""`)...)
	return append(dst, '"')
}
