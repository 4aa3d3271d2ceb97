package ad

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
