//go:build !noasm

package asm

// gemmTile computes the tile of m rows from i and n columns from j by the kernel
// of the active level that is as wide as need be.
func gemmTile[T Float](p *Product[T], t Tile, i, j, m, n int) {
	var a, b *T
	if p.K > 0 {
		a, b = &p.A[i/t.Rows*p.APanel], &p.B[j/t.Cols*p.BPanel]
	}
	c, diag, add := &p.C[i*p.CRow+j], p.Diag+i-j, 0
	if p.Add {
		add = 1
	}
	switch p := any(p).(type) {
	case *Product[float64]:
		a, b, c := any(a).(*float64), any(b).(*float64), any(c).(*float64)
		switch {
		case level == AVX512 && n > 16:
			gemm3AVX512(m, p.K, a, p.ARow, p.ACol, b, p.BRow, c, p.CRow, n, diag, p.Alpha, add)
		case level == AVX512 && n > 8:
			gemm2AVX512(m, p.K, a, p.ARow, p.ACol, b, p.BRow, c, p.CRow, n, diag, p.Alpha, add)
		case level == AVX512:
			gemm1AVX512(m, p.K, a, p.ARow, p.ACol, b, p.BRow, c, p.CRow, n, diag, p.Alpha, add)
		case n > 4:
			gemm2AVX2(m, p.K, a, p.ARow, p.ACol, b, p.BRow, c, p.CRow, n, diag, p.Alpha, add)
		default:
			gemm1AVX2(m, p.K, a, p.ARow, p.ACol, b, p.BRow, c, p.CRow, n, diag, p.Alpha, add)
		}
	case *Product[float32]:
		a, b, c := any(a).(*float32), any(b).(*float32), any(c).(*float32)
		switch {
		case level == AVX512 && n > 32:
			sgemm3AVX512(m, p.K, a, p.ARow, p.ACol, b, p.BRow, c, p.CRow, n, diag, p.Alpha, add)
		case level == AVX512 && n > 16:
			sgemm2AVX512(m, p.K, a, p.ARow, p.ACol, b, p.BRow, c, p.CRow, n, diag, p.Alpha, add)
		case level == AVX512:
			sgemm1AVX512(m, p.K, a, p.ARow, p.ACol, b, p.BRow, c, p.CRow, n, diag, p.Alpha, add)
		case n > 8:
			sgemm2AVX2(m, p.K, a, p.ARow, p.ACol, b, p.BRow, c, p.CRow, n, diag, p.Alpha, add)
		default:
			sgemm1AVX2(m, p.K, a, p.ARow, p.ACol, b, p.BRow, c, p.CRow, n, diag, p.Alpha, add)
		}
	}
}
