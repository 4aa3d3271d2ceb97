package ad

// Add returns a + b, broadcast.
func Add(a, b Value) Value { return binary(opAdd, a, b) }

// Sub returns a - b, broadcast.
func Sub(a, b Value) Value { return binary(opSub, a, b) }

// Mul returns the elementwise product a b, broadcast. [MatMul] is the product of
// matrices.
func Mul(a, b Value) Value { return binary(opMul, a, b) }

// Div returns the elementwise quotient a/b, broadcast.
func Div(a, b Value) Value { return binary(opDiv, a, b) }

func addRow(y, a, b []float64, sa, sb int) {
	for i := range y {
		y[i] = a[i*sa] + b[i*sb]
	}
}

func addBack(g, _, _, _, da, db []float64, sa, sb int) {
	if da != nil {
		accumulate(da, g, sa)
	}
	if db != nil {
		accumulate(db, g, sb)
	}
}

func subRow(y, a, b []float64, sa, sb int) {
	for i := range y {
		y[i] = a[i*sa] - b[i*sb]
	}
}

func subBack(g, _, _, _, da, db []float64, sa, sb int) {
	if da != nil {
		accumulate(da, g, sa)
	}
	if db != nil {
		for i, v := range g {
			db[i*sb] -= v
		}
	}
}

func accumulate(d, g []float64, s int) {
	for i, v := range g {
		d[i*s] += v
	}
}

func mulRow(y, a, b []float64, sa, sb int) {
	for i := range y {
		y[i] = a[i*sa] * b[i*sb]
	}
}

func mulBack(g, _, a, b, da, db []float64, sa, sb int) {
	if da != nil {
		for i, v := range g {
			if v != 0 {
				da[i*sa] += v * b[i*sb]
			}
		}
	}
	if db != nil {
		for i, v := range g {
			if v != 0 {
				db[i*sb] += v * a[i*sa]
			}
		}
	}
}

func divRow(y, a, b []float64, sa, sb int) {
	for i := range y {
		y[i] = a[i*sa] / b[i*sb]
	}
}

func divBack(g, y, _, b, da, db []float64, sa, sb int) {
	if da != nil {
		for i, v := range g {
			if v != 0 {
				da[i*sa] += v / b[i*sb]
			}
		}
	}
	if db != nil {
		for i, v := range g {
			if v != 0 {
				db[i*sb] -= v * y[i] / b[i*sb]
			}
		}
	}
}

// scalars is the arithmetic of two scalars without the machinery of rows, which
// costs three times as much.
func scalars(t *Tape, op, ia, ib int32) Value {
	na, nb := &t.nodes[ia], &t.nodes[ib]
	a, b := t.value(na)[0], t.value(nb)[0]
	n, v := t.push(scalarShape, na.adj >= 0 || nb.adj >= 0, scalarsBack)
	n.a, n.b, n.aux = ia, ib, op
	switch op {
	case opAdd:
		v[0] = a + b
	case opSub:
		v[0] = a - b
	case opMul:
		v[0] = a * b
	case opDiv:
		v[0] = a / b
	}
	return t.last()
}

func scalarsBack(t *Tape, n *node) {
	g := t.adj[n.adj]
	if g == 0 {
		return
	}
	na, nb := &t.nodes[n.a], &t.nodes[n.b]
	ga, gb := g, g
	switch n.aux {
	case opSub:
		gb = -g
	case opMul:
		ga, gb = g*t.value(nb)[0], g*t.value(na)[0]
	case opDiv:
		ga = g / t.value(nb)[0]
		gb = -ga * t.val[n.val]
	}
	if na.adj >= 0 {
		t.adj[na.adj] += ga
	}
	if nb.adj >= 0 {
		t.adj[nb.adj] += gb
	}
}

// Neg returns -x.
func Neg(x Value) Value { return affine("Neg", x, -1, 0) }

// Scale returns c x for a constant c.
func Scale(x Value, c float64) Value { return affine("Scale", x, c, 0) }

// Shift returns x + c for a constant c.
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
