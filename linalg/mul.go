package linalg

import (
	"fmt"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
)

// Mul sets dst to a b; dst is m x n, a is m x k, b is k x n. dst must not
// overlap a or b. Row i of dst depends on row i of a and on b alone, to the
// last bit. Cost 2 m n k.
func Mul(dst, a, b *mat.Dense) { Workers(0).Mul(dst, a, b) }

// MulAdd adds alpha a b to dst, with the shapes and promises of [Mul].
func MulAdd(dst *mat.Dense, alpha float64, a, b *mat.Dense) { Workers(0).MulAdd(dst, alpha, a, b) }

// MulTransB sets dst to a bᵀ; dst is m x n, a is m x k, b is n x k. dst must
// not overlap a or b. Row i of dst depends on row i of a and on b alone, to the
// last bit. Cost 2 m n k.
func MulTransB(dst, a, b *mat.Dense) { Workers(0).MulTransB(dst, a, b) }

// MulTransA sets dst to aᵀ b; dst is m x n, a is k x m, b is k x n. dst must
// not overlap a or b. Element (i, j) of dst depends on column i of a and column
// j of b alone, to the last bit. Cost 2 m n k.
func MulTransA(dst, a, b *mat.Dense) { Workers(0).MulTransA(dst, a, b) }

// Mul is the function [Mul].
func (w Workers) Mul(dst, a, b *mat.Dense) {
	mulShapes("Mul", dst, a, b)
	p := product{c: dst.RawMatrix(), alpha: 1, a: plain(a.RawMatrix()), b: plain(b.RawMatrix()), k: b.RawMatrix().Rows, diag: whole}
	p.run(w)
}

// MulAdd is the function [MulAdd].
func (w Workers) MulAdd(dst *mat.Dense, alpha float64, a, b *mat.Dense) {
	mulShapes("MulAdd", dst, a, b)
	p := product{c: dst.RawMatrix(), alpha: alpha, a: plain(a.RawMatrix()), b: plain(b.RawMatrix()), k: b.RawMatrix().Rows, diag: whole, add: true}
	p.run(w)
}

// MulTransB is the function [MulTransB].
func (w Workers) MulTransB(dst, a, b *mat.Dense) {
	m, k := a.Dims()
	n, kb := b.Dims()
	if k != kb {
		panic(fmt.Sprintf("linalg: MulTransB: a has %d columns and b has %d", k, kb))
	}
	wantShape("MulTransB", "dst", dst, m, n)
	d, ra, rb := dst.RawMatrix(), a.RawMatrix(), b.RawMatrix()
	wantApart("MulTransB", d, ra)
	wantApart("MulTransB", d, rb)
	p := product{c: d, alpha: 1, a: plain(ra), b: transposed(rb), k: k, diag: whole}
	p.run(w)
}

// MulTransA is the function [MulTransA].
func (w Workers) MulTransA(dst, a, b *mat.Dense) {
	k, m := a.Dims()
	kb, n := b.Dims()
	if k != kb {
		panic(fmt.Sprintf("linalg: MulTransA: a has %d rows and b has %d", k, kb))
	}
	wantShape("MulTransA", "dst", dst, m, n)
	d, ra, rb := dst.RawMatrix(), a.RawMatrix(), b.RawMatrix()
	wantApart("MulTransA", d, ra)
	wantApart("MulTransA", d, rb)
	p := product{c: d, alpha: 1, a: transposed(ra), b: plain(rb), k: k, diag: whole}
	p.run(w)
}

func mulShapes(op string, dst, a, b *mat.Dense) {
	m, k := a.Dims()
	kb, n := b.Dims()
	if k != kb {
		panic(fmt.Sprintf("linalg: %s: a has %d columns and b has %d rows", op, k, kb))
	}
	wantShape(op, "dst", dst, m, n)
	wantApart(op, dst.RawMatrix(), a.RawMatrix())
	wantApart(op, dst.RawMatrix(), b.RawMatrix())
}

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

// Symmetrize copies the lower triangle of the square matrix m to the upper.
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

// block is the order of the squares in which matrices are transposed: a square and its
// transpose stay in the cache.
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
