package ad

import (
	"fmt"

	"gonum.org/v1/gonum/blas/blas64"
)

// Dot returns sum_i a_i b_i of two values of the same shape, a scalar.
func Dot(a, b Value) Value {
	t, na, nb := pair("Dot", a, b)
	if na.shape != nb.shape {
		panic(fmt.Sprintf("ad: Dot: shapes %v and %v differ", na.shape, nb.shape))
	}
	as, bs := t.value(na), t.value(nb)
	n, y := t.push(scalarShape, na.adj >= 0 || nb.adj >= 0, dotBack)
	n.a, n.b = a.id, b.id
	y[0] = blas64.Dot(whole(as), whole(bs))
	return t.last()
}

func dotBack(t *Tape, n *node) {
	g := t.adjoint(n)[0]
	if g == 0 {
		return
	}
	na, nb := &t.nodes[n.a], &t.nodes[n.b]
	if da := t.adjoint(na); da != nil {
		blas64.Axpy(g, whole(t.value(nb)), whole(da))
	}
	if db := t.adjoint(nb); db != nil {
		blas64.Axpy(g, whole(t.value(na)), whole(db))
	}
}
