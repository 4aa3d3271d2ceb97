package ad

import "fmt"

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

// wantSquare panics unless the argument of op is a square matrix, and returns
// its side.
func wantSquare(op string, n *node) int {
	if n.rank != 2 || n.rows != n.cols {
		panic(fmt.Sprintf("ad: %s: value is %v, want a square matrix", op, n.shape))
	}
	return int(n.rows)
}

// broadcast is how two operands walk over the elements of their result, row by
// row: operand a moves by ra (rb) after a row and by ca (cb), 0 or 1, after an
// element.
type broadcast struct {
	rows, cols     int
	ra, ca, rb, cb int
}

// joint returns the shape that a and b broadcast to.
func joint(op string, a, b shape) shape {
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

// walk returns how a and b walk over s, their joint shape. What is contiguous
// is taken as one row.
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
	w.ra, w.ca = steps(a)
	w.rb, w.cb = steps(b)
	return w
}

func steps(a shape) (row, col int) {
	if a.rows != 1 {
		row = int(a.cols)
	}
	if a.cols != 1 {
		col = 1
	}
	return row, col
}
