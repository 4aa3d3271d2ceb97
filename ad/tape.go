package ad

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// Tape records a program and runs it backwards. The zero Tape is ready to use.
// A tape belongs to one goroutine at a time.
type Tape struct {
	run   uint32 // counts resets, to recognise values of an earlier run
	nodes []node
	val   []float64 // values of the nodes, and numbers for their derivatives
	adj   []float64 // adjoints of the nodes that have one, valid after a sweep
	size  int       // the length that adj has to have
	ext   [][]float64
	ints  []int
	bools []bool
	ids   []int32
	rules []VJP
	swept bool
	err   error

	work    []float64 // scratch of one operation
	used    int
	headers [3]mat.Dense // headers for linalg: new ones would be on the heap
	xs, dxs [][]float64  // arguments of a VJP
	one     [1]float64
}

// node is one operation. It has offsets in place of slices: these stay valid when an
// arena grows, and a node fits a cache line.
type node struct {
	back func(t *Tape, n *node) // nil: no derivative
	val  int                    // offset in Tape.val, or ^index in Tape.ext
	adj  int                    // offset in Tape.adj, or -1 for a constant
	a, b int32                  // arguments
	aux  int32                  // rule, or offset in another arena
	shape
	variable bool
	c        float64
}

// NewTape returns an empty tape.
func NewTape() *Tape { return new(Tape) }

// Reset clears the tape for another run, which reuses its memory. The values of the
// run before are invalid: using one panics, and slices that [Value.Data] or
// [Value.Grad] returned will be overwritten.
func (t *Tape) Reset() {
	t.run++
	t.nodes = t.nodes[:0]
	t.val = t.val[:0]
	t.size = 0
	clear(t.ext)
	t.ext = t.ext[:0]
	t.ints = t.ints[:0]
	t.bools = t.bools[:0]
	t.ids = t.ids[:0]
	clear(t.rules)
	t.rules = t.rules[:0]
	t.swept = false
	t.err = nil
	t.release() // in case an operation panicked before it did
}

// Len returns the number of values on the tape.
func (t *Tape) Len() int { return len(t.nodes) }

// Err returns the first failure of this run, or nil: the
// *[linalg.NotPositiveDefinite] of a [Cholesky]. What depends on it is NaN.
func (t *Tape) Err() error { return t.err }

func (t *Tape) fail(err error) {
	if t.err == nil {
		t.err = err
	}
}

// Backward computes the derivative of f, a value of one element, to every variable on
// the tape. It may be called again, for another f or after more of the program; each
// call starts from zero.
func (t *Tape) Backward(f Value) {
	n := f.in("Backward")
	if n.len() != 1 {
		panic(fmt.Sprintf("ad: Backward: value is %v, want one element", n.shape))
	}
	t.one[0] = 1
	t.sweep(f, t.one[:])
}

// BackwardFrom computes sum_i dy_i d y_i / d v for every variable v: the
// vector-Jacobian product of y with dy, which has as many elements as y.
func (t *Tape) BackwardFrom(y Value, dy []float64) {
	n := y.in("BackwardFrom")
	if n.len() != len(dy) {
		panic(fmt.Sprintf("ad: BackwardFrom: value is %v and dy has %d elements", n.shape, len(dy)))
	}
	t.sweep(y, dy)
}

func (t *Tape) sweep(f Value, seed []float64) {
	if f.t != t {
		panic("ad: Backward: value of another tape")
	}
	if cap(t.adj) < t.size {
		t.adj = make([]float64, t.size, max(t.size, cap(t.val)))
	}
	t.adj = t.adj[:t.size]
	clear(t.adj)
	t.swept = true
	if df := t.adjoint(&t.nodes[f.id]); df != nil {
		copy(df, seed)
	} else {
		return
	}
	for i := int(f.id); i >= 0; i-- {
		if n := &t.nodes[i]; n.back != nil {
			n.back(t, n)
		}
	}
}

// push records an operation and returns it with the storage of its value, all of which
// the caller has to set. The pointer is valid until the next push.
func (t *Tape) push(s shape, active bool, back func(*Tape, *node)) (*node, []float64) {
	n := t.append(s)
	size := s.len()
	n.val = len(t.val)
	v := t.store(size)
	if active {
		n.back = back
		n.adj = t.size
		t.size += size
	}
	return n, v
}

