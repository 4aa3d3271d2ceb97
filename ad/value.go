package ad

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Value is a scalar, vector or matrix on a tape. It is a small handle, passed by value,
// and valid until the tape is reset.
type Value struct {
	t   *Tape
	id  int32
	run uint32
}

// in returns the node of x, as an argument of op.
func (x Value) in(op string) *node {
	if x.t == nil || x.run != x.t.run {
		x.stale(op)
	}
	return &x.t.nodes[x.id]
}

func (x Value) stale(op string) {
	if x.t == nil {
		panic("ad: " + op + ": zero Value")
	}
	panic("ad: " + op + ": value of a run before the tape was reset")
}

// pair returns the nodes of the two arguments of op.
func pair(op string, x, y Value) (t *Tape, a, b *node) {
	a, b = x.in(op), y.in(op)
	if x.t != y.t {
		panic("ad: " + op + ": values of two tapes")
	}
	return x.t, a, b
}

// Tape returns the tape that x is on.
func (x Value) Tape() *Tape { return x.t }

// Rank returns 0 for a scalar, 1 for a vector, 2 for a matrix.
func (x Value) Rank() int { return int(x.in("Rank").rank) }

// Dims returns the numbers of rows and columns; a vector is one row, a scalar
// one row of one column.
func (x Value) Dims() (rows, cols int) {
	n := x.in("Dims")
	return int(n.rows), int(n.cols)
}

// Len returns the number of elements.
func (x Value) Len() int { return x.in("Len").len() }

// IsConst reports whether x depends on no variable.
func (x Value) IsConst() bool { return x.in("IsConst").adj < 0 }

// Float returns the element of a value of one element.
func (x Value) Float() float64 {
	n := x.in("Float")
	if n.len() != 1 {
		panic(fmt.Sprintf("ad: Float: value is %v, want one element", n.shape))
	}
	return x.t.value(n)[0]
}

// Data returns the elements of x, row by row. They belong to the tape: they must not be
// written to, and are overwritten after the tape is reset.
func (x Value) Data() []float64 { return x.t.value(x.in("Data")) }

// Dense returns a copy of x as a matrix; a vector is one row.
func (x Value) Dense() *mat.Dense {
	n := x.in("Dense")
	if n.len() == 0 {
		return new(mat.Dense)
	}
	return mat.NewDense(int(n.rows), int(n.cols), append([]float64(nil), x.t.value(n)...))
}

// Grad returns the derivative of the value that Backward was last called with
// to the variable x, element by element in the shape of x. It belongs to the
// tape, and is overwritten by the next Backward or run. Grad panics if x is not
// a variable, made by [Tape.Scalar], [Tape.Vector] or [Tape.Matrix], or if
// Backward has not been called since it was made.
func (x Value) Grad() []float64 {
	n := x.in("Grad")
	if !n.variable {
		panic("ad: Grad: value is not a variable")
	}
	if !x.t.swept || n.adj+n.len() > len(x.t.adj) {
		panic("ad: Grad: no Backward since the variable was made")
	}
	return x.t.adjoint(n)
}

// String describes x by its shape and elements.
func (x Value) String() string {
	if x.t == nil || x.run != x.t.run {
		return "ad.Value(invalid)"
	}
	n := x.in("String")
	return fmt.Sprintf("%v%v", n.shape, x.t.value(n))
}

// shape is rank 0 (1 x 1), rank 1 (one row) or rank 2.
type shape struct {
	rows, cols int32
	rank       int8
}

var scalarShape = shape{rows: 1, cols: 1}

func vectorShape(n int) shape { return shape{rows: 1, cols: int32(n), rank: 1} }

func matrixShape(r, c int) shape { return shape{rows: int32(r), cols: int32(c), rank: 2} }

func (s shape) len() int { return int(s.rows) * int(s.cols) }

// String writes the shape as NumPy does, without the comma after a single one.
func (s shape) String() string {
	switch s.rank {
	case 0:
		return "()"
	case 1:
		return fmt.Sprintf("(%d)", s.cols)
	}
	return fmt.Sprintf("(%d, %d)", s.rows, s.cols)
}

// wantRank panics unless the argument of op has the rank.
func wantRank(op string, n *node, rank int8) {
	if n.rank != rank {
		panic(fmt.Sprintf("ad: %s: value is %v, want a %s", op, n.shape, [...]string{"scalar", "vector", "matrix"}[rank]))
	}
}

// wantSquare panics unless the argument of op is a square matrix, and returns its
// order.
func wantSquare(op string, n *node) int {
	if n.rank != 2 || n.rows != n.cols {
		panic(fmt.Sprintf("ad: %s: value is %v, want a square matrix", op, n.shape))
	}
	return int(n.rows)
}

// broadcast is the strides of two operands as one goes over the elements of their
// result, row by row: operand a (b) moves by ra (rb) after a row and by ca (cb), 0 or 1,
// after an element.
type broadcast struct {
	rows, cols     int
	ra, ca, rb, cb int
}

// broadcastShape returns the shape that a and b broadcast to.
func broadcastShape(op string, a, b shape) shape {
	if a == b {
		return a
	}
	s := shape{rows: a.rows, cols: a.cols, rank: max(a.rank, b.rank)}
	ok := a.rows == b.rows || a.rows == 1 || b.rows == 1
	ok = ok && (a.cols == b.cols || a.cols == 1 || b.cols == 1)
	if !ok {
		panic(fmt.Sprintf("ad: %s: shapes %v and %v do not broadcast", op, a, b))
	}
	if a.rows == 1 {
		s.rows = b.rows
	}
	if a.cols == 1 {
		s.cols = b.cols
	}
	return s
}

// walk returns the strides of a and b over s, the shape that they broadcast to.
// Contiguous rows are taken as one.
func walk(s, a, b shape) broadcast {
	n := s.len()
	if (a.len() == n || a.len() == 1) && (b.len() == n || b.len() == 1) {
		w := broadcast{rows: 1, cols: n, ca: 1, cb: 1}
		if a.len() == 1 {
			w.ca = 0
		}
		if b.len() == 1 {
			w.cb = 0
		}
		return w
	}
	w := broadcast{rows: int(s.rows), cols: int(s.cols)}
	w.ra, w.ca = strides(a)
	w.rb, w.cb = strides(b)
	return w
}

func strides(a shape) (row, col int) {
	if a.rows != 1 {
		row = int(a.cols)
	}
	if a.cols != 1 {
		col = 1
	}
	return row, col
}
