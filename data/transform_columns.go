package data

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Columns holds a transform a column of a matrix; nil leaves a column as it is.
// Its methods set dst, which may be the matrix that they read and is allocated
// when nil, and return it. They panic if shapes do not match.
type Columns []Transform

// DomainError reports a value that a transform does not take, such as the
// logarithm of a negative number.
type DomainError struct {
	Row, Column int // in the matrix, from 0
	Value       float64
	Transform   Transform
}

func (e *DomainError) Error() string {
	return fmt.Sprintf("row %d, column %d: %v is outside the domain of %T", e.Row+1, e.Column+1, e.Value, e.Transform)
}

// Apply sets dst[i][j] = T_j(x[i][j]). If one is not finite it stops there and
// returns a [*DomainError].
func (c Columns) Apply(dst, x *mat.Dense) (*mat.Dense, error) {
	dst, n := c.shape(dst, x)
	for i := range n {
		out, in := dst.RawRowView(i), x.RawRowView(i)
		for j, t := range c {
			v := in[j]
			if out[j] = v; t == nil {
				continue
			}
			if out[j] = t.Apply(v); !finite(out[j]) {
				return nil, &DomainError{Row: i, Column: j, Value: v, Transform: t}
			}
		}
	}
	return dst, nil
}

// Inverse sets dst[i][j] = T_j⁻¹(y[i][j]).
func (c Columns) Inverse(dst, y *mat.Dense) *mat.Dense {
	dst, n := c.shape(dst, y)
	for i := range n {
		out, in := dst.RawRowView(i), y.RawRowView(i)
		for j, t := range c {
			if out[j] = in[j]; t != nil {
				out[j] = t.Inverse(in[j])
			}
		}
	}
	return dst
}

// Grad turns gradients by the transformed inputs into gradients by the inputs x,
// by the chain rule: dst[i][j] = g[i][j] T_j'(x[i][j]). Row i of g is the
// gradient of a function at T(x_i).
func (c Columns) Grad(dst, g, x *mat.Dense) *mat.Dense {
	dst, n := c.shape(dst, g)
	c.shape(dst, x)
	for i := range n {
		out, in, at := dst.RawRowView(i), g.RawRowView(i), x.RawRowView(i)
		for j, t := range c {
			v := in[j]
			if t != nil {
				v *= t.Deriv(at[j])
			}
			out[j] = v
		}
	}
	return dst
}

func (c Columns) shape(dst, x *mat.Dense) (*mat.Dense, int) {
	n, d := x.Dims()
	if d != len(c) {
		panic(fmt.Sprintf("data: %d transforms for a %d x %d matrix", len(c), n, d))
	}
	return into(dst, n, d), n
}

// into returns dst, or a new matrix if it is nil, and checks its shape.
func into(dst *mat.Dense, n, d int) *mat.Dense {
	if dst == nil {
		return mat.NewDense(n, d, nil)
	}
	if r, c := dst.Dims(); r != n || c != d {
		panic(fmt.Sprintf("data: destination is %d x %d, want %d x %d", r, c, n, d))
	}
	return dst
}
