package data

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip" // three times as fast at writing as the standard library's
	"gonum.org/v1/gonum/mat"
)

var (
	utf8Mark  = []byte{0xef, 0xbb, 0xbf}
	utf16Mark = [2][]byte{{0xfe, 0xff}, {0xff, 0xfe}}
)

// csvTable reads CSV by encoding/csv.
type csvTable struct {
	name    string
	columns []string
	chosen  []int
	source  *source
	csv     *csv.Reader
	row     int // data rows read
}

func openCSV(name string, in *bufio.Reader) (*csvTable, []string, error) {
	source, err := newSource(in)
	if err != nil {
		return nil, nil, err
	}
	text := bufio.NewReaderSize(source, bufferSize)
	mark, err := peek(text, len(utf8Mark))
	if err != nil {
		return nil, nil, err
	}
	if bytes.Equal(mark, utf8Mark) {
		text.Discard(len(utf8Mark)) // they are there
	}
	for _, m := range utf16Mark {
		if bytes.HasPrefix(mark, m) {
			return nil, nil, errors.New("text in UTF-16; save it as UTF-8")
		}
	}
	t := &csvTable{name: name, source: source, csv: csv.NewReader(text)}
	t.csv.ReuseRecord = true
	header, err := t.csv.Read()
	if err == io.EOF && source.err == nil {
		return nil, nil, ErrNoHeader
	}
	if err != nil {
		return nil, nil, t.explain(err, nil)
	}
	source.pending = 0
	for _, column := range header {
		t.columns = append(t.columns, strings.TrimSpace(column))
	}
	return t, t.columns, nil
}

func (t *csvTable) choose(columns []int) (int, string) {
	t.chosen = columns
	return 0, ""
}

func (t *csvTable) read(dst *mat.Dense) (int, error) {
	rows, _ := dst.Dims()
	for i := range rows {
		record, err := t.csv.Read()
		if err == io.EOF && t.source.err == nil {
			return i, io.EOF
		}
		if err != nil {
			return i, t.explain(err, record)
		}
		t.source.pending = 0
		t.row++
		row := dst.RawRowView(i)
		for j, c := range t.chosen {
			v, reason := parseNumber(record[c])
			if reason != "" {
				line, _ := t.csv.FieldPos(c)
				return i, &CellError{
					File: t.name, Row: t.row, Line: line, Column: t.columns[c],
					Text: strings.Trim(record[c], " \t"), Reason: reason,
				}
			}
			row[j] = v
		}
	}
	return rows, nil
}

// explain turns an error of the CSV reader into one that names the place.
func (t *csvTable) explain(err error, record []string) error {
	if t.source.err != nil {
		// The record was cut by the file, whatever the parser made of the rest.
		return &TableError{File: t.name, Err: t.source.err}
	}
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return &TableError{File: t.name, Err: err}
	}
	line := parse.StartLine // a quoted field may run over several lines
	switch parse.Err {
	case csv.ErrFieldCount:
		err = fmt.Errorf("%s, the header has %d", count(len(record), "field"), len(t.columns))
	case csv.ErrQuote:
		err = errors.New("a quoted field is not closed, or has text after its closing quote")
	case csv.ErrBareQuote:
		err = errors.New("a quote inside a field that is not quoted")
	}
	return &TableError{File: t.name, Line: line, Err: err}
}

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

// AppendNumber appends the shortest decimal form of v that reads back as v. Like
// encoding/json it writes an exponent only below 1e-6 and from 1e21 on.
func AppendNumber(dst []byte, v float64) []byte {
	abs := math.Abs(v)
	if abs == 0 || abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(dst, v, 'f', -1, 64)
	}
	dst = strconv.AppendFloat(dst, v, 'e', -1, 64)
	// strconv pads the exponent to two digits: e-09 is e-9.
	if n := len(dst); n >= 4 && dst[n-4] == 'e' && dst[n-2] == '0' {
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}

// parseNumber reads one cell; reason is "" if it is a finite number.
func parseNumber(cell string) (v float64, reason string) {
	v, err := strconv.ParseFloat(cell, 64)
	if err != nil {
		cell = strings.Trim(cell, " \t")
		if cell == "" {
			return 0, "empty cell"
		}
		if v, err = strconv.ParseFloat(cell, 64); errors.Is(err, strconv.ErrRange) {
			return 0, "is too large"
		}
		if err != nil {
			return 0, "is not a number"
		}
	}
	if !finite(v) {
		return 0, "is not finite"
	}
	return v, ""
}

func finite(v float64) bool { return v-v == 0 }
