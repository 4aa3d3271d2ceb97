package ad

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/gonum"

	"matheron/linalg"
)

// squareOrder is the order of the squares that factors and solves are cut into.
const squareOrder = 64

// Cholesky returns the lower triangular L, with zeros above the diagonal, such that
// L Lᵀ = K. It reads the diagonal and the lower triangle of the square matrix K, and
// only these have a derivative, which is enough for a symmetric K that is computed from
// other values.
//
// If K is not positive definite, or singular to rounding by the rule of
// [linalg.Factorize], L is NaN and [Tape.Err] is the error. A program adds jitter by
// [AddDiag].
//
// Backward: Murray (2016), Differentiation of the Cholesky decomposition,
// arXiv:1602.07527, section 3.3. Cost n³/3 forwards and 2 n³/3 backwards.
func Cholesky(k Value) Value {
	nk := k.in("Cholesky")
	dim := wantSquare("Cholesky", nk)
	t := k.t
	ks := t.value(nk)
	n, y := t.push(nk.shape, nk.adj >= 0, choleskyBack)
	n.a = k.id
	clear(y)
	for i := range dim {
		copy(y[i*dim:i*dim+i+1], ks[i*dim:])
	}
	if err := t.factorize(generalOf(n, y)); err != nil {
		t.fail(err)
		for i := range y {
			y[i] = nan
		}
	}
	return t.last()
}

// factorize overwrites the lower triangle of a with its factor. A matrix that fits one
// square is factorised here, since linalg.Factorize allocates bookkeeping.
func (t *Tape) factorize(a blas64.General) error {
	if a.Rows == 0 {
		return nil
	}
	if a.Rows > squareOrder {
		t.headers[0].SetRawMatrix(a)
		_, err := linalg.Factorize(&t.headers[0], linalg.Policy{})
		return err
	}
	var rounding [squareOrder]float64
	for i := range a.Rows {
		rounding[i] = linalg.PivotRounding(a.Rows, a.Data[i*a.Stride+i])
	}
	gonum.Implementation{}.Dpotf2(blas.Lower, a.Rows, a.Data, a.Stride)
	for i := range a.Rows {
		// Dpotf2 stores the pivot that it stops at. It does not stop at an infinite one.
		v := a.Data[i*a.Stride+i]
		if v > 0 && !math.IsInf(v, 1) {
			if v *= v; v >= rounding[i] {
				continue
			}
		}
		return &linalg.NotPositiveDefinite{Pivot: i, Value: v, Rounding: rounding[i], Tried: []float64{0}}
	}
	return nil
}

func choleskyBack(t *Tape, n *node) {
	l, g := t.general(n), t.adjoint(n)
	dim := l.Rows
	d := generalFrom(dim, dim, t.scratch(dim*dim))
	for i := range dim {
		row := d.Data[i*dim : (i+1)*dim]
		clear(row[copy(row[:i+1], g[i*dim:]):])
	}
	t.choleskyReverse(l, d)
	dk := t.adjoint(&t.nodes[n.a])
	for i := range dim {
		for j, v := range d.Data[i*dim : i*dim+i+1] {
			dk[i*dim+j] += v
		}
	}
	t.release()
}

