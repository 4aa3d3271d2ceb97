package kernel

import (
	"math"

	"gonum.org/v1/gonum/mat"
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
		row := dst.row(i)
		for j := range row {
			row[j] *= n.factor
		}
	}
}

func (n *scaledNode) grad(dst []float64, w, _ block, r *room) {
	used := r.used
	for lo := w.lo; lo < w.hi; lo += few {
		r.used = used
		hi := min(lo+few, w.hi)
		weights, values := r.block(lo, hi), r.block(lo, hi)
		for i := lo; i < hi; i++ {
			row := weights.row(i)
			for j, v := range w.row(i) {
				row[j] = n.factor * v
			}
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
	points
	k        Periodic
	period   []float64 // of the sines and cosines
	sin, cos [][]float64
}

func newPeriodicNode(k Periodic, p points) gramNode {
	d := p.dims
	k.Lengthscale.broadcast(d, "Periodic", "lengthscale") // panics if they do not fit
	n := &periodicNode{points: p, k: k, period: k.Period.broadcast(d, "Periodic", "period")}
	clear(n.period)
	n.k.Lengthscale, n.k.Period = k.Lengthscale.own(), k.Period.own()
	for range d {
		n.sin, n.cos = append(n.sin, make([]float64, p.n)), append(n.cos, make([]float64, p.n))
	}
	return n
}

func (n *periodicNode) set(theta []float64) {
	l := n.k.Lengthscale.Len()
	n.k.Variance = theta[0]
	n.k.Lengthscale.assign(theta[1 : 1+l])
	n.k.Period.assign(theta[1+l:])
	for d := range n.dims {
		col, p := n.columns.at(d), n.k.Period.At(d)
		if p == n.period[d] {
			continue
		}
		n.period[d] = p
		for j, v := range col {
			n.sin[d][j], n.cos[d][j] = math.Sincos((v - col[0]) * (math.Pi / p))
		}
	}
}

func (n *periodicNode) readsValues() bool { return true }
func (n *periodicNode) white() float64    { return 0 }

func (n *periodicNode) cov(dst block, _ *room) {
	for i := dst.lo; i < dst.hi; i++ {
		row := dst.row(i)
		clear(row)
		for d := range n.dims {
			sb, cb := n.sin[d][:i+1], n.cos[d][:i+1]
			sa, ca, l := sb[i], cb[i], n.k.Lengthscale.At(d)
			f := -2 / (l * l)
			for j := range row {
				s := sa*cb[j] - ca*sb[j]
				row[j] += f * (s * s)
			}
		}
		for j, v := range row {
			row[j] = n.k.Variance * math.Exp(v)
		}
	}
}

// grad has the formulas of [Periodic.ParamGrad].
func (n *periodicNode) grad(dst []float64, w, k block, _ *room) {
	nl, np := n.k.Lengthscale.Len(), n.k.Period.Len()
	for i := w.lo; i < w.hi; i++ {
		wr, kr := w.row(i), k.row(i)
		sum := 0.0
		for j, v := range wr {
			sum += v * kr[j]
		}
		dst[0] += sum / n.k.Variance
		for d := range n.dims {
			sb, cb, col := n.sin[d][:i+1], n.cos[d][:i+1], n.columns.at(d)[:i+1]
			sa, ca, xd := sb[i], cb[i], col[i]
			var sumL, sumP float64
			for j, v := range wr {
				s := sa*cb[j] - ca*sb[j]
				co := ca*cb[j] + sa*sb[j]
				h := v * kr[j]
				sumL += h * (s * s)
				sumP += h * s * co * (xd - col[j])
			}
			l, p := n.k.Lengthscale.At(d), n.k.Period.At(d)
			dst[1+min(d, nl-1)] += 4 * sumL / (l * l * l)
			dst[1+nl+min(d, np-1)] += 4 * sumP * (math.Pi / p) / (l * l * p)
		}
	}
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
