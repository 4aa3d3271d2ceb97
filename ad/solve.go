package ad

import (
	"fmt"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// SolveLower returns x = L⁻¹ b; b is a vector of n elements or an n x s matrix.
// Only the lower triangle of the n x n matrix L is read, and only that has a
// derivative:
//
//	db += L^-T dx,  dL -= tril((L^-T dx) x')
//
// Cost n n s forward and up to twice that backward.
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
				blas64.Axpy(-v, whole(right.Data[:i+1]), whole(g.Data[i*g.Stride:][:i+1]))
			}
		} else {
			t.subtractLower(g, left, t.transposed(right))
		}
	}
	t.release()
}

// solveTriangle overwrites b with L⁻¹ b or L⁻ᵀ b, by block rows: products do all
// of the work but that on the diagonal.
//
//	X_i = L_ii^-1 (B_i - sum_{k<i} L_ik X_k)       top to bottom
//	X_i = L_ii^-T (B_i - sum_{k>i} L_ki' X_k)      bottom to top
func (t *Tape) solveTriangle(tr blas.Transpose, l, b blas64.General) {
	n, s := b.Rows, b.Cols
	if n == 0 || s == 0 {
		return
	}
	if s == 1 && b.Stride == 1 {
		blas64.Trsv(tr, triangle(l), whole(b.Data[:n]))
		return
	}
	squares := (n + side - 1) / side
	for k := range squares {
		if tr == blas.Trans {
			k = squares - 1 - k
		}
		i := k * side
		h := min(side, n-i)
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

// subtractLower subtracts the lower triangle of a b from d, whose upper triangle
// stays as it is.
func (t *Tape) subtractLower(d, a, b blas64.General) {
	n := d.Rows
	for i := 0; i < n; i += side {
		h := min(side, n-i)
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
