package ad

import (
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// Scalar returns a variable of rank 0.
func (t *Tape) Scalar(x float64) Value {
	t.variable(scalarShape)[0] = x
	return t.last()
}

// Vector returns a variable of rank 1. x is copied.
func (t *Tape) Vector(x []float64) Value {
	copy(t.variable(vectorShape(len(x))), x)
	return t.last()
}

// Matrix returns a variable of rank 2. x is copied.
func (t *Tape) Matrix(x *mat.Dense) Value {
	m := x.RawMatrix()
	pack(t.variable(matrixShape(m.Rows, m.Cols)), m)
	return t.last()
}

func (t *Tape) variable(s shape) []float64 {
	n, v := t.push(s, true, nil)
	n.variable = true
	return v
}

// Const returns a constant of rank 0.
func (t *Tape) Const(x float64) Value {
	_, v := t.push(scalarShape, false, nil)
	v[0] = x
	return t.last()
}

// ConstVector returns a constant of rank 1. x is not copied: it must stay as it
// is until the tape is reset.
func (t *Tape) ConstVector(x []float64) Value {
	t.refer(vectorShape(len(x)), x)
	return t.last()
}

// ConstMatrix returns a constant of rank 2. x is not copied, unless it is a view
// with a stride: it must stay as it is until the tape is reset.
func (t *Tape) ConstMatrix(x *mat.Dense) Value {
	m := x.RawMatrix()
	s := matrixShape(m.Rows, m.Cols)
	if m.Stride == m.Cols || m.Rows <= 1 {
		t.refer(s, m.Data[:s.len()])
		return t.last()
	}
	_, v := t.push(s, false, nil)
	pack(v, m)
	return t.last()
}

func (t *Tape) refer(s shape, x []float64) {
	n := t.append(s)
	n.val = ^len(t.ext)
	t.ext = append(t.ext, x)
}

// pack copies the rows of m to dst without a stride.
func pack(dst []float64, m blas64.General) {
	for i := range m.Rows {
		copy(dst[i*m.Cols:(i+1)*m.Cols], m.Data[i*m.Stride:])
	}
}

// StopGradient returns x as a constant: nothing flows back through it.
func StopGradient(x Value) Value {
	n := x.in("StopGradient")
	v := x.t.alias(n, n.shape, 0)
	x.t.nodes[v.id].adj = -1
	return v
}
