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

// Gather returns the elements of a vector, or the rows of a matrix, with the given
// indices, in their order. An index may occur more than once. The indices are copied.
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

// strided returns a copy of the elements of x that start at offset lo, rs apart
// from row to row of the result and cs apart from column to column.
func strided(x Value, nx *node, s shape, lo, rs, cs int) Value {
	t := x.t
	xs := t.value(nx)
	n, y := t.push(s, nx.adj >= 0, stridedBack)
	n.a, n.aux = x.id, int32(len(t.ints))
	t.ints = append(t.ints, lo, rs, cs)
	eachTile(s, func(i, j0, j1 int) {
		row := y[i*int(s.cols):]
		for j := j0; j < j1; j++ {
			row[j] = xs[lo+i*rs+j*cs]
		}
	})
	return t.last()
}

func stridedBack(t *Tape, n *node) {
	dx, g := t.adjoint(&t.nodes[n.a]), t.adjoint(n)
	lo, rs, cs := t.ints[n.aux], t.ints[n.aux+1], t.ints[n.aux+2]
	cols := int(n.cols)
	eachTile(n.shape, func(i, j0, j1 int) {
		row := g[i*cols:]
		for j := j0; j < j1; j++ {
			dx[lo+i*rs+j*cs] += row[j]
		}
	})
}

// eachTile calls f with pieces of the rows of s, square by square, so that a
// column that is read as a row stays in the cache.
func eachTile(s shape, f func(i, j0, j1 int)) {
	const side = 16
	rows, cols := int(s.rows), int(s.cols)
	for i0 := 0; i0 < rows; i0 += side {
		for j0 := 0; j0 < cols; j0 += side {
			for i := i0; i < min(i0+side, rows); i++ {
				f(i, j0, min(j0+side, cols))
			}
		}
	}
}

// Transpose returns the transpose of a matrix.
func Transpose(x Value) Value {
	n := x.in("Transpose")
	wantRank("Transpose", n, 2)
	return strided(x, n, matrixShape(int(n.cols), int(n.rows)), 0, 1, int(n.cols))
}

// Col returns column j of a matrix as a vector.
func Col(x Value, j int) Value {
	n := x.in("Col")
	wantRank("Col", n, 2)
	wantIndex("Col", n, "column", j, int(n.cols))
	return strided(x, n, vectorShape(int(n.rows)), j, 0, int(n.cols))
}

// Cols returns columns lo, ..., hi-1 of a matrix.
func Cols(x Value, lo, hi int) Value {
	n := x.in("Cols")
	wantRank("Cols", n, 2)
	wantRange("Cols", n, lo, hi, int(n.cols))
	return strided(x, n, matrixShape(int(n.rows), hi-lo), lo, int(n.cols), 1)
}

// Diagonal returns the diagonal of a matrix, square or not, as a vector.
func Diagonal(x Value) Value {
	n := x.in("Diagonal")
	wantRank("Diagonal", n, 2)
	return strided(x, n, vectorShape(int(min(n.rows, n.cols))), 0, 0, int(n.cols)+1)
}

// Concat returns its arguments one after the other along an existing axis:
// vectors along axis 0, a scalar being a vector of one element, or matrices
// along axis 0 (below each other) or 1 (beside each other).
func Concat(axis int, xs ...Value) Value {
	t, first := joined("Concat", xs)
	s := first.shape
	if s.rank == 0 {
		s = vectorShape(1)
	}
	if axis < 0 || axis >= int(s.rank) {
		panic(fmt.Sprintf("ad: Concat: value is %v and has no axis %d", s, axis))
	}
	down := s.rank == 2 && axis == 0
	for _, x := range xs[1:] {
		n := x.in("Concat")
		switch {
		case max(n.rank, 1) != s.rank || down && n.cols != s.cols || !down && n.rows != s.rows:
			panic(fmt.Sprintf("ad: Concat: %v with %v along axis %d", n.shape, first.shape, axis))
		case down:
			s.rows += n.rows
		default:
			s.cols += n.cols
		}
	}
	return join(t, s, !down, xs)
}

// Stack returns its arguments, all of one shape, along a new axis: scalars as a
// vector (axis 0), vectors as the rows (axis 0) or the columns (axis 1) of a
// matrix.
func Stack(axis int, xs ...Value) Value {
	t, first := joined("Stack", xs)
	for _, x := range xs[1:] {
		if n := x.in("Stack"); n.shape != first.shape {
			panic(fmt.Sprintf("ad: Stack: %v with %v", n.shape, first.shape))
		}
	}
	switch {
	case first.rank == 0 && axis == 0:
		return join(t, vectorShape(len(xs)), false, xs)
	case first.rank == 1 && axis == 0:
		return join(t, matrixShape(len(xs), int(first.cols)), false, xs)
	case first.rank == 1 && axis == 1:
		return Transpose(join(t, matrixShape(len(xs), int(first.cols)), false, xs))
	}
	panic(fmt.Sprintf("ad: Stack: %v along axis %d", first.shape, axis))
}

// joined returns the tape of xs and the node of the first, as it is now.
func joined(op string, xs []Value) (*Tape, node) {
	if len(xs) == 0 {
		panic("ad: " + op + ": no arguments")
	}
	first := *xs[0].in(op)
	for _, x := range xs[1:] {
		pair(op, xs[0], x)
	}
	return xs[0].t, first
}

// join joins xs one after the other, or side by side.
func join(t *Tape, s shape, beside bool, xs []Value) Value {
	active := false
	for _, x := range xs {
		active = active || t.nodes[x.id].adj >= 0
	}
	n, y := t.push(s, active, joinBack)
	n.aux, n.b = int32(len(t.ids)), int32(len(xs))
	n.c = 0
	if beside {
		n.c = 1
	}
	at := 0
	for _, x := range xs {
		t.ids = append(t.ids, x.id)
		at = piece(t, n, x.id, at, y, func(y, x []float64) { copy(y, x) }, t.value)
	}
	return t.last()
}

func joinBack(t *Tape, n *node) {
	g := t.adjoint(n)
	at := 0
	for _, id := range t.ids[n.aux:][:n.b] {
		at = piece(t, n, id, at, g, func(g, dx []float64) {
			for i := range dx {
				dx[i] += g[i]
			}
		}, t.adjoint)
	}
}

// piece calls f with the parts of whole that argument id takes, from offset or column
// at on, and returns where the next argument starts.
func piece(t *Tape, n *node, id int32, at int, whole []float64, f func(whole, part []float64), of func(*node) []float64) int {
	a := &t.nodes[id]
	part := of(a)
	if n.c == 0 {
		if part != nil {
			f(whole[at:at+a.len()], part)
		}
		return at + a.len()
	}
	w := int(a.cols)
	if part != nil {
		for i := range int(n.rows) {
			j := i*int(n.cols) + at
			f(whole[j:j+w], part[i*w:(i+1)*w])
		}
	}
	return at + w
}
