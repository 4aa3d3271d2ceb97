package ad

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Tape records a program and runs it backwards. The zero Tape is ready to use.
// A tape belongs to one goroutine at a time.
type Tape struct {
	run   uint32 // counts resets, so that values of an earlier run are known
	nodes []node
	val   []float64 // values of the nodes, and numbers that they keep
	adj   []float64 // adjoints of the nodes that have one, valid after a sweep
	size  int       // how long adj has to be
	ext   [][]float64
	ints  []int
	bools []bool
	ids   []int32
	rules []VJP
	swept bool
	err   error

	work    []float64 // scratch of one operation
	used    int
	head    [3]mat.Dense // headers for linalg: new ones would be on the heap
	xs, dxs [][]float64  // arguments of a VJP
	one     [1]float64
}

// node is one operation. It holds no slices: offsets stay right when an arena
// grows, and a node stays within a cache line.
type node struct {
	back func(t *Tape, n *node) // nil: nothing flows back through this node
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

// Reset forgets the program, keeps the memory, and makes the values of the run
// invalid: using one panics, and slices that [Value.Data] or [Value.Grad]
// returned will be overwritten.
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
	t.release() // a panic may have come between
}

// Len returns the number of values on the tape.
func (t *Tape) Len() int { return len(t.nodes) }

// Err returns what went wrong first in this run, or nil: the
// *[linalg.NotPositiveDefinite] of a [Cholesky]. What depends on the failure is
// NaN.
func (t *Tape) Err() error { return t.err }

func (t *Tape) fail(err error) {
	if t.err == nil {
		t.err = err
	}
}

// Backward computes the derivative of f, a value of one element, to every
// variable on the tape. It may be called again, for another f or after more of
// the program; each call starts anew.
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

// push writes an operation on the tape and returns it with the storage of its
// value, all of which the caller has to set. The pointer is valid until the next
// push.
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

// store returns room for n more numbers at the end of the values.
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

// alias returns a value that is the elements of n from offset i on, in shape s,
// and shares their storage. What flows back to it has thereby reached n.
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

// value returns the elements of n, to be read.
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

// scratch returns room for n numbers of any value, until the operation that
// asks for it calls release.
func (t *Tape) scratch(n int) []float64 {
	if t.used+n > len(t.work) {
		t.work = make([]float64, max(2*len(t.work), t.used+n))
	}
	s := t.work[t.used : t.used+n : t.used+n]
	t.used += n
	return s
}

func (t *Tape) release() { t.used = 0 }
