package kernel

import "matheron/internal/asm"

// radialNode is a kernel of the scaled distance at fixed points.
type radialNode struct {
	points
	lengthscale PerInput // of its own
	rows        radialRows
}

// newRadialNode returns nil for another kernel.
func newRadialNode(k Kernel, p points) gramNode {
	r, ok := k.(interface{ radial() radial })
	if !ok {
		return nil
	}
	kernel := r.radial()
	return &radialNode{p, kernel.lengthscale.own(), kernel.against(p.columns)}
}

func (n *radialNode) set(theta []float64) {
	row := &n.rows.kernel
	row.Variance = theta[0]
	l := n.lengthscale.Len()
	n.lengthscale.assign(theta[1 : 1+l])
	for d := range row.Scale {
		row.Scale[d] = 1 / n.lengthscale.At(d)
	}
	if row.Profile == asm.RationalQuadratic {
		row.Alpha = theta[1+l]
	}
}

func (n *radialNode) cov(dst block, _ *room) {
	for lo, part := 0, n.rows.part(); lo < dst.hi; lo += part {
		row := n.rows.from(lo)
		for i := max(dst.lo, lo); i < dst.hi; i++ {
			row.Cov(dst.row(i)[lo:min(i+1, lo+part)], n.x.RawRowView(i))
		}
	}
}

func (n *radialNode) readsValues() bool { return n.rows.kernel.Profile == asm.RBF }
func (n *radialNode) white() float64    { return 0 }

func (n *radialNode) grad(dst []float64, w, k block, r *room) {
	used := r.used
	s := radialSums{squares: r.floats(n.rows.dims)}
	clear(s.squares)
	h := r.floats(min(w.hi, n.rows.part()))
	for lo, part := 0, n.rows.part(); lo < w.hi; lo += part {
		row := n.rows.from(lo)
		for i := max(w.lo, lo); i < w.hi; i++ {
			hi := min(i+1, lo+part)
			var kr []float64
			if n.readsValues() {
				kr = k.row(i)[lo:hi]
			}
			s.add(&row, n.x.RawRowView(i), w.row(i)[lo:hi], kr, h[:hi-lo], n.rows.shared)
		}
	}
	s.gradient(dst, &n.rows)
	r.used = used
}
