package kernel

import "math"

// radialNode is a kernel of the scaled distance at fixed points.
type radialNode struct {
	points
	leaf      profile // points to a kernel of its own, of which these are the numbers:
	variance  *float64
	length    *PerInput
	alpha     *float64 // of a RationalQuadratic, else nil
	distances distances
}

// newRadialNode returns nil for another kernel.
func newRadialNode(k Kernel, p points) gramNode {
	n := &radialNode{points: p}
	var owner string
	switch k := k.(type) {
	case RBF:
		n.leaf, n.variance, n.length, owner = &k, &k.Variance, &k.Lengthscale, "RBF"
	case Matern12:
		n.leaf, n.variance, n.length, owner = &k, &k.Variance, &k.Lengthscale, "Matern12"
	case Matern32:
		n.leaf, n.variance, n.length, owner = &k, &k.Variance, &k.Lengthscale, "Matern32"
	case Matern52:
		n.leaf, n.variance, n.length, owner = &k, &k.Variance, &k.Lengthscale, "Matern52"
	case RationalQuadratic:
		n.leaf, n.variance, n.length, owner = &k, &k.Variance, &k.Lengthscale, "RationalQuadratic"
		n.alpha = &k.Alpha
	default:
		return nil
	}
	*n.length = n.length.own()
	n.distances = distances{inv: n.length.broadcast(len(p.cols), owner, "lengthscale"), cols: p.cols}
	return n
}

func (n *radialNode) set(theta []float64) {
	*n.variance = theta[0]
	l := n.length.Len()
	n.length.assign(theta[1 : 1+l])
	for d := range n.distances.inv {
		n.distances.inv[d] = 1 / n.length.At(d)
	}
	if n.alpha != nil {
		*n.alpha = theta[1+l]
	}
}

func (n *radialNode) cov(dst block, _ *room) {
	for i := dst.lo; i < dst.hi; i++ {
		row := dst.row(i)
		n.distances.row(row, n.x.RawRowView(i))
		n.leaf.values(row)
	}
}

func (n *radialNode) readsValues() bool { return true }
func (n *radialNode) white() float64    { return 0 }

// grad has the formulas of radialParamGrad, with all sums in one pass.
func (n *radialNode) grad(dst []float64, w, k block, r *room) {
	lengths, used := dst[1:1+n.length.Len()], r.used
	sum := 0.0
	for i := w.lo; i < w.hi; i++ {
		r.used = used
		wr, kr, xi := w.row(i), k.row(i), n.x.RawRowView(i)
		r2, slope := r.floats(i+1), r.floats(i+1)
		n.distances.row(r2, xi)
		n.leaf.slopes(slope, kr, r2)
		for j, v := range wr {
			sum += v * kr[j]
			slope[j] *= v
		}
		n.lengthGrad(lengths, slope, r2, xi)
		if n.alpha != nil {
			dst[len(dst)-1] += alphaGrad(wr, kr, r2, *n.alpha)
		}
	}
	r.used = used
	dst[0] += sum / *n.variance
}

// lengthGrad adds the sums of a row, whose slopes w dk/d(r²) are given.
func (n *radialNode) lengthGrad(dst, slope, r2, xi []float64) {
	if !n.length.IsARD() {
		s := 0.0
		for j, v := range slope {
			s += v * r2[j]
		}
		dst[0] -= 2 * s * n.distances.inv[0]
		return
	}
	for d, col := range n.cols {
		s, xd := 0.0, xi[d]
		col = col[:len(slope)]
		for j, v := range slope {
			t := xd - col[j]
			s += v * t * t
		}
		inv := n.distances.inv[d]
		dst[d] -= 2 * s * inv * inv * inv
	}
}

// alphaGrad returns the sum of w dk/dAlpha of a RationalQuadratic.
func alphaGrad(w, k, r2 []float64, alpha float64) float64 {
	s, c := 0.0, 0.5/alpha
	for j, v := range w {
		q := c * r2[j]
		s += v * k[j] * (q/(1+q) - math.Log1p(q))
	}
	return s
}
