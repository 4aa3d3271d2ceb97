package ad

import (
	"fmt"
	"math"
)

// At returns one element, a scalar: At(x, i) of a vector, At(x, i, j) of a
// matrix. It shares the storage of x and costs a few ns.
func At(x Value, index ...int) Value {
	n := x.in("At")
	if len(index) != int(n.rank) || n.rank == 0 {
		panic(fmt.Sprintf("ad: At: %d indices into %v", len(index), n.shape))
	}
	i, j := 0, index[len(index)-1]
	if n.rank == 2 {
		i = index[0]
	}
	wantIndex("At", n, "row", i, int(n.rows))
	wantIndex("At", n, "element", j, int(n.cols))
	return x.t.alias(n, scalarShape, i*int(n.cols)+j)
}

// Slice returns elements lo, ..., hi-1 of a vector, which share its storage.
func Slice(x Value, lo, hi int) Value {
	n := x.in("Slice")
	wantRank("Slice", n, 1)
	wantRange("Slice", n, lo, hi, int(n.cols))
	return x.t.alias(n, vectorShape(hi-lo), lo)
}

// Row returns row i of a matrix as a vector, which shares its storage.
func Row(x Value, i int) Value {
	n := x.in("Row")
	wantRank("Row", n, 2)
	wantIndex("Row", n, "row", i, int(n.rows))
	return x.t.alias(n, vectorShape(int(n.cols)), i*int(n.cols))
}

// Rows returns rows lo, ..., hi-1 of a matrix, which share its storage.
func Rows(x Value, lo, hi int) Value {
	n := x.in("Rows")
	wantRank("Rows", n, 2)
	wantRange("Rows", n, lo, hi, int(n.rows))
	return x.t.alias(n, matrixShape(hi-lo, int(n.cols)), lo*int(n.cols))
}

// Reshape returns the elements of x, row by row, in another shape: none for a
// scalar, one dimension for a vector, two for a matrix. It shares the storage
// of x.
func Reshape(x Value, dims ...int) Value {
	n := x.in("Reshape")
	s := scalarShape
	ok := len(dims) <= 2
	for _, d := range dims {
		ok = ok && d >= 0 && d <= math.MaxInt32
	}
	if ok {
		switch len(dims) {
		case 1:
			s = vectorShape(dims[0])
		case 2:
			s = matrixShape(dims[0], dims[1])
		}
	}
	if !ok || s.len() != n.len() {
		// A copy, so that dims does not escape.
		panic(fmt.Sprintf("ad: Reshape: %v to %v", n.shape, append([]int(nil), dims...)))
	}
	return x.t.alias(n, s, 0)
}

// Gather returns the elements of a vector, or the rows of a matrix, with the
// given indices, in their order. An index may occur more than once; what flows
// back to its element is then the sum. The indices are copied.
func Gather(x Value, indices []int) Value {
	nx := x.in("Gather")
	t := x.t
	limit, width := int(nx.cols), 1
	s := vectorShape(len(indices))
	switch nx.rank {
	case 0:
		panic("ad: Gather: value is a scalar")
	case 2:
		limit, width = int(nx.rows), int(nx.cols)
		s = matrixShape(len(indices), width)
	}
	for _, i := range indices {
		wantIndex("Gather", nx, "index", i, limit)
	}
	xs := t.value(nx)
	n, y := t.push(s, nx.adj >= 0, gatherBack)
	n.a, n.aux = x.id, int32(len(t.ints))
	t.ints = append(t.ints, indices...)
	for k, i := range indices {
		copy(y[k*width:(k+1)*width], xs[i*width:])
	}
	return t.last()
}

func gatherBack(t *Tape, n *node) {
	nx := &t.nodes[n.a]
	dx, g := t.adjoint(nx), t.adjoint(n)
	width, count := 1, int(n.cols)
	if n.rank == 2 {
		width, count = int(n.cols), int(n.rows)
	}
	for k, i := range t.ints[n.aux:][:count] {
		d := dx[i*width:][:width]
		for j, v := range g[k*width:][:width] {
			d[j] += v
		}
	}
}

func wantIndex(op string, n *node, what string, i, limit int) {
	if i < 0 || i >= limit {
		panic(fmt.Sprintf("ad: %s: %s %d of %v", op, what, i, n.shape))
	}
}

func wantRange(op string, n *node, lo, hi, limit int) {
	if lo < 0 || hi < lo || hi > limit {
		panic(fmt.Sprintf("ad: %s: range %d:%d of %v", op, lo, hi, n.shape))
	}
}
