package data

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
	"gonum.org/v1/gonum/mat"
)

// parquetBatch is how many values of a column are decoded at a time.
const parquetBatch = 1024

// parquetTable reads the columns of a Parquet file side by side.
type parquetTable struct {
	name   string
	file   io.ReaderAt
	groups []parquet.RowGroup
	chunks []format.RowGroup // the metadata of groups
	leaves []parquetLeaf
	chosen []*parquetColumn
	values []parquet.Value
	row    int // rows read
}

func openParquet(name string, file *os.File) (t *parquetTable, columns []string, err error) {
	defer damaged(&err)
	info, err := file.Stat()
	if err != nil {
		return nil, nil, explain(err)
	}
	if !info.Mode().IsRegular() {
		return nil, nil, errors.New("a stream of Parquet cannot be read; give the name of a file")
	}
	f, err := parquet.OpenFile(file, info.Size(),
		parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true), parquet.ReadBufferSize(bufferSize))
	if err != nil {
		return nil, nil, unreadable(err)
	}
	t = &parquetTable{
		name: name, file: file, groups: f.RowGroups(), chunks: f.Metadata().RowGroups,
		values: make([]parquet.Value, parquetBatch),
	}
	if t.leaves, err = parquetLeaves(f); err != nil {
		return nil, nil, err
	}
	for _, leaf := range t.leaves {
		columns = append(columns, leaf.name)
	}
	if len(columns) == 0 {
		return nil, nil, ErrNoHeader
	}
	return t, columns, nil
}

// damaged turns a panic of the Parquet library into an error: it checks less of
// a file than an altered one can get wrong.
func damaged(err *error) {
	if p := recover(); p != nil {
		*err = unreadable(fmt.Errorf("%v", p))
	}
}

func unreadable(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return errors.New("the Parquet file is cut short")
	}
	return fmt.Errorf("the Parquet file cannot be read: %w", err)
}

func (t *parquetTable) choose(columns []int) (int, string) {
	for _, c := range columns {
		leaf := t.leaves[c]
		if leaf.holds != "" {
			return c, leaf.holds
		}
		t.chosen = append(t.chosen, &parquetColumn{leaf: leaf, file: t.file, groups: t.groups, chunks: t.chunks})
	}
	return 0, ""
}

func (t *parquetTable) read(dst *mat.Dense) (n int, err error) {
	rows, _ := dst.Dims()
	n = rows
	// A column that stops early shortens the others, so that the error returned
	// is that of the first row that has one.
	for j, c := range t.chosen {
		got, stop := c.read(dst, j, n, t.values)
		if stop == nil {
			continue
		}
		if stop == io.EOF && j > 0 && got < n {
			stop = unreadable(fmt.Errorf("column %s is shorter than others", quote(c.leaf.name)))
		}
		var cell *CellError
		if errors.As(stop, &cell) {
			cell.File, cell.Row, cell.Column = t.name, t.row+got+1, c.leaf.name
		} else if stop != io.EOF {
			stop = inTable(t.name, stop)
		}
		n, err = got, stop
	}
	t.row += n
	return n, err
}

// parquetColumn streams the values of one column through its row groups and
// pages.
type parquetColumn struct {
	leaf   parquetLeaf
	file   io.ReaderAt
	groups []parquet.RowGroup // those to come
	chunks []format.RowGroup  // their metadata
	pages  parquet.Pages      // of the current row group, nil between two
	page   parquet.Page
	values parquet.ValueReader // of page, nil between two
}

// read sets dst[i][j] for i < n and returns the number set before the error.
func (c *parquetColumn) read(dst *mat.Dense, j, n int, buf []parquet.Value) (set int, err error) {
	defer damaged(&err)
	for set < n {
		if c.values == nil {
			if err := c.next(); err != nil {
				return set, err
			}
		}
		got, err := c.values.ReadValues(buf[:min(len(buf), n-set)])
		for _, v := range buf[:got] {
			x, text, reason := c.leaf.number(v)
			if reason != "" {
				return set, &CellError{Text: text, Reason: reason}
			}
			dst.RawRowView(set)[j] = x
			set++
		}
		if err == nil && got == 0 {
			err = io.ErrNoProgress
		}
		if err != nil && err != io.EOF {
			return set, unreadable(err)
		}
		if err == io.EOF {
			parquet.Release(c.page)
			c.page, c.values = nil, nil
		}
	}
	return set, nil
}

// next opens the next page, of the next row group if need be; io.EOF says that
// there is none.
func (c *parquetColumn) next() error {
	for {
		if c.pages == nil {
			if len(c.groups) == 0 {
				return io.EOF
			}
			if err := checkPages(c.file, &c.chunks[0].Columns[c.leaf.index].MetaData); err != nil {
				return unreadable(err)
			}
			c.pages = c.groups[0].ColumnChunks()[c.leaf.index].Pages()
			c.groups, c.chunks = c.groups[1:], c.chunks[1:]
		}
		page, err := c.pages.ReadPage()
		if err == nil {
			c.page, c.values = page, page.Values()
			return nil
		}
		if err != io.EOF {
			return unreadable(err)
		}
		c.pages.Close() // it was read to its end
		c.pages = nil
	}
}

// columnName is the name of a column nested in groups.
func columnName(path []string) string { return strings.Join(path, ".") }
