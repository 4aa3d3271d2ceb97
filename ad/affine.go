package ad

// Neg returns -x.
func Neg(x Value) Value { return affine("Neg", x, -1, 0) }

// Scale returns c x for a fixed number c.
func Scale(x Value, c float64) Value { return affine("Scale", x, c, 0) }

// Shift returns x + c for a fixed number c.
func Shift(x Value, c float64) Value { return affine("Shift", x, 1, c) }

// affine is c x + b.
func affine(op string, x Value, c, b float64) Value {
	nx := x.in(op)
	t := x.t
	xs := t.value(nx)
	n, y := t.push(nx.shape, nx.adj >= 0, affineBack)
	n.a, n.c = x.id, c
	for i, v := range xs {
		y[i] = c*v + b
	}
	return t.last()
}

func affineBack(t *Tape, n *node) {
	dx := t.adjoint(&t.nodes[n.a])
	for i, g := range t.adjoint(n) {
		if g != 0 {
			dx[i] += g * n.c
		}
	}
}
