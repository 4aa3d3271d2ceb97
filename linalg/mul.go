package linalg

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
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
