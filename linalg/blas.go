package linalg

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"
)

// BLAS is gonum's implementation with Dgemm, Dgemv, Dsyrk and Dtrsm replaced by the
// products and triangular solves of this package, with the same promises about bits.
// A program makes gonum's matrices use it by
//
//	blas64.Use(linalg.BLAS{})
//
// which this package never does itself.
type BLAS struct{ gonum.Implementation }

// Dgemm computes C = alpha op(A) op(B) + beta C; op(A) is m x k, op(B) is k x n.
func (BLAS) Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	must(isTranspose(tA) && isTranspose(tB), "illegal transpose")
	must(m >= 0 && n >= 0 && k >= 0, "m, n or k < 0")
	x := storedAs(a, lda, m, k, tA, "A")
	y := storedAs(b, ldb, k, n, tB, "B")
	storedAs(c, ldc, m, n, blas.NoTrans, "C")
	if m == 0 || n == 0 {
		return
	}
	p := product{c: general(c, ldc, m, n), alpha: alpha, a: x, b: y, k: k, diag: whole, add: beta != 0}
	scaleRows(p.c, beta)
	if alpha == 0 {
		p.k = 0
	}
	p.run(0)
}

// Dgemv computes y = alpha op(A) x + beta y; A is m x n.
func (g BLAS) Dgemv(tA blas.Transpose, m, n int, alpha float64, a []float64, lda int, x []float64, incX int, beta float64, y []float64, incY int) {
	rows, cols := m, n
	if tA != blas.NoTrans {
		rows, cols = n, m
	}
	if !isTranspose(tA) || incX <= 0 || incY <= 0 || alpha == 0 || rows <= 0 || cols <= 0 {
		g.Implementation.Dgemv(tA, m, n, alpha, a, lda, x, incX, beta, y, incY)
		return
	}
	o := storedAs(a, lda, rows, cols, tA, "A")
	must(len(x) > (cols-1)*incX, "insufficient length of x")
	must(len(y) > (rows-1)*incY, "insufficient length of y")
	p := product{c: general(y, incY, rows, 1), alpha: alpha, a: o, b: operand{x, incX, 1}, k: cols, diag: whole, add: beta != 0}
	scaleRows(p.c, beta)
	p.run(0)
}

// Dsyrk computes a triangle of C = alpha A A' + beta C, or alpha A' A + beta C; C
// is n x n.
func (BLAS) Dsyrk(ul blas.Uplo, tA blas.Transpose, n, k int, alpha float64, a []float64, lda int, beta float64, c []float64, ldc int) {
	must(ul == blas.Lower || ul == blas.Upper, "illegal triangle")
	must(isTranspose(tA), "illegal transpose")
	must(n >= 0 && k >= 0, "n or k < 0")
	x := storedAs(a, lda, n, k, tA, "A")
	storedAs(c, ldc, n, n, blas.NoTrans, "C")
	if n == 0 {
		return
	}
	m := general(c, ldc, n, n)
	for i := range n {
		row := view(m, i, 0, 1, i+1)
		if ul == blas.Upper {
			row = view(m, i, i, 1, n-i)
		}
		scaleRows(row, beta)
	}
	if alpha == 0 {
		k = 0
	}
	if ul == blas.Lower {
		p := product{c: m, alpha: alpha, a: x, b: x.transpose(), k: k, diag: 1, add: true}
		p.run(0)
		return
	}
	s := newSolver(0, float64(n)*float64(n)*float64(k))
	defer s.end()
	s.symRankUpper(m, alpha, x, k)
}

// symRankUpper adds alpha A A' to the upper triangle of c, by halves.
func (s solver) symRankUpper(c blas64.General, alpha float64, a operand, k int) {
	n := c.Rows
	if n <= 24 {
		t := s.blockOf(n, n)
		for i := range n {
			copy(t.Data[i*n+i:(i+1)*n], c.Data[i*c.Stride+i:])
		}
		p := product{c: t, alpha: alpha, a: a, b: a.transpose(), k: k, diag: whole, add: true}
		p.compute(s.scratch, 0, n, 0, n)
		for i := range n {
			copy(c.Data[i*c.Stride+i:], t.Data[i*n+i:(i+1)*n])
		}
		return
	}
	n1 := half(n)
	s.symRankUpper(view(c, 0, 0, n1, n1), alpha, a, k)
	s.multiply(product{c: view(c, 0, n1, n1, n-n1), alpha: alpha, a: a, b: a.from(n1, 0).transpose(), k: k, diag: whole, add: true})
	s.symRankUpper(view(c, n1, n1, n-n1, n-n1), alpha, a.from(n1, 0), k)
}

// Dtrsm sets B, m x n, to alpha op(A)⁻¹ B or alpha B op(A)⁻¹, A triangular.
func (BLAS) Dtrsm(side blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int) {
	must(side == blas.Left || side == blas.Right, "illegal side")
	must(ul == blas.Lower || ul == blas.Upper, "illegal triangle")
	must(isTranspose(tA), "illegal transpose")
	must(d == blas.NonUnit || d == blas.Unit, "illegal diagonal")
	must(m >= 0 && n >= 0, "m or n < 0")
	order, others := m, n
	if side == blas.Right {
		order, others = n, m
	}
	x := storedAs(a, lda, order, order, blas.NoTrans, "A")
	storedAs(b, ldb, m, n, blas.NoTrans, "B")
	if m == 0 || n == 0 {
		return
	}
	rhs := general(b, ldb, m, n)
	scaleRows(rhs, alpha)
	if alpha == 0 {
		return
	}
	l, trans := lower{x, order, d == blas.Unit}, tA != blas.NoTrans
	if ul == blas.Upper {
		// It is a lower triangle stored by columns.
		l.operand, trans = x.transpose(), !trans
	}
	s := newSolver(0, float64(order)*float64(order)*float64(others))
	defer s.end()
	if side == blas.Left {
		s.solveLeft(l, rhs, trans)
	} else {
		s.solveRight(l, rhs, trans)
	}
}

func must(ok bool, message string) {
	if !ok {
		panic("blas: " + message)
	}
}

func isTranspose(t blas.Transpose) bool {
	return t == blas.NoTrans || t == blas.Trans || t == blas.ConjTrans
}

// storedAs returns op of the matrix in data as an operand of r x c.
func storedAs(data []float64, ld, r, c int, t blas.Transpose, name string) operand {
	rows, cols := r, c
	if t != blas.NoTrans {
		rows, cols = c, r
	}
	must(ld >= max(1, cols), "bad leading dimension of "+name)
	must(rows == 0 || cols == 0 || len(data) >= (rows-1)*ld+cols, "insufficient length of "+name)
	o := operand{data, ld, 1}
	if t != blas.NoTrans {
		return o.transpose()
	}
	return o
}

func general(data []float64, ld, r, c int) blas64.General {
	return blas64.General{Rows: r, Cols: c, Stride: ld, Data: data[:(r-1)*ld+c]}
}

// scaleRows multiplies m by beta; for 0 it sets m to zero, even where it is NaN.
func scaleRows(m blas64.General, beta float64) {
	for i := range m.Rows {
		row := m.Data[i*m.Stride : i*m.Stride+m.Cols]
		switch beta {
		case 1:
		case 0:
			clear(row)
		default:
			for j := range row {
				row[j] *= beta
			}
		}
	}
}
