package linalg

import "gonum.org/v1/gonum/blas/blas64"

// transpose sets dst to srcᵀ, in squares of which both sides stay in the cache.
func transpose(dst, src blas64.General) {
	const side = 16
	for i0 := 0; i0 < src.Rows; i0 += side {
		i1 := min(i0+side, src.Rows)
		for j0 := 0; j0 < src.Cols; j0 += side {
			j1 := min(j0+side, src.Cols)
			for i := i0; i < i1; i++ {
				row := src.Data[i*src.Stride : i*src.Stride+src.Cols]
				for j := j0; j < j1; j++ {
					dst.Data[j*dst.Stride+i] = row[j]
				}
			}
		}
	}
}

func clearRows(m blas64.General) {
	for i := range m.Rows {
		clear(m.Data[i*m.Stride : i*m.Stride+m.Cols])
	}
}
