package linalg

import "sync"

// scratch is the storage of one goroutine's packed operands.
type scratch struct{ a, b []float64 }

// scratches keeps the storage between calls. No result depends on it.
var scratches = sync.Pool{New: func() any { return new(scratch) }}

// packColumns stores the k x n matrix b in panels of c columns, row by row, in buf
// if it is large enough, and returns it. What a last panel lacks is left as it is.
func packColumns(buf []float64, b operand, k, n, c int) []float64 {
	buf = grown(buf, (n+c-1)/c*c*k)
	for j := 0; j < n; j += c {
		packPanel(buf[j*k:], operand{b.data[j*b.col:], b.col, b.row}, min(c, n-j), k, c)
	}
	return buf
}

// packRows stores the m x k matrix a in panels of r rows, column by column.
func packRows(buf []float64, a operand, m, k, r int) []float64 {
	buf = grown(buf, (m+r-1)/r*r*k)
	for i := 0; i < m; i += r {
		packPanel(buf[i*k:], operand{a.data[i*a.row:], a.row, a.col}, min(r, m-i), k, r)
	}
	return buf
}

// packPanel sets dst[l*stride+i] to element (i, l) of src, of h rows and k columns.
func packPanel(dst []float64, src operand, h, k, stride int) {
	if src.row == 1 {
		for l := range k {
			copy(dst[l*stride:l*stride+h], src.data[l*src.col:])
		}
		return
	}
	for i := range h {
		row := src.data[i*src.row : i*src.row+k]
		d := dst[i:]
		for l, v := range row {
			d[l*stride] = v
		}
	}
}

// grown returns storage of n elements, buf if it has as many.
func grown(buf []float64, n int) []float64 {
	if cap(buf) < n {
		return make([]float64, n)
	}
	return buf[:n]
}
