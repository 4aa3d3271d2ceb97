package ad

import "gonum.org/v1/gonum/blas"

// Outer returns the matrix a_i b_j of two vectors.
func Outer(a, b Value) Value {
	t, na, nb := pair("Outer", a, b)
	wantRank("Outer", na, 1)
	wantRank("Outer", nb, 1)
	as, bs := t.value(na), t.value(nb)
	n, y := t.push(matrixShape(len(as), len(bs)), na.adj >= 0 || nb.adj >= 0, outerBack)
	n.a, n.b = a.id, b.id
	for i := range as {
		mulRow(y[i*len(bs):(i+1)*len(bs)], as[i:], bs, 0, 1)
	}
	return t.last()
}

func outerBack(t *Tape, n *node) {
	na, nb := &t.nodes[n.a], &t.nodes[n.b]
	dy := generalOf(n, t.adjoint(n))
	if da := t.adjoint(na); da != nil {
		addMulVec(da, blas.NoTrans, 1, dy, t.value(nb))
	}
	if db := t.adjoint(nb); db != nil {
		addMulVec(db, blas.Trans, 1, dy, t.value(na))
	}
}
