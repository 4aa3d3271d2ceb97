package linalg

import (
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
)

// block is the side of the squares that matrices are transposed in: both sides of
// one stay in the cache.
const block = 64

// Transpose sets dst, n x m, to aᵀ; a is m x n. dst must not overlap a.
func Transpose(dst, a *mat.Dense) {
	m, n := a.Dims()
	wantShape("Transpose", "dst", dst, n, m)
	d, s := dst.RawMatrix(), a.RawMatrix()
	wantApart("Transpose", d, s)
	transpose(d, s)
}

// transpose sets dst to srcᵀ.
func transpose(dst, src blas64.General) {
	// asm.Transpose may write beyond rows that are not a multiple of 8.
	whole := src.Rows / 8 * 8
	for j := 0; j < src.Cols; j += block {
		w := min(block, src.Cols-j)
		for i := 0; i < whole; i += 8 {
			asm.Transpose(dst.Data[j*dst.Stride+i:], dst.Stride, src.Data[i*src.Stride+j:], src.Stride, 8, w)
		}
		for i := whole; i < src.Rows; i++ {
			for c, v := range src.Data[i*src.Stride+j : i*src.Stride+j+w] {
				dst.Data[(j+c)*dst.Stride+i] = v
			}
		}
	}
}
