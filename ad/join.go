package ad

import "fmt"

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

// join writes xs one after the other, or side by side: row by row.
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

// piece calls f with the parts of the whole that argument id is, from offset or
// column at on, and returns where the next argument starts.
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
