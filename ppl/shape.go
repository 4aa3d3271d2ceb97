package ppl

import (
	"fmt"

	"matheron/ad"
)

// Shape is the shape of a value: a scalar, which is the zero Shape, a vector, or
// a matrix, whose elements go row by row.
type Shape struct {
	rank, rows, cols int
}

// ScalarShape returns the shape of a number.
func ScalarShape() Shape { return Shape{} }

// VectorShape returns the shape of n numbers.
func VectorShape(n int) Shape {
	if n < 0 {
		panic(fmt.Sprintf("ppl: a vector of %d elements", n))
	}
	return Shape{rank: 1, rows: 1, cols: n}
}

// MatrixShape returns the shape of r rows of c numbers.
func MatrixShape(r, c int) Shape {
	if r < 0 || c < 0 {
		panic(fmt.Sprintf("ppl: a matrix of %d x %d elements", r, c))
	}
	return Shape{rank: 2, rows: r, cols: c}
}

// ShapeOf returns the shape of a value on a tape.
func ShapeOf(v ad.Value) Shape {
	r, c := v.Dims()
	switch v.Rank() {
	case 0:
		return Shape{}
	case 1:
		return VectorShape(c)
	}
	return MatrixShape(r, c)
}

// Rank returns 0, 1 or 2.
func (s Shape) Rank() int { return s.rank }

// Dims returns the numbers of rows and columns; a vector is one row, a scalar one
// row of one column.
func (s Shape) Dims() (rows, cols int) {
	if s.rank == 0 {
		return 1, 1
	}
	return s.rows, s.cols
}

// Len returns the number of elements.
func (s Shape) Len() int {
	r, c := s.Dims()
	return r * c
}

// String prints (), (3) or (2, 3).
func (s Shape) String() string {
	switch s.rank {
	case 0:
		return "()"
	case 1:
		return fmt.Sprintf("(%d)", s.cols)
	}
	return fmt.Sprintf("(%d, %d)", s.rows, s.cols)
}

// element returns the name of element i: x, x[3] or x[1,0].
func (s Shape) element(name string, i int) string {
	switch s.rank {
	case 0:
		return name
	case 1:
		return fmt.Sprintf("%s[%d]", name, i)
	}
	return fmt.Sprintf("%s[%d,%d]", name, i/s.cols, i%s.cols)
}

// broadcastsTo reports whether s becomes to when it is aligned at the last dimension
// and repeated along dimensions that are 1 or missing.
func (s Shape) broadcastsTo(to Shape) bool {
	r, c := s.Dims()
	tr, tc := to.Dims()
	return s.rank <= to.rank && (r == tr || r == 1) && (c == tc || c == 1)
}

// broadcast returns the shape that s and o broadcast to.
func (s Shape) broadcast(o Shape) (Shape, bool) {
	if s == o {
		return s, true
	}
	r, c := s.Dims()
	or, oc := o.Dims()
	if r == 1 {
		r = or
	}
	if c == 1 {
		c = oc
	}
	to := Shape{max(s.rank, o.rank), r, c}
	return to, s.broadcastsTo(to) && o.broadcastsTo(to)
}

// strides returns how far an index into s moves with a row and with a column of
// what s is repeated to.
func (s Shape) strides() (row, col int) {
	r, c := s.Dims()
	if r != 1 {
		row = c
	}
	if c != 1 {
		col = 1
	}
	return row, col
}

// constant returns the numbers as a value of shape s on t. They are not copied
// unless s is a scalar.
func (s Shape) constant(t *ad.Tape, x []float64) ad.Value {
	switch s.rank {
	case 0:
		return t.Const(x[0])
	case 1:
		return t.ConstVector(x)
	}
	return ad.Reshape(t.ConstVector(x), s.rows, s.cols)
}

// slice returns elements of the vector v, from lo on, as a value of shape s that
// shares their storage.
func (s Shape) slice(v ad.Value, lo int) ad.Value {
	switch s.rank {
	case 0:
		return ad.At(v, lo)
	case 1:
		return ad.Slice(v, lo, lo+s.cols)
	}
	return ad.Reshape(ad.Slice(v, lo, lo+s.Len()), s.rows, s.cols)
}