// append adds a constant node without storage.
func (t *Tape) append(s shape) *node {
	if len(t.nodes) >= math.MaxInt32 {
		panic("ad: the tape is full at 2^31 - 1 values: is a Reset missing?")
	}
	if len(t.nodes) < cap(t.nodes) {
		t.nodes = t.nodes[:len(t.nodes)+1]
	} else {
		t.nodes = append(t.nodes, node{})
	}
	n := &t.nodes[len(t.nodes)-1]
	*n = node{shape: s, adj: -1}
	return n
}

// store returns storage for n more numbers at the end of the values.
func (t *Tape) store(n int) []float64 {
	i := len(t.val)
	if i+n > cap(t.val) {
		t.val = slices.Grow(t.val, max(n, i))
	}
	t.val = t.val[:i+n]
	return t.val[i : i+n : i+n]
}

// last returns the handle of the node pushed last.
func (t *Tape) last() Value {
	return Value{t: t, id: int32(len(t.nodes) - 1), run: t.run}
}

// alias returns a value of shape s that shares the elements of n from offset i on, and
// their adjoints.
func (t *Tape) alias(n *node, s shape, i int) Value {
	from := *n
	v := t.append(s)
	switch {
	case from.val < 0:
		v.val = ^len(t.ext)
		t.ext = append(t.ext, t.ext[^from.val][i:i+s.len()])
	default:
		v.val = from.val + i
	}
	if from.adj >= 0 {
		v.adj = from.adj + i
	}
	return t.last()
}

// value returns the elements of n, read only.
func (t *Tape) value(n *node) []float64 {
	if n.val < 0 {
		return t.ext[^n.val]
	}
	return t.val[n.val : n.val+n.len()]
}

// adjoint returns the adjoint of n, or nil if n is a constant.
func (t *Tape) adjoint(n *node) []float64 {
	if n.adj < 0 {
		return nil
	}
	return t.adj[n.adj : n.adj+n.len()]
}

// scratch returns storage for n numbers, which are not set. It is valid until the
// operation calls release.
func (t *Tape) scratch(n int) []float64 {
	if t.used+n > len(t.work) {
		t.work = make([]float64, max(2*len(t.work), t.used+n))
	}
	s := t.work[t.used : t.used+n : t.used+n]
	t.used += n
	return s
}

func (t *Tape) release() { t.used = 0 }

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

// ConstVector returns a constant of rank 1. x is not copied: it must not change until
// the tape is reset.
func (t *Tape) ConstVector(x []float64) Value {
	t.refer(vectorShape(len(x)), x)
	return t.last()
}

// ConstMatrix returns a constant of rank 2. x is not copied, unless it is a view with a
// stride: it must not change until the tape is reset.
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

// StopGradient returns x as a constant, with derivative zero.
func StopGradient(x Value) Value {
	n := x.in("StopGradient")
	v := x.t.alias(n, n.shape, 0)
	x.t.nodes[v.id].adj = -1
	return v
}

// Gradient returns a function that computes the value and the gradient of a program
// over a vector, on a tape that it reuses: from the second call on it allocates
// nothing. f returns a value of one element on t. The function sets grad, of the length
// of x, unless it is nil, and returns the value; after a failure ([Tape.Err]) both are
// NaN. It is for one goroutine at a time.
func Gradient(f func(t *Tape, x Value) Value) func(grad, x []float64) float64 {
	t := NewTape()
	return func(grad, x []float64) float64 {
		if grad != nil && len(grad) != len(x) {
			panic("ad: Gradient: grad and x differ in length")
		}
		t.Reset()
		v := t.Vector(x)
		y := f(t, v)
		if y.t != t {
			panic("ad: Gradient: the program returned a value of another tape")
		}
		fx := y.Float()
		if grad != nil {
			t.Backward(y)
			copy(grad, v.Grad())
		}
		if t.err != nil {
			for i := range grad {
				grad[i] = nan
			}
			return nan
		}
		return fx
	}
}
