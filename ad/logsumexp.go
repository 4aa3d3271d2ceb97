package ad

import "math"

// LogSumExp returns log sum_i e^(x_i) over all elements, a scalar, without
// overflow. It is -Inf, and nothing flows back, where all elements are -Inf or
// there is none. Its derivative is the softmax of x.
func LogSumExp(x Value) Value {
	nx := x.in("LogSumExp")
	t := x.t
	xs := t.value(nx)
	n, _ := t.push(scalarShape, nx.adj >= 0, logSumExpBack)
	n.a, n.aux = x.id, -1
	t.logSumExp(n, xs, line{n: len(xs), inner: 1})
	return t.last()
}

// LogSumExpAxis is [LogSumExp] along one axis, which the result lacks: over the
// rows (axis 0) or the columns (axis 1) of a matrix, or over a vector (axis 0).
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

// logSumExp sets the value y of n, and keeps behind it the largest element and
// the sum of each line: in Backward e^(x-y) would lose as many digits as y
// has before its point.
func (t *Tape) logSumExp(n *node, x []float64, l line) {
	kept := t.store(2 * n.len())
	for k := range n.len() {
		top, sum := topAndSum(x, k*l.outer, l.inner, l.n)
		kept[2*k], kept[2*k+1] = top, sum
		t.val[n.val+k] = top + math.Log(sum)
	}
}

// topAndSum returns the largest, v, of the n elements of x from lo on, s apart,
// and sum_i e^(x_i - v); 1 where v is no number.
func topAndSum(x []float64, lo, s, n int) (top, sum float64) {
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
	kept := t.val[n.val+n.len():]
	for k, g := range t.adjoint(n) {
		top, sum := kept[2*k], kept[2*k+1]
		if g == 0 || math.IsInf(top, -1) {
			continue
		}
		for i := range l.n {
			j := k*l.outer + i*l.inner
			dx[j] += g * math.Exp(x[j]-top) / sum
		}
	}
}

// LogAddExp returns log(e^a + e^b) element by element, broadcast, without
// overflow; nothing flows back where both are -Inf.
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
