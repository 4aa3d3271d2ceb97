package ad

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Value is a scalar, vector or matrix on a tape. It is a small handle, to be
// passed by value, and valid until the tape is reset.
type Value struct {
	t   *Tape
	id  int32
	run uint32
}

// in returns the node of x, as an argument of op.
func (x Value) in(op string) *node {
	if x.t == nil || x.run != x.t.run {
		x.stale(op)
	}
	return &x.t.nodes[x.id]
}

func (x Value) stale(op string) {
	if x.t == nil {
		panic("ad: " + op + ": zero Value")
	}
	panic("ad: " + op + ": value of a run before the tape was reset")
}

// pair returns the nodes of the two arguments of op.
func pair(op string, x, y Value) (t *Tape, a, b *node) {
	a, b = x.in(op), y.in(op)
	if x.t != y.t {
		panic("ad: " + op + ": values of two tapes")
	}
	return x.t, a, b
}

// Tape returns the tape that x is on.
func (x Value) Tape() *Tape { return x.t }

// Rank returns 0 for a scalar, 1 for a vector, 2 for a matrix.
func (x Value) Rank() int { return int(x.in("Rank").rank) }

// Dims returns the numbers of rows and columns; a vector is one row, a scalar
// one row of one column.
func (x Value) Dims() (rows, cols int) {
	n := x.in("Dims")
	return int(n.rows), int(n.cols)
}

// Len returns the number of elements.
func (x Value) Len() int { return x.in("Len").len() }

// IsConst reports whether x depends on no variable.
func (x Value) IsConst() bool { return x.in("IsConst").adj < 0 }

// Float returns the number that a value of one element is.
func (x Value) Float() float64 {
	n := x.in("Float")
	if n.len() != 1 {
		panic(fmt.Sprintf("ad: Float: value is %v, want one element", n.shape))
	}
	return x.t.value(n)[0]
}

// Data returns the elements of x, row by row. They belong to the tape, are read
// only, and are overwritten after the tape is reset.
func (x Value) Data() []float64 { return x.t.value(x.in("Data")) }

// Dense returns a copy of x as a matrix; a vector is one row.
func (x Value) Dense() *mat.Dense {
	n := x.in("Dense")
	if n.len() == 0 {
		return new(mat.Dense)
	}
	return mat.NewDense(int(n.rows), int(n.cols), append([]float64(nil), x.t.value(n)...))
}

// Grad returns the derivative of the value that Backward was last called with
// to the variable x, element by element in the shape of x. It belongs to the
// tape, and is overwritten by the next Backward or run. Grad panics if x is not
// a variable, made by [Tape.Scalar], [Tape.Vector] or [Tape.Matrix], or if
// Backward has not been called since it was made.
func (x Value) Grad() []float64 {
	n := x.in("Grad")
	if !n.variable {
		panic("ad: Grad: value is not a variable")
	}
	if !x.t.swept || n.adj+n.len() > len(x.t.adj) {
		panic("ad: Grad: no Backward since the variable was made")
	}
	return x.t.adjoint(n)
}

// String describes x by its shape and elements.
func (x Value) String() string {
	if x.t == nil || x.run != x.t.run {
		return "ad.Value(invalid)"
	}
	n := x.in("String")
	return fmt.Sprintf("%v%v", n.shape, x.t.value(n))
}
