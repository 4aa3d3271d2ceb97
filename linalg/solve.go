package linalg

import (
	"fmt"
	"runtime"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// SolveLower sets b to L⁻¹ b; b is n x s. Column j of the result depends on
// column j of b alone, to the last bit. Cost n n s.
func (c *Cholesky) SolveLower(b *mat.Dense) {
	c.solve("SolveLower", b, solveLower, 1)
}

// SolveLowerTrans sets b to L⁻ᵀ b; b is n x s. Column j of the result depends
// on column j of b alone, to the last bit. Cost n n s.
func (c *Cholesky) SolveLowerTrans(b *mat.Dense) {
	c.solve("SolveLowerTrans", b, solveLowerTrans, 1)
}

// Solve sets b to (K + jitter I)⁻¹ b = L⁻ᵀ L⁻¹ b; b is n x s. Column j of the
// result depends on column j of b alone, to the last bit. Cost 2 n n s.
func (c *Cholesky) Solve(b *mat.Dense) {
	c.solve("Solve", b, func(l, b blas64.General) {
		solveLower(l, b)
		solveLowerTrans(l, b)
	}, 2)
}

// SolveVec sets b to (K + jitter I)⁻¹ b for one right-hand side of n numbers,
// with the bits of [Cholesky.Solve]. Cost 2 n n.
func (c *Cholesky) SolveVec(b []float64) {
	if len(b) != c.N() {
		panic(fmt.Sprintf("linalg: SolveVec: b has %d elements, want %d", len(b), c.N()))
	}
	c.Solve(mat.NewDense(len(b), 1, b))
}

// solve calls f for groups of columns of b, in parallel. No sum crosses
// columns, so how they are grouped does not show in the result.
func (c *Cholesky) solve(op string, b *mat.Dense, f func(l, b blas64.General), passes float64) {
	n := c.N()
	if r, _ := b.Dims(); r != n {
		panic(fmt.Sprintf("linalg: %s: b has %d rows, want %d", op, r, n))
	}
	l, rhs := c.l.RawMatrix(), b.RawMatrix()
	wantApart(op, rhs, l)
	const narrow, wide = 8, 2 * block
	workers := c.workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	each := (rhs.Cols + workers - 1) / workers
	each = min(max((each+narrow-1)/narrow*narrow, narrow), wide)
	groups := (rhs.Cols + each - 1) / each
	split(c.workers, groups, passes*float64(n)*float64(n)*float64(rhs.Cols), func(g int) {
		j := g * each
		f(l, view(rhs, 0, j, n, min(each, rhs.Cols-j)))
	})
}

// solveLower sets b to L⁻¹ b by block rows, top to bottom:
//
//	X_i = L_ii^-1 (B_i - sum_{k<i} L_ik X_k)
func solveLower(l, b blas64.General) {
	n := l.Rows
	if n <= smallOrder {
		solveLowerSmall(l, b)
		return
	}
	for i := 0; i < n; i += block {
		h := min(block, n-i)
		bi := view(b, i, 0, h, b.Cols)
		if i > 0 {
			gemmAdd(bi, -1, view(l, i, 0, h, i), view(b, 0, 0, i, b.Cols))
		}
		blas64.Trsm(blas.Left, blas.NoTrans, 1, triangle(view(l, i, i, h, h)), bi)
	}
}

// solveLowerTrans sets b to L⁻ᵀ b by block rows, bottom to top:
//
//	X_i = L_ii^-T (B_i - sum_{k>i} L_kiᵀ X_k)
func solveLowerTrans(l, b blas64.General) {
	n := l.Rows
	if n <= smallOrder {
		solveLowerTransSmall(l, b)
		return
	}
	for i := (n - 1) / block * block; i >= 0; i -= block {
		h := min(block, n-i)
		bi := view(b, i, 0, h, b.Cols)
		if below := n - i - h; below > 0 {
			p := product{c: bi, alpha: -1, a: transposed(view(l, i+h, i, below, h)), b: plain(view(b, i+h, 0, below, b.Cols)), k: below, diag: whole, add: true}
			p.run(Serial)
		}
		blas64.Trsm(blas.Left, blas.Trans, 1, triangle(view(l, i, i, h, h)), bi)
	}
}

// MulLower sets dst to L b; dst and b are n x s and must not overlap. Column j
// of the result depends on column j of b alone, to the last bit. Cost n n s.
func (c *Cholesky) MulLower(dst, b *mat.Dense) {
	n := c.N()
	r, s := b.Dims()
	if r != n {
		panic(fmt.Sprintf("linalg: MulLower: b has %d rows, want %d", r, n))
	}
	wantShape("MulLower", "dst", dst, n, s)
	l, d, rb := c.l.RawMatrix(), dst.RawMatrix(), b.RawMatrix()
	wantApart("MulLower", d, rb)
	wantApart("MulLower", d, l)
	strips := (n + block - 1) / block
	split(c.workers, strips, float64(n)*float64(n)*float64(s), func(k int) {
		i := (strips - 1 - k) * block
		h := min(block, n-i)
		out := view(d, i, 0, h, s)
		clearRows(out)
		// The zeros above the diagonal of the last square change nothing.
		gemmAdd(out, 1, view(l, i, 0, h, i+h), view(rb, 0, 0, i+h, s))
	})
}
