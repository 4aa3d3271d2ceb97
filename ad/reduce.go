package ad

import (
	"fmt"

	"gonum.org/v1/gonum/floats"
)

// Sum returns the sum of all elements, a scalar.
func Sum(x Value) Value { return reduce("Sum", x, 1) }

// Mean returns the mean of all elements, a scalar; NaN if there is none.
func Mean(x Value) Value { return reduce("Mean", x, 1/float64(x.in("Mean").len())) }

// reduce is c times the sum.
func reduce(op string, x Value, c float64) Value {
	nx := x.in(op)
	t := x.t
	xs := t.value(nx)
	n, y := t.push(scalarShape, nx.adj >= 0, reduceBack)
	n.a, n.c = x.id, c
	y[0] = c * floats.Sum(xs)
	return t.last()
}

func reduceBack(t *Tape, n *node) {
	g := n.c * t.adjoint(n)[0]
	dx := t.adjoint(&t.nodes[n.a])
	for i := range dx {
		dx[i] += g
	}
}

// line says which elements a reduction along an axis takes together: element k
// of the result is of the n elements from k outer on, inner apart.
type line struct {
	out             shape
	n, outer, inner int
}

func along(op string, s shape, axis int) line {
	r, c := int(s.rows), int(s.cols)
	switch {
	case s.rank == 1 && axis == 0:
		return line{out: scalarShape, n: c, inner: 1}
	case s.rank == 2 && axis == 0:
		return line{out: vectorShape(c), n: r, outer: 1, inner: c}
	case s.rank == 2 && axis == 1:
		return line{out: vectorShape(r), n: c, outer: c, inner: 1}
	}
	panic(fmt.Sprintf("ad: %s: value is %v and has no axis %d", op, s, axis))
}

// SumAxis returns the sum along one axis, which the result lacks: over the rows
// (axis 0) or the columns (axis 1) of a matrix, or over a vector (axis 0).
func SumAxis(x Value, axis int) Value { return reduceAxis("SumAxis", x, axis, false) }

// MeanAxis is [SumAxis] for the mean.
func MeanAxis(x Value, axis int) Value { return reduceAxis("MeanAxis", x, axis, true) }

func reduceAxis(op string, x Value, axis int, mean bool) Value {
	nx := x.in(op)
	t := x.t
	l := along(op, nx.shape, axis)
	c := 1.0
	if mean {
		c /= float64(l.n)
	}
	xs := t.value(nx)
	n, y := t.push(l.out, nx.adj >= 0, reduceAxisBack)
	n.a, n.c, n.aux = x.id, c, int32(axis)
	clear(y)
	if l.inner == 1 {
		for k := range y {
			y[k] = floats.Sum(xs[k*l.outer : k*l.outer+l.n])
		}
	} else {
		for i := range l.n {
			floats.Add(y, xs[i*l.inner:(i+1)*l.inner])
		}
	}
	floats.Scale(c, y)
	return t.last()
}

func reduceAxisBack(t *Tape, n *node) {
	nx := &t.nodes[n.a]
	dx, g := t.adjoint(nx), t.adjoint(n)
	l := along("", nx.shape, int(n.aux))
	for i := range l.n {
		for k, v := range g {
			dx[k*l.outer+i*l.inner] += n.c * v
		}
	}
}
