package linalg

import (
	"fmt"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
)

// SolveLower sets b to L⁻¹ b; b is n x s. Column j of the result depends on
// column j of b alone, to the last bit. Cost n n s.
func (c *Cholesky) SolveLower(b *mat.Dense) {
	c.solve("SolveLower", b, solver.solveLower, 1)
}

// SolveLowerTrans sets b to L⁻ᵀ b; b is n x s. Column j of the result depends
// on column j of b alone, to the last bit. Cost n n s.
func (c *Cholesky) SolveLowerTrans(b *mat.Dense) {
	c.solve("SolveLowerTrans", b, solver.solveLowerTrans, 1)
}

// Solve sets b to (K + jitter I)⁻¹ b = L⁻ᵀ L⁻¹ b; b is n x s. Column j of the
// result depends on column j of b alone, to the last bit. Cost 2 n n s.
func (c *Cholesky) Solve(b *mat.Dense) {
	c.solve("Solve", b, func(s solver, l, b blas64.General) {
		s.solveLower(l, b)
		s.solveLowerTrans(l, b)
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

// solve calls f for b with a solver for the work of that many passes over the factor.
func (c *Cholesky) solve(op string, b *mat.Dense, f func(s solver, l, b blas64.General), passes float64) {
	n := c.N()
	if r, _ := b.Dims(); r != n {
		panic(fmt.Sprintf("linalg: %s: b has %d rows, want %d", op, r, n))
	}
	l, rhs := c.l.RawMatrix(), b.RawMatrix()
	wantApart(op, rhs, l)
	// A vector register takes the time of 8 columns however many it holds.
	s := newSolver(c.workers, passes*float64(n)*float64(n)*float64(roundUp(rhs.Cols, 8)))
	defer s.end()
	f(s, l, rhs)
}

// solveLower sets b to L⁻¹ b.
func (s solver) solveLower(l, b blas64.General) {
	if l.Rows <= smallOrder {
		solveLowerSmall(l, b)
		return
	}
	s.solveLeft(factorIn(l), b, false)
}

// solveLowerTrans sets b to L⁻ᵀ b.
func (s solver) solveLowerTrans(l, b blas64.General) {
	if l.Rows <= smallOrder {
		solveLowerTransSmall(l, b)
		return
	}
	s.solveLeft(factorIn(l), b, true)
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
	e := newSolver(c.workers, float64(n)*float64(n)*float64(s))
	defer e.end()
	e.multiplyLower(l, d, rb)
}

// multiplyLower sets dst to L b, by halves:
//
//	X_1 = L_11 B_1,   X_2 = L_22 B_2 + L_21 B_1
func (s solver) multiplyLower(l, dst, b blas64.General) {
	n := l.Rows
	if n <= asm.TriangleOrder() {
		t := s.blockOf(n, n)
		copyLower(t, l)
		s.multiply(product{c: dst, alpha: 1, a: plain(t), b: plain(b), k: n, diag: whole})
		return
	}
	n1 := half(n)
	l11, l21, l22 := partition(l, n1)
	d1, d2 := splitRows(dst, n1)
	b1, b2 := splitRows(b, n1)
	s.multiplyLower(l11, d1, b1)
	s.multiplyLower(l22, d2, b2)
	s.multiply(product{c: d2, alpha: 1, a: plain(l21), b: plain(b1), k: n1, diag: whole, add: true})
}
