package kernel

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// Gram is the matrix K_XX of a kernel at fixed points as a function of the
// kernel's parameters, for whoever evaluates it again and again: a fit, a sampler.
// What depends on the points alone is computed once, and scratch is kept, so that
// nothing is allocated from call to call, however the kernel is composed of those
// of this package. (A kernel of your own costs what its own methods allocate.)
//
// Only the lower triangle is computed, in blocks of rows: a block that begins at
// row lo holds rows [lo, lo+Rows) and columns [0, lo+Rows), of which an element
// (i, j) with j <= i is read or written, and no other.
//
// Calls for different blocks may be made at the same time, each with a number of
// its own for the scratch; [Gram.Set] must not be.
type Gram struct {
	kernel    Kernel
	params    []Param // names and supports
	theta     []float64
	root      gramNode
	points    points
	whiteGrad []float64
	err       error // white noise in a product
	rooms     []room
}

// gramNode is a kernel at the points, with parameters that are set in place.
type gramNode interface {
	// set takes the parameters over, in the order of Params.
	set(theta []float64)
	// cov sets the elements of a block.
	cov(dst block, r *room)
	// grad adds to dst[p] the sum over the elements of w dk/dθ_p; k are the values,
	// which only a node that says so reads.
	grad(dst []float64, w, k block, r *room)
	// readsValues reports whether grad reads k.
	readsValues() bool
	// white returns the variance of the white terms.
	white() float64
}

// points are those of a Gram, row by row and by column.
type points struct {
	x *mat.Dense
	columns
}

// block is rows of a lower triangle.
type block struct {
	lo, hi int // rows
	stride int
	data   []float64
}

// row returns row i up to the diagonal.
func (b block) row(i int) []float64 {
	at := (i - b.lo) * b.stride
	return b.data[at : at+i+1 : at+i+1]
}

// rows returns rows [lo, hi) of b.
func (b block) rows(lo, hi int) block {
	return block{lo, hi, b.stride, b.data[(lo-b.lo)*b.stride:]}
}

// few is how many rows sums and products work on at a time: what they keep of
// their parts then stays in the first-level cache, or near it.
const few = 8

// room is scratch, taken and given back like a stack.
type room struct {
	data []float64
	used int
}

// floats returns n numbers of any value, until r.used is set back.
func (r *room) floats(n int) []float64 {
	if r.used+n > len(r.data) {
		// Those who hold a part of the old storage keep it.
		r.data = make([]float64, 2*(r.used+n))
	}
	s := r.data[r.used : r.used+n : r.used+n]
	r.used += n
	return s
}

// block returns scratch for rows [lo, hi).
func (r *room) block(lo, hi int) block {
	return block{lo, hi, hi, r.floats((hi - lo) * hi)}
}

// NewGram returns the matrix of k at the rows of x, which must stay as they are,
// with the parameters of k.
func NewGram(k Kernel, x *mat.Dense) *Gram {
	g := &Gram{kernel: k, params: Params(k), points: points{x, newColumns(x)}, rooms: make([]room, 1)}
	_, g.whiteGrad, g.err = WhiteVariance(k)
	g.root = newNode(k, g.points)
	g.theta = make([]float64, len(g.params))
	for i, p := range g.params {
		g.theta[i] = p.Value
	}
	if g.err == nil {
		g.root.set(g.theta)
	}
	return g
}

// Fits reports whether k is the kernel of g up to the values of its parameters.
// Of kernels that are not of this package it is never known.
func (g *Gram) Fits(k Kernel) bool { return SameStructure(g.kernel, k) }

// Set sets the parameters, in the order of [Params]. The error is a [*ParamError]
// for the first that is not a finite number inside its support, or names white
// noise inside a product. It panics if the number of parameters differs.
func (g *Gram) Set(theta []float64) error {
	wantParams("Gram", len(theta), len(g.params))
	if g.err != nil {
		return g.err
	}
	for i, v := range theta {
		if p := &g.params[i]; !(v > p.Lower && v < p.Upper) || math.IsInf(v, 0) {
			e := &ParamError{*p}
			e.Param.Value = v
			return e
		}
	}
	copy(g.theta, theta)
	g.root.set(g.theta)
	return nil
}

// Len returns the number of parameters.
func (g *Gram) Len() int { return len(g.params) }

// White returns the variance of the white terms, as [WhiteVariance] does.
func (g *Gram) White() float64 { return g.root.white() }

// WhiteGrad returns the derivative of White to each parameter. It belongs to g.
func (g *Gram) WhiteGrad() []float64 { return g.whiteGrad }

// Grow sees to scratch for n calls at a time, numbered from 0. There is scratch
// for one.
func (g *Gram) Grow(n int) {
	for len(g.rooms) < n {
		g.rooms = append(g.rooms, room{})
	}
}

// Cov sets the block of K_XX that begins at row lo.
func (g *Gram) Cov(dst blas64.General, lo, scratch int) {
	g.root.cov(g.block(dst, lo), g.room(scratch))
}

// ParamGrad adds to dst[p] the sum over the elements (i, j) of the block, j <= i,
// of w_ij dk(x_i, x_j)/dθ_p, where k is the block of K_XX. It panics if the kernel
// has parameters and no [ParamGrader].
func (g *Gram) ParamGrad(dst []float64, w, k blas64.General, lo, scratch int) {
	wantParams("Gram", len(dst), len(g.params))
	if len(dst) > 0 {
		g.root.grad(dst, g.block(w, lo), g.block(k, lo), g.room(scratch))
	}
}

func (g *Gram) room(i int) *room {
	r := &g.rooms[i]
	r.used = 0
	return r
}

func (g *Gram) block(m blas64.General, lo int) block {
	n, _ := g.points.x.Dims()
	if lo < 0 || lo+m.Rows > n || m.Cols < lo+m.Rows {
		panic(fmt.Sprintf("kernel: a block of %d x %d from row %d on, for %d points", m.Rows, m.Cols, lo, n))
	}
	return block{lo, lo + m.Rows, m.Stride, m.Data}
}

// newNode returns k at the points.
func newNode(k Kernel, p points) gramNode {
	if n := newRadialNode(k, p); n != nil {
		return n
	}
	switch t := k.(type) {
	case Sum:
		return newSumNode(t, p)
	case Product:
		return newProductNode(t, p)
	case Scaled:
		return &scaledNode{newNode(t.Kernel, p), t.Factor}
	case Held:
		return newHeldNode(t, p)
	case Active:
		x := t.pick(p.x)
		return newNode(t.Kernel, points{x, newColumns(x)})
	case Periodic:
		return newPeriodicNode(t, p)
	case Cosine:
		return newCosineNode(t, p)
	case Linear:
		return newLinearNode(t, p)
	case Polynomial:
		return newPolynomialNode(t, p)
	case Constant:
		return &constantNode{t.Variance}
	case White:
		return &whiteNode{t.Variance}
	}
	return &otherNode{kernel: k, x: p.x}
}
