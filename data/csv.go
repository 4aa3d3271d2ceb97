package data

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

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
