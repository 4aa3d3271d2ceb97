package data

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// Reader is an open table. It is read once, by one call of Select, and is not
// safe for concurrent use.
type Reader struct {
	name     string
	columns  []string
	table    table
	file     *os.File // nil for the standard input
	selected bool
}

// table is one format of file.
type table interface {
	// choose fixes the columns to read, by index; those that hold no numbers
	// give their type.
	choose(columns []int) (bad int, holds string)
	// read sets the leading rows of dst to the next rows and returns their
	// number. An error concerns the row after them; io.EOF says there is none.
	read(dst *mat.Dense) (int, error)
}

// Open opens a table and reads its header. The path "-" is the standard input,
// called "standard input" in errors.
func Open(path string) (*Reader, error) {
	if path == "-" {
		return newReader("standard input", nil, os.Stdin)
	}
	f, err := open(path)
	if err != nil {
		return nil, &TableError{File: path, Err: err}
	}
	r, err := newReader(path, f, f)
	if err != nil {
		f.Close() // it is read only
		return nil, err
	}
	return r, nil
}

// NewReader reads a table from a stream of CSV, plain or compressed by gzip;
// name stands for the file in errors. Close does not close the stream.
func NewReader(name string, in io.Reader) (*Reader, error) {
	return newReader(name, nil, in)
}

func newReader(name string, file *os.File, in io.Reader) (*Reader, error) {
	r := &Reader{name: name, file: file}
	buf := bufio.NewReaderSize(in, bufferSize)
	magic, err := peek(buf, len(parquetMagic))
	switch parquet := bytes.Equal(magic, parquetMagic); {
	case err != nil:
		// The first bytes cannot be read, nor told apart.
	case parquet && file == nil:
		err = errors.New("a stream of Parquet cannot be read; give the name of a file")
	case parquet:
		r.table, r.columns, err = openParquet(name, file)
	case strings.HasSuffix(name, ".parquet") && file != nil:
		err = errors.New("not a Parquet file")
	default:
		r.table, r.columns, err = openCSV(name, buf)
	}
	if err == nil {
		err = unique(r.columns)
	}
	if err != nil {
		return nil, inTable(name, err)
	}
	return r, nil
}

// inTable wraps err in a TableError unless it already names the file.
func inTable(name string, err error) error {
	var table *TableError
	var cell *CellError
	if errors.As(err, &table) || errors.As(err, &cell) {
		return err
	}
	return &TableError{File: name, Err: err}
}

// unique refuses two columns of one name; columns without one are no matter.
func unique(columns []string) error {
	first := make(map[string]int, len(columns))
	for i, name := range columns {
		if j, ok := first[name]; ok && name != "" {
			return fmt.Errorf("columns %d and %d are both named %s", j+1, i+1, quote(name))
		}
		first[name] = i
	}
	return nil
}

// Name returns what the table is called in errors: its path, or "standard input".
func (r *Reader) Name() string { return r.name }

// Columns returns the names of the columns in the order of the file. A column
// without a name is "".
func (r *Reader) Columns() []string { return slices.Clone(r.columns) }

// Close closes the file.
func (r *Reader) Close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}

// Select returns the rows of the named columns, in that order, which may differ
// from the file's and may repeat a name. A column that is missing, or that the
// file says holds no numbers, is a [*ColumnError].
//
// A table is a stream: Select panics when it is called again after it succeeded,
// and when no column is named.
func (r *Reader) Select(columns []string) (*Rows, error) {
	if r.selected {
		panic("data: Select called twice on one Reader")
	}
	if len(columns) == 0 {
		panic("data: Select of no columns")
	}
	place := make(map[string]int, len(r.columns))
	for i, name := range r.columns {
		place[name] = i
	}
	chosen := make([]int, len(columns))
	for j, name := range columns {
		i, ok := place[name]
		if !ok || name == "" {
			return nil, &ColumnError{File: r.name, Column: name, Have: r.Columns()}
		}
		chosen[j] = i
	}
	if bad, holds := r.table.choose(chosen); holds != "" {
		return nil, &ColumnError{File: r.name, Column: r.columns[bad], Type: holds, Have: r.Columns()}
	}
	r.selected = true
	return &Rows{name: r.name, columns: slices.Clone(columns), table: r.table}, nil
}

// Rows are the rows of a selection of columns, read in order.
type Rows struct {
	name    string
	columns []string
	table   table
	err     error // of the row after the last one returned
}

// Columns returns the names that were selected.
func (r *Rows) Columns() []string { return slices.Clone(r.columns) }

// Read sets the first n rows of dst to the next n rows of the table. Either
// n > 0 and err is nil, or n is 0 and err says why there is no further row: io.EOF
// at the end, otherwise the error of that row, on this and every later call. All
// rows before a bad one are thus returned, and n is less than the rows of dst
// only before the end or an error. Rows of dst from n on hold nothing of use.
//
// Read panics if the columns of dst are not those of the selection.
func (r *Rows) Read(dst *mat.Dense) (n int, err error) {
	if rows, cols := dst.Dims(); cols != len(r.columns) || rows == 0 {
		panic(fmt.Sprintf("data: Read of %d columns into a %d x %d matrix", len(r.columns), rows, cols))
	}
	if r.err == nil {
		n, r.err = r.table.read(dst)
	}
	if n > 0 {
		return n, nil
	}
	return 0, r.err
}

// chunkRows is how many rows are read between two looks at the context.
const chunkRows = 1024

// ReadAll reads what is left of the table, which must be a row at least. It
// stops within 1,024 rows of ctx being done.
func (r *Rows) ReadAll(ctx context.Context) (*mat.Dense, error) {
	var all []float64
	d := len(r.columns)
	err := r.each(ctx, func(chunk *mat.Dense, n int) {
		all = append(all, chunk.RawMatrix().Data[:n*d]...)
	})
	if err != nil {
		return nil, err
	}
	return mat.NewDense(len(all)/d, d, all), nil
}

// each hands the rows that are left to use, by chunks, the first n rows of each.
func (r *Rows) each(ctx context.Context, use func(chunk *mat.Dense, n int)) error {
	chunk := mat.NewDense(chunkRows, len(r.columns), nil)
	for total := 0; ; {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
		n, err := r.Read(chunk)
		switch {
		case err == io.EOF && total == 0:
			return &TableError{File: r.name, Err: ErrNoRows}
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		total += n
		use(chunk, n)
	}
}
