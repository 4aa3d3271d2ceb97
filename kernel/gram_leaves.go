package kernel

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
)

// scaledNode is a kernel times a fixed factor.
type scaledNode struct {
	gramNode
	factor float64
}

func (n *scaledNode) white() float64    { return n.factor * n.gramNode.white() }
func (n *scaledNode) readsValues() bool { return false }

func (n *scaledNode) cov(dst block, r *room) {
	n.gramNode.cov(dst, r)
	for i := dst.lo; i < dst.hi; i++ {
		asm.Scale(dst.row(i), n.factor, dst.row(i))
	}
}

func (n *scaledNode) grad(dst []float64, w, _ block, r *room) {
	used := r.used
	for lo := w.lo; lo < w.hi; lo += few {
		r.used = used
		hi := min(lo+few, w.hi)
		weights, values := r.block(lo, hi), r.block(lo, hi)
		for i := lo; i < hi; i++ {
			asm.Scale(weights.row(i), n.factor, w.row(i))
		}
		if n.gramNode.readsValues() {
			n.gramNode.cov(values, r)
		}
		n.gramNode.grad(dst, weights, values, r)
	}
	r.used = used
}

// heldNode is a kernel some of whose parameters stay.
type heldNode struct {
	gramNode
	all  []float64
	free []int
}

func newHeldNode(k Held, p points) gramNode {
	return &heldNode{newNode(k.kernel, p), AppendValues(nil, k.kernel), k.free}
}

func (n *heldNode) set(theta []float64) {
	for i, f := range n.free {
		n.all[f] = theta[i]
	}
	n.gramNode.set(n.all)
}

func (n *heldNode) grad(dst []float64, w, k block, r *room) {
	used := r.used
	all := r.floats(len(n.all))
	clear(all)
	n.gramNode.grad(all, w, k, r)
	for i, f := range n.free {
		dst[i] += all[f]
	}
	r.used = used
}

// constantNode is a Constant.
type constantNode struct{ variance float64 }

func (n *constantNode) set(theta []float64)    { n.variance = theta[0] }
func (n *constantNode) cov(dst block, _ *room) { dst.fill(n.variance) }
func (n *constantNode) readsValues() bool      { return false }
func (n *constantNode) white() float64         { return 0 }

func (n *constantNode) grad(dst []float64, w, _ block, _ *room) {
	for i := w.lo; i < w.hi; i++ {
		for _, v := range w.row(i) {
			dst[0] += v
		}
	}
}

// whiteNode is a White: noise, of which the covariance of f has nothing.
type whiteNode struct{ variance float64 }

func (n *whiteNode) set(theta []float64)                 { n.variance = theta[0] }
func (n *whiteNode) cov(dst block, _ *room)              { dst.fill(0) }
func (n *whiteNode) readsValues() bool                   { return false }
func (n *whiteNode) white() float64                      { return n.variance }
func (n *whiteNode) grad([]float64, block, block, *room) {}

// periodicNode is a Periodic. As both points of a pair are among the same, the
// sines and cosines of all are those of the rows too; see angles.
type periodicNode struct {
	turning // at pi/Period_d
	k       Periodic
	row     asm.Periodic
}

func newPeriodicNode(k Periodic, p points) gramNode {
	n := &periodicNode{turning: newTurning(p), k: k}
	n.k.Lengthscale, n.k.Period = k.Lengthscale.own(), k.Period.own()
	k.Period.broadcast(p.dims, "Periodic", "period") // panics if they do not fit
	scale := k.Lengthscale.broadcast(p.dims, "Periodic", "lengthscale")
	n.row = asm.Periodic{Scale: scale, Y: p.values, Sin: n.sin, Cos: n.cos, Stride: p.n}
	return n
}

func (n *periodicNode) set(theta []float64) {
	l := n.k.Lengthscale.Len()
	n.k.Variance, n.row.Variance = theta[0], theta[0]
	n.k.Lengthscale.assign(theta[1 : 1+l])
	n.k.Period.assign(theta[1+l:])
	for d := range n.dims {
		n.row.Scale[d] = 2 / n.k.Lengthscale.At(d)
		n.turn(d, math.Pi/n.k.Period.At(d))
	}
}

func (n *periodicNode) readsValues() bool { return true }
func (n *periodicNode) white() float64    { return 0 }

// angles sets sin and cos to those of row i.
func (n *periodicNode) angles(sin, cos []float64, i int) {
	for d := range sin {
		sin[d], cos[d] = n.sin[d*n.n+i], n.cos[d*n.n+i]
	}
}

func (n *periodicNode) cov(dst block, r *room) {
	used := r.used
	sin, cos := r.floats(n.dims), r.floats(n.dims)
	for i := dst.lo; i < dst.hi; i++ {
		n.angles(sin, cos, i)
		n.row.Cov(dst.row(i), sin, cos)
	}
	r.used = used
}

// grad has the formulas of [Periodic.ParamGrad].
func (n *periodicNode) grad(dst []float64, w, k block, r *room) {
	used := r.used
	sin, cos, sums, sum := r.floats(n.dims), r.floats(n.dims), r.floats(3*n.dims), 0.0
	clear(sums)
	for i := w.lo; i < w.hi; i++ {
		n.angles(sin, cos, i)
		sum += n.row.Sums(sums, w.row(i), k.row(i), n.x.RawRowView(i), sin, cos)
	}
	dst[0] += sum / n.k.Variance
	n.k.addPeriodic(dst[1:], sums, n.rate)
	r.used = used
}

// otherNode is any kernel by its own methods.
type otherNode struct {
	kernel Kernel
	x      *mat.Dense
}

func (n *otherNode) set(theta []float64) { n.kernel = WithParams(n.kernel, theta) }
func (n *otherNode) readsValues() bool   { return false }
func (n *otherNode) white() float64      { return 0 }

// pair returns the points of the rows and of the columns of a block.
func (n *otherNode) pair(b block) (x, y *mat.Dense) {
	_, d := n.x.Dims()
	return n.x.Slice(b.lo, b.hi, 0, d).(*mat.Dense), n.x.Slice(0, b.hi, 0, d).(*mat.Dense)
}

func (n *otherNode) cov(dst block, _ *room) {
	x, y := n.pair(dst)
	full := mat.NewDense(dst.hi-dst.lo, dst.hi, nil)
	n.kernel.Cov(full, x, y)
	for i := dst.lo; i < dst.hi; i++ {
		copy(dst.row(i), full.RawRowView(i-dst.lo))
	}
}

func (n *otherNode) grad(dst []float64, w, _ block, _ *room) {
	x, y := n.pair(w)
	full := mat.NewDense(w.hi-w.lo, w.hi, nil)
	for i := w.lo; i < w.hi; i++ {
		copy(full.RawRowView(i-w.lo), w.row(i))
	}
	mustParamGrad(n.kernel).ParamGrad(dst, full, nil, x, y)
}
