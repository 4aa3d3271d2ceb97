package kernel

import "matheron/internal/asm"

// part is a child of a sum or product and the place of its parameters.
type part struct {
	gramNode
	from, to int
}

func newParts(ks []Kernel, p points) []part {
	parts := make([]part, len(ks))
	from := 0
	for i, k := range ks {
		to := from + ParamCount(k)
		parts[i] = part{newNode(k, p), from, to}
		from = to
	}
	return parts
}

func setParts(parts []part, theta []float64) {
	for _, p := range parts {
		p.set(theta[p.from:p.to])
	}
}

// sumNode is a sum. The white terms, whose values are 0, are not among parts.
type sumNode struct {
	all, parts []part
}

func newSumNode(s Sum, p points) gramNode {
	n := &sumNode{all: newParts(s, p)}
	for i, k := range s {
		if !isWhite(k) {
			n.parts = append(n.parts, n.all[i])
		}
	}
	return n
}

func (n *sumNode) set(theta []float64) { setParts(n.all, theta) }
func (n *sumNode) readsValues() bool   { return len(n.parts) == 1 && n.parts[0].readsValues() }

func (n *sumNode) white() float64 {
	v := 0.0
	for _, p := range n.all {
		v += p.white()
	}
	return v
}

func (n *sumNode) cov(dst block, r *room) {
	used := r.used
	for lo := dst.lo; lo < dst.hi; lo += few {
		r.used = used
		d := dst.rows(lo, min(lo+few, dst.hi))
		if len(n.parts) == 0 {
			d.fill(0)
			continue
		}
		n.parts[0].cov(d, r)
		if len(n.parts) == 1 {
			continue
		}
		term := r.block(d.lo, d.hi)
		for _, p := range n.parts[1:] {
			p.cov(term, r)
			for i := d.lo; i < d.hi; i++ {
				asm.AddScaled(d.row(i), 1, term.row(i))
			}
		}
	}
	r.used = used
}

func (n *sumNode) grad(dst []float64, w, k block, r *room) {
	used := r.used
	for lo := w.lo; lo < w.hi; lo += few {
		r.used = used
		hi := min(lo+few, w.hi)
		wb := w.rows(lo, hi)
		values := k
		if len(n.parts) == 1 {
			values = k.rows(lo, hi)
		} else {
			values = r.block(lo, hi)
		}
		for _, p := range n.parts {
			if p.from == p.to {
				continue
			}
			if len(n.parts) > 1 && p.readsValues() {
				p.cov(values, r)
			}
			p.grad(dst[p.from:p.to], wb, values, r)
		}
	}
	r.used = used
}

// productNode is a product.
type productNode struct{ parts []part }

func newProductNode(k Product, p points) gramNode {
	if len(k) == 0 {
		panic("kernel: an empty Product")
	}
	return &productNode{newParts(k, p)}
}

func (n *productNode) set(theta []float64) { setParts(n.parts, theta) }
func (n *productNode) readsValues() bool   { return false }
func (n *productNode) white() float64      { return 0 }

func (n *productNode) cov(dst block, r *room) {
	used := r.used
	for lo := dst.lo; lo < dst.hi; lo += few {
		r.used = used
		d := dst.rows(lo, min(lo+few, dst.hi))
		n.parts[0].cov(d, r)
		if len(n.parts) == 1 {
			continue
		}
		factor := r.block(d.lo, d.hi)
		for _, p := range n.parts[1:] {
			p.cov(factor, r)
			d.mul(d, factor)
		}
	}
	r.used = used
}

// grad gives each factor the weights times the values of all others, formed from
// both ends, so that no value is divided by.
func (n *productNode) grad(dst []float64, w, _ block, r *room) {
	used, last := r.used, len(n.parts)-1
	for lo := w.lo; lo < w.hi; lo += few {
		r.used = used
		hi := min(lo+few, w.hi)
		size := (hi - lo) * hi
		// Values of the factors; products of those behind each; and of those before.
		store := r.floats((2*len(n.parts) + 2) * size)
		at := func(i int) block { return block{lo, hi, hi, store[i*size : (i+1)*size]} }
		values, after := at, func(i int) block { return at(len(n.parts) + i) }
		before, weights := at(2*len(n.parts)), at(2*len(n.parts)+1)
		for i, p := range n.parts {
			p.cov(values(i), r)
		}
		for i := last - 1; i >= 0; i-- {
			if i == last-1 {
				after(i).copyFrom(values(last))
			} else {
				after(i).mul(values(i+1), after(i+1))
			}
		}
		before.copyFrom(w.rows(lo, hi))
		for i, p := range n.parts {
			if p.from < p.to {
				wi := before
				if i < last {
					wi = weights
					wi.mul(before, after(i))
				}
				p.grad(dst[p.from:p.to], wi, values(i), r)
			}
			if i < last {
				before.mul(before, values(i))
			}
		}
	}
	r.used = used
}

// fill sets each element.
func (b block) fill(v float64) {
	for i := b.lo; i < b.hi; i++ {
		fill(b.row(i), v)
	}
}

// copyFrom copies the same rows of a.
func (b block) copyFrom(a block) {
	for i := b.lo; i < b.hi; i++ {
		copy(b.row(i), a.row(i))
	}
}

// mul sets b to the elementwise product of x and y.
func (b block) mul(x, y block) {
	for i := b.lo; i < b.hi; i++ {
		asm.Multiply(b.row(i), x.row(i), y.row(i))
	}
}
