package data

import (
	"fmt"
	"io"
	"reflect"

	"github.com/parquet-go/parquet-go"
	"gonum.org/v1/gonum/mat"
)

// groupValues is how many numbers a row group holds, and with it how many are
// in memory before they go to the file: 32 MiB. Readers work best with few and
// large groups.
const groupValues = 4 << 20

// parquetWriter writes columns of doubles.
type parquetWriter struct {
	out       *parquet.GenericWriter[any]
	columns   []*parquet.ColumnWriter
	values    []parquet.Value
	groupRows int // rows of a full row group
	rows      int // rows of the group at hand
}

func newParquetWriter(out io.Writer, columns []string) (w *parquetWriter, err error) {
	// The library refuses some schemas by a panic: more than 65,534 columns.
	defer func() {
		if p := recover(); p != nil {
			w, err = nil, fmt.Errorf("no Parquet file can hold this table: %v", p)
		}
	}()
	page := min(max(8*groupValues/len(columns), 4<<10), parquet.DefaultPageBufferSize)
	f := parquet.NewGenericWriter[any](out,
		parquet.NewSchema("table", newOrderedGroup(columns)),
		parquet.Compression(&parquet.Snappy),
		parquet.PageBufferSize(page),
		parquet.CreatedBy("matheron", "1", "go"))
	return &parquetWriter{
		out:       f,
		columns:   f.ColumnWriters(),
		values:    make([]parquet.Value, parquetBatch),
		groupRows: max(groupValues/len(columns), 1),
	}, nil
}

func (w *parquetWriter) write(rows *mat.Dense) error {
	n, _ := rows.Dims()
	for from := 0; from < n; {
		to := min(n, from+len(w.values), from+w.groupRows-w.rows)
		for j, c := range w.columns {
			values := w.values[:to-from]
			for i := range values {
				values[i] = parquet.DoubleValue(rows.At(from+i, j)).Level(0, 0, j)
			}
			if _, err := c.WriteRowValues(values); err != nil {
				return err
			}
		}
		w.rows += to - from
		from = to
		if w.rows == w.groupRows {
			if err := w.out.Flush(); err != nil {
				return err
			}
			w.rows = 0
		}
	}
	return nil
}

func (w *parquetWriter) close() error { return w.out.Close() }

// orderedGroup is a schema of required doubles in the order given; the library's
// own group sorts its fields by name.
type orderedGroup struct {
	parquet.Group
	fields []parquet.Field
}

func newOrderedGroup(columns []string) orderedGroup {
	g := orderedGroup{Group: parquet.Group{}}
	for _, name := range columns {
		node := parquet.Encoded(parquet.Leaf(parquet.DoubleType), &parquet.Plain)
		g.Group[name] = node
		g.fields = append(g.fields, orderedField{node, name})
	}
	return g
}

func (g orderedGroup) Fields() []parquet.Field { return g.fields }

type orderedField struct {
	parquet.Node
	name string
}

func (f orderedField) Name() string { return f.name }

// Value is for rows given as Go values, of which there are none here.
func (f orderedField) Value(base reflect.Value) reflect.Value {
	return base.MapIndex(reflect.ValueOf(f.name))
}
