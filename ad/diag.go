package ad

import (
	"fmt"
	"math"
)

// Diag returns the square matrix with the vector x on its diagonal and zeros
// elsewhere. [Diagonal] goes the other way.
func Diag(x Value) Value {
	nx := x.in("Diag")
	wantRank("Diag", nx, 1)
	t := x.t
	xs := t.value(nx)
	n, y := t.push(matrixShape(len(xs), len(xs)), nx.adj >= 0, diagBack)
	n.a = x.id
	clear(y)
	for i, v := range xs {
		y[i*(len(xs)+1)] = v
	}
	return t.last()
}

func diagBack(t *Tape, n *node) {
	dx, g := t.adjoint(&t.nodes[n.a]), t.adjoint(n)
	for i := range dx {
		dx[i] += g[i*(len(dx)+1)]
	}
}

// AddDiag returns the square matrix k with d, a vector or a scalar, added to its
// diagonal.
func AddDiag(k, d Value) Value {
	t, nk, nd := pair("AddDiag", k, d)
	side := wantSquare("AddDiag", nk)
	if nd.rank == 2 || nd.rank == 1 && int(nd.cols) != side {
		panic(fmt.Sprintf("ad: AddDiag: %v on the diagonal of %v", nd.shape, nk.shape))
	}
	ks, ds := t.value(nk), t.value(nd)
	step := int(nd.rank)
	n, y := t.push(nk.shape, nk.adj >= 0 || nd.adj >= 0, addDiagBack)
	n.a, n.b = k.id, d.id
	copy(y, ks)
	for i := range side {
		y[i*(side+1)] += ds[i*step]
	}
	return t.last()
}

func addDiagBack(t *Tape, n *node) {
	nk, nd := &t.nodes[n.a], &t.nodes[n.b]
	g, dd := t.adjoint(n), t.adjoint(nd)
	if dk := t.adjoint(nk); dk != nil {
		accumulate(dk, g, 1)
	}
	if dd == nil {
		return
	}
	side, step := int(n.rows), int(nd.rank)
	for i := range side {
		dd[i*step] += g[i*(side+1)]
	}
}

// Trace returns the sum of the diagonal of a square matrix, a scalar.
func Trace(x Value) Value {
	wantSquare("Trace", x.in("Trace"))
	return Sum(Diagonal(x))
}

// LogDet returns log det(L Lᵀ) = 2 sum_i log L_ii of a triangular factor L, as
// [Cholesky] returns it. Only its diagonal is read. Backward: dL_ii += 2 dy/L_ii.
func LogDet(l Value) Value {
	nl := l.in("LogDet")
	side := wantSquare("LogDet", nl)
	t := l.t
	ls := t.value(nl)
	n, y := t.push(scalarShape, nl.adj >= 0, logDetBack)
	n.a = l.id
	var s float64
	for i := range side {
		s += math.Log(ls[i*(side+1)])
	}
	y[0] = 2 * s
	return t.last()
}

func logDetBack(t *Tape, n *node) {
	nl := &t.nodes[n.a]
	l, dl, g := t.value(nl), t.adjoint(nl), t.adjoint(n)[0]
	if g == 0 {
		return
	}
	for i := 0; i < len(l); i += int(nl.cols) + 1 {
		dl[i] += 2 * g / l[i]
	}
}
