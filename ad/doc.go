// Package ad is reverse-mode differentiation on a reusable tape: a function of
// scalars, vectors and matrices is written once, as a program over [Value]s, and its
// gradient to all variables costs a few times the function.
//
//	t := ad.NewTape()
//	x := t.Vector([]float64{0, 1})
//	f := ad.Sum(ad.Exp(x))      // f = e^0 + e^1
//	t.Backward(f)
//	g := x.Grad()               // [1 e]
//
// It takes variables ([Tape.Scalar], [Tape.Vector], [Tape.Matrix]) and constants
// ([Tape.Const], [Tape.ConstVector], [Tape.ConstMatrix]), and gives values
// ([Value.Float], [Value.Data]) and gradients ([Value.Grad]). Functions of the
// package make values, methods of a value read it.
//
// # The rule
//
// Each operation y = op(a, b, ...) is recorded on the tape with what its derivative
// needs. With the adjoint dv = df/dv of each value v, Backward sets df = 1 and visits
// the operations in reverse order; each adds its vector-Jacobian product:
//
//	da += (dy/da)' dy,  db += (dy/db)' dy
//
// The order of every sum is fixed, so a program gives the same bits each time on one
// machine. There are first derivatives only: a gradient is numbers, not values on the
// tape.
//
// # Shapes and broadcasting
//
// A value has rank 0 (scalar), 1 (vector) or 2 (matrix, row-major). Elementwise
// operations of two values broadcast as NumPy's do, restricted to these ranks:
// shapes are aligned at their last dimension (a vector meets a matrix as a row),
// missing dimensions count as 1, and a dimension of 1 is repeated to match the other;
// other shapes panic. The adjoint of a repeated element is the sum over its
// repetitions.
//
//	()     with any    -> any         (n)    with (n)    -> (n)
//	(c)    with (r, c) -> (r, c)      (r, 1) with (r, c) -> (r, c)
//	(r, 1) with (c)    -> (r, c)      (1, c) with (r, c) -> (r, c)
//
// # Constants
//
// A value that depends on no variable is a constant: it has no adjoint, and the
// backward pass does no work for it. [StopGradient] makes any value a constant.
// [Reshape] and contiguous slices ([At], [Slice], [Row], [Rows]) share the storage of
// their argument, for value and adjoint, and cost a few ns.
//
// # Where there is no derivative
//
// An elementwise operation passes an adjoint of exactly zero on as zero, even where the
// derivative is infinite or NaN. [Where] therefore protects the branch that was not
// taken. [Abs] has derivative 0 at 0; [Max] and [Min] give half to each of two equal
// arguments; [Clip] has derivative 1 on its closed interval and 0 outside.
//
// # Failures
//
// Shapes that do not fit, values of another tape, and values of a run that was
// reset are mistakes of the programmer and panic with "ad: ...". A matrix that
// is not positive definite is data: its factor is NaN, and so is what depends on it,
// and [Tape.Err] has the pivot (*[linalg.NotPositiveDefinite]).
//
// # Cost
//
// A tape reuses its memory: after [Tape.Reset] a run of the same shapes allocates
// nothing, except that products whose result has four or more blocks of 64 x 64, and
// factors of more than 64 rows, go to [linalg], which allocates goroutines and a few
// kilobytes of bookkeeping, never a matrix. An operation on scalars costs some 20 ns
// forwards and backwards beyond its mathematics. A [Tape] belongs to one goroutine;
// each goroutine needs its own.
package ad