// choleskyReverse overwrites d, the adjoint of L with zeros above its diagonal,
// with the adjoint of K, by block columns from the right. With
//
//	    | .  .  . |
//	L = | R  D  . |,  D the square on the diagonal,
//	    | B  C  . |
//
// each step is (Murray 2016, the blocked algorithm of section 3.3)
//
//	dC = dC D^-1
//	dB = dB - dC R
//	dD = reverse(D, dD - tril(dC' C))
//	dR = dR - dC' B - (dD + dD') R
func (t *Tape) choleskyReverse(l, d blas64.General) {
	dim := l.Rows
	for hi := dim; hi > 0; {
		lo := (hi - 1) / squareOrder * squareOrder
		w, below := hi-lo, dim-hi
		r, dr := block(l, lo, 0, w, lo), block(d, lo, 0, w, lo)
		dd := block(d, lo, lo, w, w)
		mark := t.used
		var back blas64.General // dC'
		if below > 0 {
			dc := block(d, hi, lo, below, w)
			blas64.Trsm(blas.Right, blas.NoTrans, 1, triangle(block(l, lo, lo, w, w)), dc)
			t.addMul(block(d, hi, 0, below, lo), -1, dc, r)
			back = t.transposed(dc)
			t.subtractLower(dd, back, block(l, hi, lo, below, w))
		}
		choleskyReverseSquare(block(l, lo, lo, w, w), dd)
		if lo > 0 {
			if below > 0 {
				t.addMul(dr, -1, back, block(l, hi, 0, below, lo))
			}
			sym := generalFrom(w, w, t.scratch(w*w))
			for i := range w {
				for j := range i + 1 {
					v := dd.Data[i*dd.Stride+j]
					sym.Data[i*w+j], sym.Data[j*w+i] = v, v
				}
				sym.Data[i*w+i] *= 2
			}
			t.addMul(dr, -1, sym, r)
		}
		t.used = mark
		hi = lo
	}
}

// choleskyReverseSquare is choleskyReverse for one square, row by row from the
// last: with row j of L being (r, d), and (B, c) the columns below it,
//
//	dd = (dd - c' dc / d) / d,  dc = dc / d
//	dr = dr - dd r - dc' B,     dB = dB - dc r,  dd = dd/2
func choleskyReverseSquare(l, g blas64.General) {
	n := l.Rows
	for j := n - 1; j >= 0; j-- {
		d, dd := l.Data[j*l.Stride+j], &g.Data[j*g.Stride+j]
		r, dr := l.Data[j*l.Stride:][:j], g.Data[j*g.Stride:][:j]
		for i := j + 1; i < n; i++ {
			dc := &g.Data[i*g.Stride+j]
			*dd -= l.Data[i*l.Stride+j] * *dc / d
			*dc /= d
		}
		*dd /= d
		if j > 0 {
			blas64.Axpy(-*dd, vectorOf(r), vectorOf(dr))
			for i := j + 1; i < n; i++ {
				dc := g.Data[i*g.Stride+j]
				blas64.Axpy(-dc, vectorOf(l.Data[i*l.Stride:][:j]), vectorOf(dr))
				blas64.Axpy(-dc, vectorOf(r), vectorOf(g.Data[i*g.Stride:][:j]))
			}
		}
		*dd /= 2
	}
}

// SolveLower returns x = L⁻¹ b; b is a vector of n elements or an n x s matrix.
// Only the lower triangle of the n x n matrix L is read, and has a derivative:
//
//	db += L^-T dx,  dL -= tril((L^-T dx) x')
//
// Cost n n s forwards and up to twice that backwards.
func SolveLower(l, b Value) Value { return solve("SolveLower", l, b, blas.NoTrans) }

// SolveLowerTrans returns x = L⁻ᵀ b, with the shapes of [SolveLower] and
//
//	db += L^-1 dx,  dL -= tril(x (L^-1 dx)')
func SolveLowerTrans(l, b Value) Value { return solve("SolveLowerTrans", l, b, blas.Trans) }

// CholeskySolve returns (L Lᵀ)⁻¹ b = L⁻ᵀ L⁻¹ b.
func CholeskySolve(l, b Value) Value { return SolveLowerTrans(l, SolveLower(l, b)) }

func solve(op string, l, b Value, tr blas.Transpose) Value {
	t, nl, nb := pair(op, l, b)
	dim := wantSquare(op, nl)
	if r, _ := solveDims(nb); nb.rank == 0 || r != dim {
		panic(fmt.Sprintf("ad: %s: factor %v and right-hand side %v", op, nl.shape, nb.shape))
	}
	ls, bs := t.general(nl), t.value(nb)
	n, y := t.push(nb.shape, nl.adj >= 0 || nb.adj >= 0, solveBack)
	n.a, n.b = l.id, b.id
	if tr == blas.Trans {
		n.aux = 1
	}
	copy(y, bs)
	_, s := solveDims(nb)
	t.solveTriangle(tr, ls, generalFrom(dim, s, y))
	t.release()
	return t.last()
}

