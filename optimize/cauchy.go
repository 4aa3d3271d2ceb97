package optimize

// cauchy finds the generalized Cauchy point: the first local minimiser of the
// quadratic model along the path P(x - t g), t >= 0, that is piecewise linear
// with a break where a variable meets its bound (section 4 of the paper).
type cauchy struct {
	d      []float64 // the path's present direction
	breaks []breakpoint
	free   []int // variables off their bounds at the point, ascending
	active []int // the others, ascending

	// Halves, along Y and along theta S, of Wᵀ d (p), Wᵀ (z - x) at the present
	// point z (c), row b of W (w), and M w (mw).
	pY, pS, cY, cS, wY, wS, mwY, mwS []float64
}

type breakpoint struct {
	t float64
	i int
}

func (a breakpoint) before(b breakpoint) bool {
	return a.t < b.t || a.t == b.t && a.i < b.i
}

func newCauchy(m, n int) cauchy {
	buf := make([]float64, n+8*m)
	take := func(n int) []float64 {
		v := buf[:n:n]
		buf = buf[n:]
		return v
	}
	return cauchy{
		d: take(n), breaks: make([]breakpoint, 0, n), free: make([]int, 0, n), active: make([]int, 0, n),
		pY: take(m), pS: take(m), cY: take(m), cS: take(m), wY: take(m), wS: take(m), mwY: take(m), mwS: take(m),
	}
}

// find sets z to the Cauchy point from x, free and active to the variables by
// whether they met a bound, and cY, cS to Wᵀ (z - x).
func (c *cauchy) find(z, x, g []float64, box Box, mem *memory, middle *saddle) {
	k := mem.k
	pY, pS, cY, cS := c.pY[:k], c.pS[:k], c.cY[:k], c.cS[:k]
	copy(z, x)
	clear(cY)
	clear(cS)

	// Directions and breakpoints. A variable at a bound that it would leave the
	// box through does not move, nor does one without a gradient at a bound.
	c.breaks = c.breaks[:0]
	unbroken := 0 // variables that move and meet no bound
	var slope float64
	for i, gi := range g {
		lower, upper := box.Lower[i], box.Upper[i]
		c.d[i] = 0
		if lower == upper || x[i] <= lower && gi >= 0 || x[i] >= upper && gi <= 0 {
			continue
		}
		if gi == 0 {
			continue
		}
		c.d[i] = -gi
		slope -= gi * gi
		t := (x[i] - lower) / gi
		if gi < 0 {
			t = (x[i] - upper) / gi
		}
		if feasible(t) {
			c.breaks = append(c.breaks, breakpoint{t, i})
		} else {
			unbroken++
		}
	}
	c.classify(x, g, box)
	if slope == 0 {
		return
	}
	mem.wTimes(pY, pS, c.d)
	mwY, mwS := c.mwY[:k], c.mwS[:k]
	copy(mwY, pY)
	copy(mwS, pS)
	middle.solve(mwY, mwS)
	bend := -mem.theta*slope - dot(pY, mwY) - dot(pS, mwS) // dᵀ B d
	floor := epsilon * -mem.theta * slope                  // B is positive definite: less is rounding
	bend = max(bend, floor)

	heapify(c.breaks)
	var t float64 // the path's parameter at the present point
	best := -slope / bend
	for len(c.breaks) > 0 {
		next := c.breaks[0]
		step := next.t - t
		if best < step {
			break
		}
		c.breaks = popFirst(c.breaks)
		t = next.t
		b, db := next.i, c.d[next.i]
		if db > 0 {
			z[b] = box.Upper[b]
		} else {
			z[b] = box.Lower[b]
		}
		c.d[b] = 0
		if unbroken == 0 && len(c.breaks) == 0 {
			// The path ends in a corner.
			for j := range k {
				cY[j] += step * pY[j]
				cS[j] += step * pS[j]
			}
			best = 0
			break
		}
		zb := z[b] - x[b]
		slope += step*bend + db*db - mem.theta*db*zb
		bend -= mem.theta * db * db
		if k > 0 {
			wY, wS := c.wY[:k], c.wS[:k]
			for j := range k {
				cY[j] += step * pY[j]
				cS[j] += step * pS[j]
				wY[j] = mem.y[j][b]
				wS[j] = mem.theta * mem.s[j][b]
			}
			copy(mwY, wY)
			copy(mwS, wS)
			middle.solve(mwY, mwS)
			slope += db * (dot(cY, mwY) + dot(cS, mwS))
			bend += 2*db*(dot(pY, mwY)+dot(pS, mwS)) - db*db*(dot(wY, mwY)+dot(wS, mwS))
			for j := range k {
				pY[j] -= db * wY[j]
				pS[j] -= db * wS[j]
			}
		}
		bend = max(bend, floor)
		best = -slope / bend
	}
	best = max(best, 0)
	t += best
	for i, d := range c.d {
		if d != 0 {
			z[i] = min(max(x[i]+t*d, box.Lower[i]), box.Upper[i])
		}
	}
	for j := range k {
		cY[j] += best * pY[j]
		cS[j] += best * pS[j]
	}
	c.classify(x, g, box)
}

// classify lists as free the variables that still move, and those inside the
// box that have no gradient.
func (c *cauchy) classify(x, g []float64, box Box) {
	c.free, c.active = c.free[:0], c.active[:0]
	for i, d := range c.d {
		if d != 0 || g[i] == 0 && x[i] > box.Lower[i] && x[i] < box.Upper[i] {
			c.free = append(c.free, i)
		} else {
			c.active = append(c.active, i)
		}
	}
}

// heapify orders h as a heap with the first breakpoint at its root: usually only
// a few of them are met, so that sorting all would be waste.
func heapify(h []breakpoint) {
	for i := len(h)/2 - 1; i >= 0; i-- {
		siftDown(h, i)
	}
}

func popFirst(h []breakpoint) []breakpoint {
	last := len(h) - 1
	h[0] = h[last]
	siftDown(h[:last], 0)
	return h[:last]
}

func siftDown(h []breakpoint, i int) {
	for {
		child := 2*i + 1
		if child >= len(h) {
			return
		}
		if child+1 < len(h) && h[child+1].before(h[child]) {
			child++
		}
		if !h[child].before(h[i]) {
			return
		}
		h[i], h[child] = h[child], h[i]
		i = child
	}
}
