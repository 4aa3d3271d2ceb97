package linalg

import (
	"sync"

	"gonum.org/v1/gonum/blas/blas64"

	"matheron/internal/asm"
)

// scratch is the storage of one goroutine: packed operands, and the triangle and the
// square of the diagonal block that is being worked on.
type scratch struct {
	a, b   []float64
	tri    asm.Triangle
	square []float64
}

// blockOf returns an r x c matrix of zeros, until the next call.
func (s *scratch) blockOf(r, c int) blas64.General {
	s.square = grown(s.square, r*c)
	clear(s.square)
	return blas64.General{Rows: r, Cols: c, Stride: c, Data: s.square}
}

// scratches keeps the storage between calls. No result depends on it.
var scratches = sync.Pool{New: func() any { return new(scratch) }}

// packColumns stores the k x n matrix b in panels of c columns, row by row, in buf
// if it is large enough, and returns it. What a last panel lacks is left as it is.
func packColumns(buf []float64, b operand, k, n, c int) []float64 {
	buf = grown(buf, roundUp(n, c)*k)
	if b.col == 1 {
		asm.PackPanels(buf, c, b.data, b.row, k, n)
		return buf
	}
	for j := 0; j < n; j += c {
		asm.Transpose(buf[j*k:], c, b.data[j*b.col:], b.col, min(c, n-j), k)
	}
	return buf
}

// packRows stores the m x k matrix a in panels of r rows, column by column.
func packRows(buf []float64, a operand, m, k, r int) []float64 {
	return packColumns(buf, operand{a.data, a.col, a.row}, k, m, r)
}

// grown returns storage of n elements, buf if it has as many.
func grown(buf []float64, n int) []float64 {
	if cap(buf) < n {
		return make([]float64, n)
	}
	return buf[:n]
}
