package asm

import "fmt"

// maxOrder is the largest order of a Triangle of any level.
const maxOrder = 24

// Triangle is a triangular matrix of an order up to TriangleOrder, packed for
// solves. It holds column j from TriangleOrder()*j on, with the reciprocal of the
// element on the diagonal.
type Triangle struct {
	n     int
	upper bool
	data  [maxOrder * maxOrder]float64
}

// TriangleOrder returns the largest order of the active level.
func TriangleOrder() int {
	switch level {
	case AVX512:
		return 24
	case AVX2:
		return 12
	}
	return 8
}

// Set makes t the lower triangle L of an n x n matrix, or its transpose; element
// (i, j) is l[i*row+j*col], and those with j > i do not count. For a unit triangle
// the diagonal is one and not read.
func (t *Triangle) Set(l []float64, row, col, n int, trans, unit bool) {
	order := TriangleOrder()
	if n > order {
		panic(fmt.Sprintf("asm: a triangle of order %d, at most %d", n, order))
	}
	t.n, t.upper = n, trans
	if n < order {
		clear(t.data[:]) // zeros pad the order up to whole vectors
	}
	switch {
	case col == 1 && trans:
		for i := range n {
			copy(t.data[i*order:], l[i*row:i*row+i])
		}
	case col == 1:
		// Copies the other triangle too, which solves do not read.
		Transpose(t.data[:], order, l, row, n, n)
	default:
		down, across := 1, order // strides of a row and of a column of t
		if trans {
			down, across = across, down
		}
		for i := range n {
			for j, at := 0, i*row; j < i; j, at = j+1, at+col {
				t.data[i*down+j*across] = l[at]
			}
		}
	}
	for i := range n {
		inv := 1.0
		if !unit {
			inv = 1 / l[i*row+i*col]
		}
		t.data[order*i+i] = inv
	}
}

// SolveColumns sets b to T⁻¹ b: b is n x m, element (i, j) is b[i*row+j]. Column j
// of the result depends on column j of b alone, to the last bit: from the first
// element on for a lower triangle, from the last for an upper one,
//
//	x_i = (b_i - x_j T_ij - ...) (1 / T_ii)
//
// with one rounding for each product and difference where the level has fused
// multiply-add.
func (t *Triangle) SolveColumns(b []float64, row, m int) {
	if t.n == 0 || m <= 0 {
		return
	}
	_ = b[(t.n-1)*row+m-1]
	lanes := level.lanes()
	if lanes == 0 {
		t.solveGeneric(b, row, 1, m)
		return
	}
	for j := 0; j < m; j += lanes {
		solveColumns(t, min(lanes, m-j), &b[j], row)
	}
}

// SolveRows sets each row x of b, m x n, to T⁻¹ x, equal to what SolveColumns makes
// of a column; element (i, j) is b[i*row+j].
func (t *Triangle) SolveRows(b []float64, row, m int) {
	if t.n == 0 || m <= 0 {
		return
	}
	_ = b[(m-1)*row+t.n-1]
	lanes := level.lanes()
	if lanes == 0 {
		t.solveGeneric(b, 1, row, m)
		return
	}
	for i := 0; i < m; i += lanes {
		solveRows(t, min(lanes, m-i), &b[i*row], row)
	}
}

// solveGeneric is the loop that defines the solves: element i of right-hand side v
// is b[i*step+v*next].
func (t *Triangle) solveGeneric(b []float64, step, next, m int) {
	order := TriangleOrder()
	for v := range m {
		x := b[v*next:]
		for q := range t.n {
			j, lo, hi := q, q+1, t.n
			if t.upper {
				j, lo, hi = t.n-1-q, 0, t.n-1-q
			}
			column := t.data[order*j : order*j+t.n]
			s := float64(x[j*step] * column[j])
			x[j*step] = s
			for i := lo; i < hi; i++ {
				x[i*step] -= float64(s * column[i])
			}
		}
	}
}
