package ad

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// VJP is the vector-Jacobian product of an operation y = f(x_0, x_1, ...): it adds to
// each dx[k] that of dy,
//
//	dx[k][j] += sum_i dy[i] d y[i] / d x[k][j]
//
// Matrices are row by row. dx[k] is nil if input k is a constant. Two elements of dx
// are the same slice if one value is two inputs, hence the sum. A VJP must not write to
// x, y and dy, and must not retain a slice.
type VJP func(dx [][]float64, dy []float64, x [][]float64, y []float64)

// CustomScalar returns an operation of rank 0 with the given value and derivative. It
// allocates nothing from run to run if the VJP is made once, and not as a closure in
// the program.
func CustomScalar(y float64, back VJP, inputs ...Value) Value {
	custom("CustomScalar", scalarShape, back, inputs)[0] = y
	return inputs[0].t.last()
}

// CustomVector is [CustomScalar] for a vector. y is copied.
func CustomVector(y []float64, back VJP, inputs ...Value) Value {
	copy(custom("CustomVector", vectorShape(len(y)), back, inputs), y)
	return inputs[0].t.last()
}

// CustomMatrix is [CustomScalar] for a matrix. y is copied.
func CustomMatrix(y *mat.Dense, back VJP, inputs ...Value) Value {
	m := y.RawMatrix()
	pack(custom("CustomMatrix", matrixShape(m.Rows, m.Cols), back, inputs), m)
	return inputs[0].t.last()
}

func custom(op string, s shape, back VJP, inputs []Value) []float64 {
	if back == nil {
		panic("ad: " + op + ": no VJP")
	}
	t, active := record(op, inputs)
	n, y := t.push(s, active, customBack)
	n.aux, n.b = int32(len(t.ids)-len(inputs)), int32(len(inputs))
	n.a = int32(len(t.rules))
	t.rules = append(t.rules, back)
	return y
}

func customBack(t *Tape, n *node) {
	t.xs, t.dxs = t.xs[:0], t.dxs[:0]
	for _, id := range t.ids[n.aux:][:n.b] {
		a := &t.nodes[id]
		t.xs = append(t.xs, t.value(a))
		t.dxs = append(t.dxs, t.adjoint(a))
	}
	t.rules[n.a](t.dxs, t.adjoint(n), t.xs, t.value(n))
}

// WithGradient returns an operation of rank 0 with the given value and gradient:
// grads[k] is the derivative of y to input k, row by row, or nil for zero. The
// gradients are copied. It is for functions that compute both at once, such as a
// density or an evidence.
func WithGradient(y float64, grads [][]float64, inputs ...Value) Value {
	if len(grads) != len(inputs) {
		panic(fmt.Sprintf("ad: WithGradient: %d gradients for %d inputs", len(grads), len(inputs)))
	}
	t, active := record("WithGradient", inputs)
	for k, x := range inputs {
		if n := &t.nodes[x.id]; grads[k] != nil && len(grads[k]) != n.len() {
			panic(fmt.Sprintf("ad: WithGradient: gradient %d has %d elements, input is %v", k, len(grads[k]), n.shape))
		}
	}
	n, v := t.push(scalarShape, active, withGradientBack)
	v[0] = y
	n.aux, n.b = int32(len(t.ids)-len(inputs)), int32(len(inputs))
	if !active {
		return t.last()
	}
	for k, x := range inputs {
		// After y, for all inputs that are not constants.
		if a := &t.nodes[x.id]; a.adj >= 0 {
			g := t.store(a.len())
			if grads[k] == nil {
				clear(g)
			} else {
				copy(g, grads[k])
			}
		}
	}
	return t.last()
}

func withGradientBack(t *Tape, n *node) {
	dy := t.adjoint(n)[0]
	if dy == 0 {
		return
	}
	at := n.val + 1
	for _, id := range t.ids[n.aux:][:n.b] {
		dx := t.adjoint(&t.nodes[id])
		for i, g := range t.val[at : at+len(dx)] {
			dx[i] += dy * g
		}
		at += len(dx)
	}
}

// record records the inputs of an operation, and reports whether one of them is not a
// constant.
func record(op string, inputs []Value) (t *Tape, active bool) {
	if len(inputs) == 0 {
		panic("ad: " + op + ": no inputs")
	}
	t = inputs[0].t
	for _, x := range inputs {
		_, _, n := pair(op, inputs[0], x)
		active = active || n.adj >= 0
	}
	t.ids = slices.Grow(t.ids, len(inputs))
	for _, x := range inputs {
		t.ids = append(t.ids, x.id)
	}
	return t, active
}
