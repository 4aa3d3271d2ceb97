package ad

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// Sum returns the sum of all elements, a scalar.
func Sum(x Value) Value { return reduce("Sum", x, 1) }

// Mean returns the mean of all elements, a scalar; NaN if there are none.
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

// line is a reduction along an axis: element k of the result is that of the n elements
// from offset k outer on, inner apart.
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

// SumAxis returns the sum along one axis, which it removes: over the rows (axis 0) or
// the columns (axis 1) of a matrix, or over a vector (axis 0).
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

// LogSumExp returns log sum_i e^(x_i) over all elements, a scalar, without overflow.
// Its derivative is the softmax of x. If all elements are -Inf, or there are none, it
// is -Inf with derivative zero.
func LogSumExp(x Value) Value {
	nx := x.in("LogSumExp")
	t := x.t
	xs := t.value(nx)
	n, _ := t.push(scalarShape, nx.adj >= 0, logSumExpBack)
	n.a, n.aux = x.id, -1
	t.logSumExp(n, xs, line{n: len(xs), inner: 1})
	return t.last()
}

// LogSumExpAxis is [LogSumExp] along one axis, which it removes: over the rows (axis 0)
// or the columns (axis 1) of a matrix, or over a vector (axis 0).
func LogSumExpAxis(x Value, axis int) Value {
	nx := x.in("LogSumExpAxis")
	t := x.t
	l := along("LogSumExpAxis", nx.shape, axis)
	xs := t.value(nx)
	n, _ := t.push(l.out, nx.adj >= 0, logSumExpBack)
	n.a, n.aux = x.id, int32(axis)
	t.logSumExp(n, xs, l)
	return t.last()
}

// logSumExp sets the value y of n, and stores the largest element and the sum of each
// line after it: the derivative as e^(x-y) would lose as many digits as y has before
// its point.
func (t *Tape) logSumExp(n *node, x []float64, l line) {
	stored := t.store(2 * n.len())
	for k := range n.len() {
		top, sum := maxAndSum(x, k*l.outer, l.inner, l.n)
		stored[2*k], stored[2*k+1] = top, sum
		t.val[n.val+k] = top + math.Log(sum)
	}
}

// maxAndSum returns the largest, v, of the n elements of x from lo on, s apart, and
// sum_i e^(x_i - v), or 1 if v is NaN or infinite.
func maxAndSum(x []float64, lo, s, n int) (top, sum float64) {
	top = math.Inf(-1)
	for i := range n {
		v := x[lo+i*s]
		if v > top || v != v {
			top = v
		}
	}
	// All are -Inf, or one is +Inf or NaN: the differences below would be NaN.
	if math.IsInf(top, 0) || top != top {
		return top, 1
	}
	for i := range n {
		sum += math.Exp(x[lo+i*s] - top)
	}
	return top, sum
}

func logSumExpBack(t *Tape, n *node) {
	nx := &t.nodes[n.a]
	x, dx := t.value(nx), t.adjoint(nx)
	l := line{n: len(x), inner: 1}
	if n.aux >= 0 {
		l = along("", nx.shape, int(n.aux))
	}
	stored := t.val[n.val+n.len():]
	for k, g := range t.adjoint(n) {
		top, sum := stored[2*k], stored[2*k+1]
		if g == 0 || math.IsInf(top, -1) {
			continue
		}
		for i := range l.n {
			j := k*l.outer + i*l.inner
			dx[j] += g * math.Exp(x[j]-top) / sum
		}
	}
}

// LogAddExp returns log(e^a + e^b) element by element, broadcast, without overflow; the
// derivative is zero where both are -Inf.
func LogAddExp(a, b Value) Value { return binary(opLogAddExp, a, b) }

func logAddExp(a, b float64) float64 {
	if a == b {
		return a + math.Ln2 // infinities too
	}
	return max(a, b) + math.Log1p(math.Exp(-math.Abs(a-b)))
}

func logAddExpSlopes(a, b, y float64) (da, db float64) {
	if math.IsInf(y, -1) {
		return 0, 0
	}
	return logistic(a - b), logistic(b - a)
}

// Dot returns sum_i a_i b_i of two values of the same shape, a scalar.
func Dot(a, b Value) Value {
	t, na, nb := pair("Dot", a, b)
	if na.shape != nb.shape {
		panic(fmt.Sprintf("ad: Dot: shapes %v and %v differ", na.shape, nb.shape))
	}
	as, bs := t.value(na), t.value(nb)
	n, y := t.push(scalarShape, na.adj >= 0 || nb.adj >= 0, dotBack)
	n.a, n.b = a.id, b.id
	y[0] = blas64.Dot(vectorOf(as), vectorOf(bs))
	return t.last()
}

func dotBack(t *Tape, n *node) {
	g := t.adjoint(n)[0]
	if g == 0 {
		return
	}
	na, nb := &t.nodes[n.a], &t.nodes[n.b]
	if da := t.adjoint(na); da != nil {
		blas64.Axpy(g, vectorOf(t.value(nb)), vectorOf(da))
	}
	if db := t.adjoint(nb); db != nil {
		blas64.Axpy(g, vectorOf(t.value(na)), vectorOf(db))
	}
}
