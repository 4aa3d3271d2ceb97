package asm

import "fmt"

// Transpose sets dst[l*dstRow+i] to src[i*srcRow+l] for i < h and l < k. What lies
// between h and the next multiple of 8 in a row of dst may be overwritten, if it
// lies within dstRow.
func Transpose(dst []float64, dstRow int, src []float64, srcRow, h, k int) {
	if h <= 0 || k <= 0 {
		return
	}
	if h > dstRow || k > srcRow && h > 1 || (k-1)*dstRow+h > len(dst) || (h-1)*srcRow+k > len(src) {
		panic(fmt.Sprintf("asm: Transpose: %d x %d leaves its slices", h, k))
	}
	i := 0
	if lanes := level.lanes(); lanes > 0 {
		for ; i < h && roundUp(i+min(lanes, h-i), lanes) <= dstRow && (k-1)*dstRow+roundUp(i+min(lanes, h-i), lanes) <= len(dst); i += lanes {
			transposePanel(min(lanes, h-i), k, &src[i*srcRow], srcRow, &dst[i], dstRow)
		}
	}
	if i < h {
		transposeGeneric(dst[i:], dstRow, src[i*srcRow:], srcRow, h-i, k)
	}
}

// transposeGeneric is the loop that defines Transpose.
func transposeGeneric(dst []float64, dstRow int, src []float64, srcRow, h, k int) {
	for i := range h {
		d := dst[i:]
		for l, v := range src[i*srcRow : i*srcRow+k] {
			d[l*dstRow] = v
		}
	}
}

// lanes returns the number of float64 in a vector, and 0 for Go.
func (l Level) lanes() int { return [...]int{0, 4, 8}[l] }

func roundUp(n, step int) int { return (n + step - 1) / step * step }
