package optimize

import "gonum.org/v1/gonum/floats"

// subspace minimises the quadratic model over the free variables, the others
// fixed at their bounds: the direct primal method of section 5.1 of the paper.
// With Z the columns of I of the free variables the reduced Hessian has the
// inverse
//
//	I/theta + ZᵀW K⁻¹ WᵀZ/theta²,  K = [ -D - YᵀZZᵀY/theta     (La - Rz)ᵀ    ]
//	                                   [      La - Rz        theta Sᵀ(I-ZZᵀ)S ]
//
// with Rz the upper triangle of SᵀZZᵀY and La the strict lower triangle of
// Sᵀ(I-ZZᵀ)Y, that is, sums over the free and over the active variables.
type subspace struct {
	k        saddle
	r, step  []float64
	u, v     []float64
	products products
}

func newSubspace(m, n int) subspace {
	buf := make([]float64, 2*n+2*m)
	return subspace{
		k: newSaddle(m),
		r: buf[:n], step: buf[n : 2*n],
		u: buf[2*n : 2*n+m], v: buf[2*n+m:],
		products: newProducts(m, n),
	}
}

// minimize moves z from the Cauchy point to the subspace minimiser, brought back
// into the box. It reports false if K is not of full rank.
func (s *subspace) minimize(z, x, g []float64, box Box, mem *memory, middle *saddle, c *cauchy) bool {
	k, m, theta := mem.k, len(mem.s), mem.theta
	s.products.update(mem, c.free, c.active)
	for i := range k {
		for j := range k {
			at := i*m + j
			if j <= i {
				s.k.a[at] = s.products.yy[at] / theta
				s.k.c[at] = s.products.ss[at] * theta
			}
			s.k.b[at] = s.products.cross[at]
		}
		s.k.a[i*m+i] += mem.sy[i*m+i]
	}
	if !s.k.factorize(k) {
		return false
	}

	// r = -Zᵀ(g + B (z - x)), the model's slope at the Cauchy point, downhill.
	u, v := s.u[:k], s.v[:k]
	copy(u, c.cY[:k])
	copy(v, c.cS[:k])
	middle.solve(u, v)
	r := s.r[:len(c.free)]
	for n, i := range c.free {
		r[n] = -theta*(z[i]-x[i]) - g[i]
	}
	for j := range k {
		y, sj := mem.y[j], mem.s[j]
		for n, i := range c.free {
			r[n] += y[i]*u[j] + theta*sj[i]*v[j]
		}
	}

	for j := range k {
		y, sj := mem.y[j], mem.s[j]
		var uj, vj float64
		for n, i := range c.free {
			uj += y[i] * r[n]
			vj += sj[i] * r[n]
		}
		u[j], v[j] = uj, theta*vj
	}
	s.k.solve(u, v)
	step := s.step[:len(c.free)]
	for n := range r {
		step[n] = r[n] / theta
	}
	for j := range k {
		y, sj := mem.y[j], mem.s[j]
		for n, i := range c.free {
			step[n] += y[i]*u[j]/(theta*theta) + sj[i]*v[j]/theta
		}
	}
	s.restrict(z, x, g, box, c.free)
	return true
}

// restrict adds the step to the free variables of z, projected on the box. If
// the result is no longer downhill from x the step is shortened instead, until
// it meets its first bound (Morales and Nocedal 2011).
func (s *subspace) restrict(z, x, g []float64, box Box, free []int) {
	var downhill float64
	inside := true
	for i, v := range z {
		downhill += (v - x[i]) * g[i]
	}
	for n, i := range free {
		to := z[i] + s.step[n]
		if to < box.Lower[i] || to > box.Upper[i] {
			inside = false
			to = min(max(to, box.Lower[i]), box.Upper[i])
		}
		downhill += (to - z[i]) * g[i]
	}
	scale, first := 1.0, -1 // of the step, and the variable that bounds it
	if !inside && downhill > 0 {
		for n, i := range free {
			gap := box.Upper[i] - z[i]
			if s.step[n] < 0 {
				gap = box.Lower[i] - z[i]
			}
			if s.step[n] != 0 && scale*s.step[n]/gap > 1 {
				scale, first = gap/s.step[n], n
			}
		}
	}
	for n, i := range free {
		z[i] = min(max(z[i]+scale*s.step[n], box.Lower[i]), box.Upper[i])
		if n == first { // exactly at its bound, in spite of rounding
			z[i] = box.Upper[i]
			if s.step[n] < 0 {
				z[i] = box.Lower[i]
			}
		}
	}
}

// products keeps the inner products over free and active variables that make up
// K. While the free variables stay the same only those of the newest pair are
// computed: O(Memory n) in place of O(Memory² n).
type products struct {
	yy, ss, cross []float64 // YᵀZZᵀY, Sᵀ(I-ZZᵀ)S (lower triangles), La - Rz
	free          []int     // of the last update
	pushed        int       // state of the memory at the last update
	k             int
}

func newProducts(m, n int) products {
	buf := make([]float64, 3*m*m)
	return products{
		yy: buf[:m*m], ss: buf[m*m : 2*m*m], cross: buf[2*m*m:],
		free: make([]int, 0, n), pushed: -1,
	}
}

func (p *products) update(mem *memory, free, active []int) {
	m, from := len(mem.s), 0
	if p.sameFree(free) && mem.pushed-p.pushed <= 1 && p.pushed >= 0 && mem.k >= p.k {
		from = mem.k - (mem.pushed - p.pushed)
		if mem.pushed > p.pushed && mem.k == p.k { // the oldest pair was dropped
			dropFirst(p.yy, m)
			dropFirst(p.ss, m)
			dropFirst(p.cross, m)
		}
	}
	for i := from; i < mem.k; i++ {
		for j := range i + 1 {
			p.yy[i*m+j] = dotOver(free, mem.y[i], mem.y[j])
			p.ss[i*m+j] = dotOver(active, mem.s[i], mem.s[j])
			p.cross[j*m+i] = -dotOver(free, mem.s[j], mem.y[i])
			if j < i {
				p.cross[i*m+j] = dotOver(active, mem.s[i], mem.y[j])
			}
		}
	}
	p.free = append(p.free[:0], free...)
	p.pushed, p.k = mem.pushed, mem.k
}

func (p *products) sameFree(free []int) bool {
	if len(free) != len(p.free) {
		return false
	}
	for n, i := range free {
		if p.free[n] != i {
			return false
		}
	}
	return true
}

// dotOver is the inner product over the variables listed.
func dotOver(over []int, a, b []float64) float64 {
	if len(over) == len(a) {
		return floats.Dot(a, b)
	}
	var s float64
	for _, i := range over {
		s += a[i] * b[i]
	}
	return s
}
