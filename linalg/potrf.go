package linalg

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/gonum"
)

// block is the side of the squares that factors and solves are cut into: that
// of gonum's products, which then run on the calling goroutine. It is fixed, so
// that the order of every sum is too.
const block = 64

// factorize overwrites the lower triangle of the symmetric a with its Cholesky
// factor, and returns pivot -1. On failure it returns the first pivot that is
// not positive and finite, and its value. The upper triangle is not touched.
//
// It goes by block columns, left to right (gonum's row-major layout favours the
// lower triangle: 10 GFlop/s against 6 at n = 2000). The block on the diagonal
// is brought up to date and factorised; the blocks below it are independent:
//
//	L_ij = (A_ij - sum_{k<j} L_ik L_jkᵀ) L_jj^-T
func factorize(a blas64.General, workers int) (pivot int, value float64) {
	n := a.Rows
	if n <= smallOrder {
		return factorizeSmall(a)
	}
	for j := 0; j < n; j += block {
		w := min(block, n-j)
		diag := view(a, j, j, w, w)
		subtractLower(a, j, w)
		if p, v := factorizeBlock(diag); p >= 0 {
			return j + p, v
		}
		below := (n - j - w + block - 1) / block
		split(workers, below, 2*float64(n-j-w)*float64(w)*float64(j+w/2), func(s int) {
			i := j + w + s*block
			h := min(block, n-i)
			subtractRows(a, i, j, h, w)
			blas64.Trsm(blas.Right, blas.Trans, 1, triangle(diag), view(a, i, j, h, w))
		})
	}
	return -1, 0
}

// panelDepth is the number of columns that are multiplied at a time: two panels of
// block rows then stay in the second-level cache.
const panelDepth = 256

// subtractRows subtracts from the block of a at (i, j) the product of the
// finished columns, those before j, of its rows with rows j of a.
func subtractRows(a blas64.General, i, j, h, w int) {
	b := view(a, i, j, h, w)
	for k := 0; k < j; k += panelDepth {
		d := min(panelDepth, j-k)
		blas64.Gemm(blas.NoTrans, blas.Trans, -1, view(a, i, k, h, d), view(a, j, k, w, d), 1, b)
	}
}

// subtractLower is subtractRows for the lower triangle of the block at (j, j).
func subtractLower(a blas64.General, j, w int) {
	b := view(a, j, j, w, w)
	c := blas64.Symmetric{Uplo: blas.Lower, N: w, Stride: b.Stride, Data: b.Data}
	for k := 0; k < j; k += panelDepth {
		d := min(panelDepth, j-k)
		blas64.Syrk(blas.NoTrans, -1, view(a, j, k, w, d), 1, c)
	}
}

// factorizeBlock is factorize for a block on the diagonal.
func factorizeBlock(a blas64.General) (pivot int, value float64) {
	ok := gonum.Implementation{}.Dpotf2(blas.Lower, a.Rows, a.Data, a.Stride)
	for i := range a.Rows {
		// Where Dpotf2 stops it has stored the pivot and left what is behind it;
		// what is before it is positive. An infinite pivot does not stop it.
		if v := a.Data[i*a.Stride+i]; !(v > 0) || math.IsInf(v, 1) {
			return i, v
		}
	}
	if !ok {
		panic("linalg: factorisation stopped without a pivot")
	}
	return -1, 0
}

// triangle returns the lower triangle of the square a.
func triangle(a blas64.General) blas64.Triangular {
	return blas64.Triangular{Uplo: blas.Lower, Diag: blas.NonUnit, N: a.Rows, Stride: a.Stride, Data: a.Data}
}
