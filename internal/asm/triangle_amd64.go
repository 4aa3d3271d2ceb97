//go:build !noasm

package asm

// transposePanel is Transpose of at most as many rows as there are lanes.
func transposePanel(h, k int, src *float64, srcRow int, dst *float64, dstRow int) {
	if level == AVX512 {
		transposeAVX512(h, k, src, srcRow, dst, dstRow)
	} else {
		transposeAVX2(h, k, src, srcRow, dst, dstRow)
	}
}

// copyPanels is PackPanels of whole panels, if there is a kernel for their width.
func copyPanels(k, panels, c int, src *float64, srcRow int, dst *float64) bool {
	switch {
	case level == AVX512 && c == 24:
		copyPanels3AVX512(k, panels, src, srcRow, dst, k*c)
	case level == AVX512 && c == 8:
		copyPanels1AVX512(k, panels, src, srcRow, dst, k*c)
	case level == AVX2 && c == 8:
		copyPanels2AVX2(k, panels, src, srcRow, dst, k*c)
	default:
		return false
	}
	return true
}

// solveColumns solves for m right-hand sides, at most as many as there are lanes.
func solveColumns(t *Triangle, m int, b *float64, row int) {
	n, tri := t.n, &t.data[0]
	switch {
	case !t.upper && level == AVX512 && n > 16:
		solveLower3AVX512(n, m, tri, b, row)
	case !t.upper && level == AVX512 && n > 8:
		solveLower2AVX512(n, m, tri, b, row)
	case !t.upper && level == AVX512:
		solveLower1AVX512(n, m, tri, b, row)
	case !t.upper && level == AVX2 && n > 8:
		solveLower3AVX2(n, m, tri, b, row)
	case !t.upper && level == AVX2 && n > 4:
		solveLower2AVX2(n, m, tri, b, row)
	case !t.upper && level == AVX2:
		solveLower1AVX2(n, m, tri, b, row)
	case t.upper && level == AVX512 && n > 16:
		solveUpper3AVX512(n, m, tri, b, row)
	case t.upper && level == AVX512 && n > 8:
		solveUpper2AVX512(n, m, tri, b, row)
	case t.upper && level == AVX512:
		solveUpper1AVX512(n, m, tri, b, row)
	case t.upper && level == AVX2 && n > 8:
		solveUpper3AVX2(n, m, tri, b, row)
	case t.upper && level == AVX2 && n > 4:
		solveUpper2AVX2(n, m, tri, b, row)
	case t.upper && level == AVX2:
		solveUpper1AVX2(n, m, tri, b, row)
	}
}

// solveRows solves for m right-hand sides, at most as many as there are lanes.
func solveRows(t *Triangle, m int, b *float64, row int) {
	n, tri := t.n, &t.data[0]
	switch {
	case !t.upper && level == AVX512 && n > 16:
		solveLowerRows3AVX512(n, m, tri, b, row)
	case !t.upper && level == AVX512 && n > 8:
		solveLowerRows2AVX512(n, m, tri, b, row)
	case !t.upper && level == AVX512:
		solveLowerRows1AVX512(n, m, tri, b, row)
	case !t.upper && level == AVX2 && n > 8:
		solveLowerRows3AVX2(n, m, tri, b, row)
	case !t.upper && level == AVX2 && n > 4:
		solveLowerRows2AVX2(n, m, tri, b, row)
	case !t.upper && level == AVX2:
		solveLowerRows1AVX2(n, m, tri, b, row)
	case t.upper && level == AVX512 && n > 16:
		solveUpperRows3AVX512(n, m, tri, b, row)
	case t.upper && level == AVX512 && n > 8:
		solveUpperRows2AVX512(n, m, tri, b, row)
	case t.upper && level == AVX512:
		solveUpperRows1AVX512(n, m, tri, b, row)
	case t.upper && level == AVX2 && n > 8:
		solveUpperRows3AVX2(n, m, tri, b, row)
	case t.upper && level == AVX2 && n > 4:
		solveUpperRows2AVX2(n, m, tri, b, row)
	case t.upper && level == AVX2:
		solveUpperRows1AVX2(n, m, tri, b, row)
	}
}
