package ad

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"

	"matheron/linalg"
)

// MatMul returns the product a b of matrices, or of a matrix and a vector: a
// column on its right, a row on its left. Two vectors give their dot product.
//
//	(m, k) (k, n) -> (m, n)    (m, k) (k) -> (m)    (k) (k, n) -> (n)
//
// Backward: da = dy b', db = a' dy. Cost 2 m k n, and that again for each argument
// that is not a constant.
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
		blas64.Ger(1, vectorOf(left), vectorOf(right), generalOf(na, da))
	}
	if dx := t.adjoint(nx); dx != nil {
		addMulVec(dx, tr, 1, t.general(na), dy)
	}
}

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

// addMulVec adds alpha a x or alpha a' x to y.
func addMulVec(y []float64, tr blas.Transpose, alpha float64, a blas64.General, x []float64) {
	if a.Rows > 0 && a.Cols > 0 {
		blas64.Gemv(tr, alpha, a, vectorOf(x), 1, vectorOf(y))
	}
}

// addMul adds alpha a b to dst.
func (t *Tape) addMul(dst blas64.General, alpha float64, a, b blas64.General) {
	switch {
	case dst.Rows == 0 || dst.Cols == 0 || a.Cols == 0:
	case dst.Cols == 1:
		x := blas64.Vector{N: b.Rows, Inc: b.Stride, Data: b.Data}
		y := blas64.Vector{N: dst.Rows, Inc: dst.Stride, Data: dst.Data}
		blas64.Gemv(blas.NoTrans, alpha, a, x, 1, y)
	default:
		// The headers are those of the tape: new ones would be on the heap.
		t.headers[0].SetRawMatrix(dst)
		t.headers[1].SetRawMatrix(a)
		t.headers[2].SetRawMatrix(b)
		linalg.MulAdd(&t.headers[0], alpha, &t.headers[1], &t.headers[2])
	}
}

// general returns the value of n as a matrix of BLAS; a vector is one row.
func (t *Tape) general(n *node) blas64.General { return generalOf(n, t.value(n)) }

func generalOf(n *node, x []float64) blas64.General {
	return generalFrom(int(n.rows), int(n.cols), x)
}

func generalFrom(r, c int, x []float64) blas64.General {
	return blas64.General{Rows: r, Cols: c, Stride: max(c, 1), Data: x}
}

// block returns rows [i, i+r) and columns [j, j+c) of m, sharing its storage.
func block(m blas64.General, i, j, r, c int) blas64.General {
	if r == 0 || c == 0 {
		return blas64.General{Rows: r, Cols: c, Stride: max(c, 1)}
	}
	lo := i*m.Stride + j
	return blas64.General{Rows: r, Cols: c, Stride: m.Stride, Data: m.Data[lo : lo+(r-1)*m.Stride+c]}
}

// transposed returns a copy of mᵀ in scratch. Products of the form a b sum in the order
// of their inner index for any shape; products with a transpose might not.
func (t *Tape) transposed(m blas64.General) blas64.General {
	d := generalFrom(m.Cols, m.Rows, t.scratch(m.Rows*m.Cols))
	eachTile(matrixShape(m.Rows, m.Cols), func(i, j0, j1 int) {
		row := m.Data[i*m.Stride:]
		for j := j0; j < j1; j++ {
			d.Data[j*d.Stride+i] = row[j]
		}
	})
	return d
}

// vectorOf returns x as a vector of BLAS.
func vectorOf(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Inc: 1, Data: x} }
