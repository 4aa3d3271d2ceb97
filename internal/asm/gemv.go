package asm

import "fmt"

// RowTimes sets c[j] to the sum over k of a[k] b[k*stride+j], or adds it. It has the
// bits of [Gemm] for one row and Alpha 1, without computing the other rows of a tile.
// It panics if b has fewer rows of len(c) than a has elements.
func RowTimes(c, a, b []float64, stride int, add bool) {
	if len(c) == 0 {
		return
	}
	if len(a) > 0 && (stride < 0 || (len(a)-1)*stride+len(c) > len(b)) {
		panic(fmt.Sprintf("asm: RowTimes of %d by %d x %d, %d apart, in %d numbers", len(a), len(a), len(c), stride, len(b)))
	}
	plus := 0
	if add {
		plus = 1
	}
	// The number of columns bounds the time of a call.
	for most := max(64, 1<<18/max(len(a), 1)&^63); len(c) > most; c, b = c[most:], b[most:] {
		rowTimes(c[:most], a, b, stride, plus)
	}
	rowTimes(c, a, b, stride, plus)
}

func rowTimesGeneric(c, a, b []float64, stride, add int) {
	for j := range c {
		var s float64
		for k, v := range a {
			s += float64(v * b[k*stride+j])
		}
		if add != 0 {
			s += c[j]
		}
		c[j] = s
	}
}
