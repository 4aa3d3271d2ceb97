package asm

import (
	"fmt"
)

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

// Transpose sets dst[l*dstRow+i] to src[i*srcRow+l] for i < h and l < k. What lies
// between h and the next multiple of 8 in a row of dst may be overwritten, if it
// lies within dstRow.
func Transpose[T Float](dst []T, dstRow int, src []T, srcRow, h, k int) {
	if h <= 0 || k <= 0 {
		return
	}
	if h > dstRow || k > srcRow && h > 1 || (k-1)*dstRow+h > len(dst) || (h-1)*srcRow+k > len(src) {
		panic(fmt.Sprintf("asm: Transpose: %d x %d leaves its slices", h, k))
	}
	i := 0
	if d, ok := any(dst).([]float64); ok && level != Generic {
		s, lanes := any(src).([]float64), level.lanes()
		for ; i < h && i+lanes <= dstRow && (k-1)*dstRow+i+lanes <= len(dst); i += lanes {
			transposePanel(min(lanes, h-i), k, &s[i*srcRow], srcRow, &d[i], dstRow)
		}
	}
	if i < h {
		transposeGeneric(dst[i:], dstRow, src[i*srcRow:], srcRow, h-i, k)
	}
}

// transposeGeneric is the loop that defines Transpose.
func transposeGeneric[T Float](dst []T, dstRow int, src []T, srcRow, h, k int) {
	for i := range h {
		d := dst[i:]
		for l, v := range src[i*srcRow : i*srcRow+k] {
			d[l*dstRow] = v
		}
	}
}

// PackPanels stores the k x n matrix src, whose rows are srcRow apart, in panels of c
// columns, one after the other and each row by row: element (l, p*c+i) goes to
// dst[(p*k+l)*c+i]. What a last panel lacks is left as it is.
func PackPanels[T Float](dst []T, c int, src []T, srcRow, k, n int) {
	if k <= 0 || n <= 0 {
		return
	}
	if n > srcRow && k > 1 || (k-1)*srcRow+n > len(src) || roundUp(n, c)*k > len(dst) {
		panic(fmt.Sprintf("asm: PackPanels: %d x %d leaves its slices", k, n))
	}
	whole := n / c * c
	if d, ok := any(dst).([]float64); ok && whole > 0 {
		if s := any(src).([]float64); copyPanels(k, whole/c, c, &s[0], srcRow, &d[0]) {
			dst, src, n = dst[whole*k:], src[whole:], n-whole
		}
	}
	if n > 0 {
		packPanelsGeneric(dst, c, src, srcRow, k, n)
	}
}

// packPanelsGeneric is the loop that defines PackPanels.
func packPanelsGeneric[T Float](dst []T, c int, src []T, srcRow, k, n int) {
	for l := range k {
		row := src[l*srcRow : l*srcRow+n]
		for at := l * c; len(row) > 0; at += k * c {
			w := min(c, len(row))
			copy(dst[at:at+w], row)
			row = row[w:]
		}
	}
}

// lanes returns the number of float64 in a vector, and 0 for Go.
func (l Level) lanes() int { return [...]int{0, 4, 8}[l] }

func roundUp(n, step int) int { return (n + step - 1) / step * step }
