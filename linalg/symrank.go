package linalg

import (
	"fmt"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// SymRankK adds alpha a aᵀ to the lower triangle of dst, diagonal included; dst
// is n x n and a is n x k. The upper triangle is neither read nor written. dst
// must not overlap a. Element (i, j) depends on rows i and j of a alone, to the
// last bit. Cost n n k.
func SymRankK(dst *mat.Dense, alpha float64, a *mat.Dense) { Workers(0).SymRankK(dst, alpha, a) }

// SymRankKTransA adds alpha aᵀ a to the lower triangle of dst, diagonal
// included; dst is n x n and a is k x n. The upper triangle is neither read nor
// written. dst must not overlap a. Element (i, j) depends on columns i and j of
// a alone, to the last bit. Cost n n k.
func SymRankKTransA(dst *mat.Dense, alpha float64, a *mat.Dense) {
	Workers(0).SymRankKTransA(dst, alpha, a)
}

// SymRankK is the function [SymRankK].
func (w Workers) SymRankK(dst *mat.Dense, alpha float64, a *mat.Dense) {
	n, k := a.Dims()
	wantShape("SymRankK", "dst", dst, n, n)
	d, ra := dst.RawMatrix(), a.RawMatrix()
	wantApart("SymRankK", d, ra)
	p := product{c: d, alpha: alpha, a: plain(ra), b: transposed(ra), k: k, diag: 1, add: true}
	p.run(w)
}

// SymRankKTransA is the function [SymRankKTransA].
func (w Workers) SymRankKTransA(dst *mat.Dense, alpha float64, a *mat.Dense) {
	k, n := a.Dims()
	wantShape("SymRankKTransA", "dst", dst, n, n)
	d, ra := dst.RawMatrix(), a.RawMatrix()
	wantApart("SymRankKTransA", d, ra)
	p := product{c: d, alpha: alpha, a: transposed(ra), b: plain(ra), k: k, diag: 1, add: true}
	p.run(w)
}

// copyLower copies the lower triangle of src to dst, diagonal included.
func copyLower(dst, src blas64.General) {
	for i := range src.Rows {
		copy(dst.Data[i*dst.Stride:i*dst.Stride+i+1], src.Data[i*src.Stride:])
	}
}

// copyRows copies src to dst.
func copyRows(dst, src blas64.General) {
	for i := range src.Rows {
		copy(dst.Data[i*dst.Stride:i*dst.Stride+src.Cols], src.Data[i*src.Stride:])
	}
}

// Symmetrize copies the lower triangle of the square matrix m to its upper.
func Symmetrize(m *mat.Dense) {
	r, c := m.Dims()
	if r != c {
		panic(fmt.Sprintf("linalg: Symmetrize: matrix is %d x %d, want a square", r, c))
	}
	mirror(m.RawMatrix())
}

// mirror copies the strict lower triangle of m to the upper.
func mirror(m blas64.General) {
	for i := 0; i < m.Rows; i += block {
		mirrorRows(m, i)
	}
}

// mirrorRows is mirror for the block rows from i.
func mirrorRows(m blas64.General, i int) {
	h := min(block, m.Rows-i)
	if i > 0 {
		transpose(view(m, 0, i, i, h), view(m, i, 0, h, i))
	}
	for r := i; r < i+h; r++ {
		for c := i; c < r; c++ {
			m.Data[c*m.Stride+r] = m.Data[r*m.Stride+c]
		}
	}
}
