package ad

import "math"

// Pow returns a^b, broadcast, with derivatives b a^(b-1) to a and a^b log a to
// b; the latter is 0 where a^b is 0, and NaN for negative a. A fixed exponent is
// the business of [PowConst], or of [Pow] with a constant.
func Pow(a, b Value) Value { return binary(opPow, a, b) }

func powSlopes(a, b, y float64) (da, db float64) {
	if b != 0 {
		da = b * math.Pow(a, b-1)
	}
	if y != 0 {
		db = y * math.Log(a)
	}
	return da, db
}

// PowConst returns x^p for a fixed number p, with derivative p x^(p-1).
func PowConst(x Value, p float64) Value {
	nx := x.in("PowConst")
	t := x.t
	xs := t.value(nx)
	n, y := t.push(nx.shape, nx.adj >= 0, powConstBack)
	n.a, n.c = x.id, p
	for i, v := range xs {
		y[i] = math.Pow(v, p)
	}
	return t.last()
}

func powConstBack(t *Tape, n *node) {
	nx := &t.nodes[n.a]
	x, dx := t.value(nx), t.adjoint(nx)
	for i, g := range t.adjoint(n) {
		if g != 0 && n.c != 0 {
			dx[i] += g * n.c * math.Pow(x[i], n.c-1)
		}
	}
}
