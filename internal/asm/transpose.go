package asm

import "fmt"

// Transpose sets dst[l*dstRow+i] to src[i*srcRow+l] for i < h and l < k. It may
// overwrite the elements of a row of dst from h to the next multiple of 8, within
// dstRow.
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
// dst[(p*k+l)*c+i]. It does not set the columns that the last panel lacks.
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
