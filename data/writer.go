package data

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/atomicfile"
)

// Writer writes a table. It is not safe for concurrent use.
type Writer struct {
	name    string
	columns []string
	file    *atomicfile.File
	encoder encoder
	rows    int
	err     error
	closed  bool
}

// encoder is one format of file being written.
type encoder interface {
	write(rows *mat.Dense) error
	close() error
}

// Create starts a table of the named columns: Parquet if the path ends in
// ".parquet", CSV compressed by gzip if it ends in ".gz", otherwise CSV. The path
// "-" is the standard output. Nothing is at path before Close (see
// [matheron/internal/atomicfile] for targets that are written directly).
//
// Parquet columns are required doubles, in row groups of 32 MiB. CSV numbers are
// as [AppendNumber] puts them.
//
// A column without a name, and two of one name, are an error; Create panics when
// there is no column.
func Create(path string, columns []string) (*Writer, error) {
	if len(columns) == 0 {
		panic("data: Create of a table without columns")
	}
	w := &Writer{name: path, columns: slices.Clone(columns)}
	if path == "-" {
		w.name = "standard output"
	}
	if i := slices.Index(columns, ""); i >= 0 {
		return nil, &TableError{File: w.name, Err: fmt.Errorf("column %d has no name", i+1)}
	}
	if err := unique(columns); err != nil {
		return nil, &TableError{File: w.name, Err: err}
	}
	file, err := atomicfile.Create(path)
	if err != nil {
		return nil, err
	}
	w.file = file
	switch {
	case strings.HasSuffix(path, ".parquet"):
		w.encoder, err = newParquetWriter(file, w.columns)
	case strings.HasSuffix(path, ".gz"):
		w.encoder, err = newGzipWriter(file, w.columns)
	default:
		w.encoder, err = newCSVWriter(file, w.columns)
	}
	if err != nil {
		file.Abort()
		return nil, w.explain(err)
	}
	return w, nil
}

// Write appends the rows of a matrix, whose columns are those of the table; it
// panics if their number differs. A value that is not finite is a [*CellError]:
// no reader would take it. After an error nothing is committed.
func (w *Writer) Write(rows *mat.Dense) error {
	n, d := rows.Dims()
	if n == 0 {
		return w.err
	}
	if d != len(w.columns) {
		panic(fmt.Sprintf("data: Write of a %d x %d matrix to a table of %d columns", n, d, len(w.columns)))
	}
	if w.closed {
		return w.explain(fs.ErrClosed)
	}
	if w.err != nil {
		return w.err
	}
	for i := range n {
		for j, v := range rows.RawRowView(i) {
			if !finite(v) {
				w.err = &CellError{File: w.name, Row: w.rows + i + 1, Column: w.columns[j],
					Text: string(AppendNumber(nil, v)), Reason: "is not finite"}
				return w.err
			}
		}
	}
	if err := w.encoder.write(rows); err != nil {
		w.err = w.explain(err)
		return w.err
	}
	w.rows += n
	return nil
}

// Close completes the table and puts it in its place. If it or any Write failed,
// it returns the first error, and what was at path before is still there. A
// second Close returns the same.
func (w *Writer) Close() error {
	if w.closed {
		return w.err
	}
	w.closed = true
	if w.err == nil {
		if err := w.encoder.close(); err != nil {
			w.err = w.explain(err)
		}
	}
	if w.err != nil {
		w.file.Abort()
		return w.err
	}
	w.err = w.file.Commit()
	return w.err
}

// Abort drops the table. It does nothing after Close, so that it can be deferred
// right after Create.
func (w *Writer) Abort() {
	if w.closed {
		return
	}
	w.closed = true
	w.err = w.explain(errors.New("aborted"))
	w.file.Abort()
}

// explain keeps errors that name the file and puts its name before others.
func (w *Writer) explain(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path
	}
	return inTable(w.name, err)
}
