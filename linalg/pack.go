package linalg

import (
	"sync"

	"gonum.org/v1/gonum/blas/blas64"

	"matheron/internal/asm"
)

// scratch is the storage of one goroutine: packed operands, the triangle and the
// square of the diagonal block that is being worked on, and a copy of its rows.
type scratch struct {
	a, b   []float64
	tri    asm.Triangle
	square []float64
	copied []float64
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
func packColumns[T asm.Float](buf []T, b operand[T], k, n, c int) []T {
	buf = grown(buf, roundUp(n, c)*k)
	if b.col == 1 {
		for l := range k {
			// Rows from end to end, as the processor expects memory to be read.
			row := b.data[l*b.row : l*b.row+n]
			at := l * c
			for len(row) >= c {
				copyRow(buf[at:at+c], row)
				row, at = row[c:], at+k*c
			}
			copy(buf[min(at, len(buf)):], row)
		}
		return buf
	}
	for j := 0; j < n; j += c {
		transposePanel(buf[j*k:], b.data[j*b.col:], b.col, min(c, n-j), k, c)
	}
	return buf
}

// copyRow copies len(dst) elements.
func copyRow[T asm.Float](dst, src []T) {
	switch len(dst) {
	case 24:
		*(*[24]T)(dst) = *(*[24]T)(src)
	case 8:
		*(*[8]T)(dst) = *(*[8]T)(src)
	default:
		copy(dst, src)
	}
}

// packRows stores the m x k matrix a in panels of r rows, column by column.
func packRows[T asm.Float](buf []T, a operand[T], m, k, r int) []T {
	return packColumns(buf, operand[T]{a.data, a.col, a.row}, k, m, r)
}

// transposePanel sets dst[l*stride+i] to src[i*row+l], for h rows and k columns.
func transposePanel[T asm.Float](dst, src []T, row, h, k, stride int) {
	if d, ok := any(dst).([]float64); ok {
		asm.Transpose(d, stride, any(src).([]float64), row, h, k)
		return
	}
	for i := range h {
		d := dst[i:]
		for l, v := range src[i*row : i*row+k] {
			d[l*stride] = v
		}
	}
}

// grown returns storage of n elements, buf if it has as many.
func grown[T asm.Float](buf []T, n int) []T {
	if cap(buf) < n {
		return make([]T, n)
	}
	return buf[:n]
}
