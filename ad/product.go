package ad

import (
	"fmt"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// MatMul returns the product a b of matrices, or of a matrix and a vector: a
// column on its right, a row on its left. Two vectors give their dot product.
//
//	(m, k) (k, n) -> (m, n)    (m, k) (k) -> (m)    (k) (k, n) -> (n)
//
// Backward: da = dy b', db = a' dy. Cost 2 m k n, and that again for each
// argument that is no constant.
func MatMul(a, b Value) Value {
	_, na, nb := pair("MatMul", a, b)
	switch {
	case na.rank == 2 && nb.rank == 2 && na.cols == nb.rows:
		return matMat(a, b)
	case na.rank == 2 && nb.rank == 1 && na.cols == nb.cols:
		return matVec(a, b, false)
	case na.rank == 1 && nb.rank == 2 && na.cols == nb.rows:
		return matVec(b, a, true)
	case na.rank == 1 && nb.rank == 1 && na.cols == nb.cols:
		return Dot(a, b)
	}
	panic(fmt.Sprintf("ad: MatMul: %v times %v", na.shape, nb.shape))
}

func matMat(a, b Value) Value {
	t, na, nb := pair("MatMul", a, b)
	ma, mb := t.general(na), t.general(nb)
	n, y := t.push(matrixShape(int(na.rows), int(nb.cols)), na.adj >= 0 || nb.adj >= 0, matMatBack)
	n.a, n.b = a.id, b.id
	clear(y)
	t.addMul(t.general(n), 1, ma, mb)
	return t.last()
}

func matMatBack(t *Tape, n *node) {
	na, nb := &t.nodes[n.a], &t.nodes[n.b]
	dy := generalOf(n, t.adjoint(n))
	if da := t.adjoint(na); da != nil {
		t.addMul(generalOf(na, da), 1, dy, t.transposed(t.general(nb)))
	}
	if db := t.adjoint(nb); db != nil {
		t.addMul(generalOf(nb, db), 1, t.transposed(t.general(na)), dy)
	}
	t.release()
}

// matVec is a x, or x a = a' x.
func matVec(a, x Value, trans bool) Value {
	t, na, nx := pair("MatMul", a, x)
	ma, xs := t.general(na), t.value(nx)
	size, tr := int(na.rows), blas.NoTrans
	if trans {
		size, tr = int(na.cols), blas.Trans
	}
	n, y := t.push(vectorShape(size), na.adj >= 0 || nx.adj >= 0, matVecBack)
	n.a, n.b = a.id, x.id
	if trans {
		n.aux = 1
	}
	clear(y)
	addMulVec(y, tr, 1, ma, xs)
	return t.last()
}

func matVecBack(t *Tape, n *node) {
	na, nx := &t.nodes[n.a], &t.nodes[n.b]
	dy, x := t.adjoint(n), t.value(nx)
	tr, left, right := blas.Trans, dy, x
	if n.aux == 1 {
		tr, left, right = blas.NoTrans, x, dy
	}
	if da := t.adjoint(na); len(da) > 0 {
		blas64.Ger(1, whole(left), whole(right), generalOf(na, da))
	}
	if dx := t.adjoint(nx); dx != nil {
		addMulVec(dx, tr, 1, t.general(na), dy)
	}
}
