package linalg

import (
	"fmt"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// SymRankK adds alpha a aᵀ to the lower triangle of dst, diagonal included; dst
// is n x n and a is n x k. The upper triangle is neither read nor written. dst
// must not overlap a. Element (i, j) depends on rows i and j of a alone, to the
// last bit. Cost n n k, and a copy of a.
func SymRankK(dst *mat.Dense, alpha float64, a *mat.Dense) {
	n, k := a.Dims()
	wantShape("SymRankK", "dst", dst, n, n)
	d, ra := dst.RawMatrix(), a.RawMatrix()
	wantApart("SymRankK", d, ra)
	at := newGeneral(k, n)
	transpose(at, ra)
	symRank(d, alpha, at, func(i, h int) blas64.General { return view(ra, i, 0, h, k) })
}

// SymRankKTransA adds alpha aᵀ a to the lower triangle of dst, diagonal
// included; dst is n x n and a is k x n. The upper triangle is neither read nor
// written. dst must not overlap a. Element (i, j) depends on columns i and j of
// a alone, to the last bit. Cost n n k.
func SymRankKTransA(dst *mat.Dense, alpha float64, a *mat.Dense) {
	k, n := a.Dims()
	wantShape("SymRankKTransA", "dst", dst, n, n)
	d, ra := dst.RawMatrix(), a.RawMatrix()
	wantApart("SymRankKTransA", d, ra)
	symRank(d, alpha, ra, func(i, h int) blas64.General {
		rows := newGeneral(h, k)
		transpose(rows, view(ra, 0, i, k, h))
		return rows
	})
}

// symRank adds alpha aᵀ a to the lower triangle of d, given rows(i, h), rows
// [i, i+h) of aᵀ.
func symRank(d blas64.General, alpha float64, a blas64.General, rows func(i, h int) blas64.General) {
	n, k := a.Cols, a.Rows
	strips := (n + block - 1) / block
	split(0, strips, float64(n)*float64(n)*float64(k), func(s int) {
		// The longest strips first, so that the goroutines end together.
		i := (strips - 1 - s) * block
		h := min(block, n-i)
		strip := rows(i, h)
		if i > 0 {
			gemmAdd(view(d, i, 0, h, i), alpha, strip, view(a, 0, 0, k, i))
		}
		lower := view(d, i, i, h, h)
		square := newGeneral(h, h)
		copyLower(square, lower)
		gemmAdd(square, alpha, strip, view(a, 0, i, k, h))
		copyLower(lower, square)
	})
}

// copyLower copies the lower triangle of src to dst, diagonal included.
func copyLower(dst, src blas64.General) {
	for i := range src.Rows {
		copy(dst.Data[i*dst.Stride:i*dst.Stride+i+1], src.Data[i*src.Stride:])
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
	n := m.Rows
	for i := 0; i < n; i += block {
		h := min(block, n-i)
		if i > 0 {
			transpose(view(m, 0, i, i, h), view(m, i, 0, h, i))
		}
		for r := i; r < i+h; r++ {
			for c := i; c < r; c++ {
				m.Data[c*m.Stride+r] = m.Data[r*m.Stride+c]
			}
		}
	}
}