// solveDims returns the shape of a right-hand side; a vector is one column.
func solveDims(b *node) (rows, cols int) {
	if b.rank == 1 {
		return int(b.cols), 1
	}
	return int(b.rows), int(b.cols)
}

func solveBack(t *Tape, n *node) {
	nl, nb := &t.nodes[n.a], &t.nodes[n.b]
	l := t.general(nl)
	r, c := solveDims(n)
	x := generalFrom(r, c, t.value(n))
	w := generalFrom(r, c, t.scratch(r*c))
	copy(w.Data, t.adjoint(n))
	tr, left, right := blas.Trans, w, x
	if n.aux == 1 {
		tr, left, right = blas.NoTrans, x, w
	}
	t.solveTriangle(tr, l, w)
	if db := t.adjoint(nb); db != nil {
		accumulate(db, w.Data, 1)
	}
	if dl := t.adjoint(nl); dl != nil {
		g := generalOf(nl, dl)
		if c == 1 {
			for i, v := range left.Data {
				blas64.Axpy(-v, vectorOf(right.Data[:i+1]), vectorOf(g.Data[i*g.Stride:][:i+1]))
			}
		} else {
			t.subtractLower(g, left, t.transposed(right))
		}
	}
	t.release()
}

// solveTriangle overwrites b with L⁻¹ b or L⁻ᵀ b, by block rows: all work that is not
// on the diagonal is products.
//
//	X_i = L_ii^-1 (B_i - sum_{k<i} L_ik X_k)       top to bottom
//	X_i = L_ii^-T (B_i - sum_{k>i} L_ki' X_k)      bottom to top
func (t *Tape) solveTriangle(tr blas.Transpose, l, b blas64.General) {
	n, s := b.Rows, b.Cols
	if n == 0 || s == 0 {
		return
	}
	if s == 1 && b.Stride == 1 {
		blas64.Trsv(tr, triangle(l), vectorOf(b.Data[:n]))
		return
	}
	squares := (n + squareOrder - 1) / squareOrder
	for k := range squares {
		if tr == blas.Trans {
			k = squares - 1 - k
		}
		i := k * squareOrder
		h := min(squareOrder, n-i)
		bi := block(b, i, 0, h, s)
		if tr == blas.NoTrans {
			t.addMul(bi, -1, block(l, i, 0, h, i), block(b, 0, 0, i, s))
		} else if below := n - i - h; below > 0 {
			mark := t.used
			t.addMul(bi, -1, t.transposed(block(l, i+h, i, below, h)), block(b, i+h, 0, below, s))
			t.used = mark
		}
		blas64.Trsm(blas.Left, tr, 1, triangle(block(l, i, i, h, h)), bi)
	}
}

// subtractLower subtracts the lower triangle of a b from d, and does not change the
// upper triangle.
func (t *Tape) subtractLower(d, a, b blas64.General) {
	n := d.Rows
	for i := 0; i < n; i += squareOrder {
		h := min(squareOrder, n-i)
		mark := t.used
		strip := generalFrom(h, i+h, t.scratch(h*(i+h)))
		clear(strip.Data)
		t.addMul(strip, 1, block(a, i, 0, h, a.Cols), block(b, 0, 0, b.Rows, i+h))
		for r := range h {
			row := d.Data[(i+r)*d.Stride:][:i+r+1]
			for j, v := range strip.Data[r*strip.Stride:][:i+r+1] {
				row[j] -= v
			}
		}
		t.used = mark
	}
}

// triangle returns the lower triangle of the square a.
func triangle(a blas64.General) blas64.Triangular {
	return blas64.Triangular{Uplo: blas.Lower, Diag: blas.NonUnit, N: a.Rows, Stride: a.Stride, Data: a.Data}
}
