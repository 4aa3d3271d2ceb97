package kernel

import (
	"fmt"
	"math"

	"matheron/internal/asm"
)

// The kernels with finitely many features at fixed points.

// linearNode is a Linear.
type linearNode struct {
	points
	bias     float64
	variance []float64
}

func newLinearNode(k Linear, p points) gramNode {
	k.check(p.dims)
	return &linearNode{p, k.Bias, append([]float64(nil), k.Variance...)}
}

func (n *linearNode) set(theta []float64) {
	n.bias = theta[0]
	copy(n.variance, theta[1:])
}

func (n *linearNode) readsValues() bool { return false }
func (n *linearNode) white() float64    { return 0 }

func (n *linearNode) cov(dst block, _ *room) {
	for i := dst.lo; i < dst.hi; i++ {
		row := dst.row(i)
		fill(row, n.bias)
		for c, v := range n.x.RawRowView(i) {
			asm.AddScaled(row, n.variance[c]*v, n.at(c)[:i+1])
		}
	}
}

func (n *linearNode) grad(dst []float64, w, _ block, _ *room) {
	for i := w.lo; i < w.hi; i++ {
		row := w.row(i)
		for _, v := range row {
			dst[0] += v
		}
		for c, v := range n.x.RawRowView(i) {
			dst[1+c] += asm.Dot(row, n.at(c)[:i+1]) * v
		}
	}
}

// polynomialNode is a Polynomial.
type polynomialNode struct {
	points
	k Polynomial
}

func newPolynomialNode(k Polynomial, p points) gramNode {
	if k.Degree < 1 {
		panic(fmt.Sprintf("kernel: Polynomial of degree %d", k.Degree))
	}
	return &polynomialNode{p, k}
}

func (n *polynomialNode) set(theta []float64) { n.k.Variance, n.k.Bias = theta[0], theta[1] }
func (n *polynomialNode) readsValues() bool   { return false }
func (n *polynomialNode) white() float64      { return 0 }

// base sets row to x_i.x_j + Bias.
func (n *polynomialNode) base(row []float64, i int) {
	fill(row, n.k.Bias)
	for c, v := range n.x.RawRowView(i) {
		asm.AddScaled(row, v, n.at(c)[:i+1])
	}
}

func (n *polynomialNode) cov(dst block, _ *room) {
	for i := dst.lo; i < dst.hi; i++ {
		row := dst.row(i)
		n.base(row, i)
		for j, b := range row {
			row[j] = n.k.Variance * power(b, n.k.Degree)
		}
	}
}

func (n *polynomialNode) grad(dst []float64, w, _ block, r *room) {
	used := r.used
	base := r.floats(w.hi)
	for i := w.lo; i < w.hi; i++ {
		n.base(base[:i+1], i)
		var s, t float64
		for j, v := range w.row(i) {
			p := v * power(base[j], n.k.Degree-1)
			s += p * base[j]
			t += p
		}
		dst[0] += s
		dst[1] += n.k.Variance * float64(n.k.Degree) * t
	}
	r.used = used
}

// cosineNode is a Cosine; see periodicNode for its sines and cosines.
type cosineNode struct {
	turning // at 2 pi/Period_d
	k       Cosine
}

func newCosineNode(k Cosine, p points) gramNode {
	k.Period.broadcast(p.dims, "Cosine", "period") // panics if they do not fit
	n := &cosineNode{turning: newTurning(p), k: k}
	n.k.Period = k.Period.own()
	return n
}

func (n *cosineNode) set(theta []float64) {
	n.k.Variance = theta[0]
	n.k.Period.assign(theta[1:])
	for d := range n.dims {
		n.turn(d, 2*math.Pi/n.k.Period.At(d))
	}
}

func (n *cosineNode) readsValues() bool { return true }
func (n *cosineNode) white() float64    { return 0 }

// times multiplies a row by cos(u_d), or by sin(u_d), u = 2 pi (x_i-x_j)/Period.
func (n *cosineNode) times(row []float64, i, d int, sine bool) {
	sb, cb := n.sin[d*n.n:][:len(row)], n.cos[d*n.n:][:len(row)]
	sa, ca := sb[i], cb[i]
	if sine {
		asm.MultiplySum(row, sa, cb, -ca, sb)
		return
	}
	asm.MultiplySum(row, ca, cb, sa, sb)
}

func (n *cosineNode) cov(dst block, _ *room) {
	for i := dst.lo; i < dst.hi; i++ {
		row := dst.row(i)
		fill(row, n.k.Variance)
		for d := range n.dims {
			n.times(row, i, d, false)
		}
	}
}

// grad has the formulas of [Cosine.ParamGrad].
func (n *cosineNode) grad(dst []float64, w, k block, r *room) {
	used, np := r.used, n.k.Period.Len()
	store := r.floats(w.hi)
	for i := w.lo; i < w.hi; i++ {
		wr, xi, s := w.row(i), n.x.RawRowView(i), store[:i+1]
		dst[0] += asm.Dot(wr, k.row(i)) / n.k.Variance
		for d := range n.dims {
			col := n.at(d)
			for j, v := range wr {
				s[j] = v * n.k.Variance * (xi[d] - col[j])
			}
			for e := range n.dims {
				n.times(s, i, e, e == d)
			}
			sum := 0.0
			for _, v := range s {
				sum += v
			}
			dst[1+min(d, np-1)] += sum * n.rate[d] / n.k.Period.At(d)
		}
	}
	r.used = used
}
