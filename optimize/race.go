package optimize

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// Race minimises over a finite box from many starts, one after the other. As in
// [Basin] each search stays near its start at first. It is given up once it is behind:
// if it leads to a point that an earlier search has visited, or if the function cannot
// be expected to fall from there below the best value found. A start that would have to
// descend deeper than any search has is left out. So many starts cost little more than
// the few good ones. In the end smaller and smaller crosses around the best end are
// starts: a smooth function leads back from all of them, and a rough one often has a
// better end near a good one.
//
// The tests expect a function whose second derivatives are about as large as its rise
// over a length of 1: see [Units].
type Race struct {
	Box Box
	// Near bounds how far a search goes at first, as a part of each side of the box;
	// see [Screen.Near].
	Near float64
}

const (
	// trapezoid is the relative difference that the rise between two points may have
	// from that of a parabola. At a tenth, some searches of paths of eight and ten
	// inputs were wrongly taken to lead to the end of another.
	trapezoid = 0.02
	// promise times the slope to the minimum of the quadratic model is the decrease of
	// the function that is still expected; the model's own is half the slope. As the
	// model may know only of steep variables, bend times the square of the gradient is
	// expected, too: the decrease where the second derivative is a tenth.
	promise, bend = 10, 5
	// deeper times the deepest descent seen is the deepest that is expected, once
	// there were so many descents.
	deeper, descents = 1.5, 8
	// crosses is the number of sizes of a cross around the best end, each a quarter of
	// the one before. A better end gets crosses of its own, at most again times.
	crosses, again = 3, 4
)

// Minimize returns the lowest of the ends, with the evaluations and iterations of
// all searches. The values are those at the starts, of which the best should be
// first. A start at which the function or its gradient is not finite is left out.
// The error is ctx.Err(), with the best so far; without any end X is nil and F is
// +Inf. It panics if a bound is missing, or a value.
func (r Race) Minimize(ctx context.Context, f Objective, starts [][]float64, values []float64) (Result, error) {
	if len(r.Box.Lower) == 0 || len(r.Box.Upper) != len(r.Box.Lower) {
		panic("optimize: Race without a bound below and above each variable")
	}
	if len(values) != len(starts) {
		panic(fmt.Sprintf("optimize: %d values at %d starts", len(values), len(starts)))
	}
	n := len(r.Box.Lower)
	around := Box{Lower: make([]float64, n), Upper: make([]float64, n)}
	// More pairs than variables cost much and gain little.
	set := LBFGS{Memory: max(3, min(n, defaultMemory))}.withDefaults()
	c := &race{Race: r, around: around, run: newRun(ctx, f, n, around, set), best: Result{F: math.Inf(1)}}
	c.run.quit = c.behind
	for i, x := range starts {
		if c.ends >= descents && values[i]-deeper*c.deepest > c.best.F {
			continue
		}
		if c.search(x); ctx.Err() != nil {
			return c.result(), ctx.Err()
		}
	}
	if c.best.X != nil {
		c.cross()
		c.polish()
	}
	return c.result(), ctx.Err()
}

// race is the state of a Race.
type race struct {
	Race
	run    *run
	around Box // the start
	// known are the points at which searches ended or were given up.
	known []point
	best  Result
	first float64 // the value that the search started from
	far   bool    // whether it went on beyond Near
	// deepest is the deepest descent of the searches that ended near their starts, of
	// which there are ends. The points of a screen are so dense that each minimum has
	// one near it.
	deepest float64
	ends    int

	iterations, evaluations int
}

// result returns the best end.
func (c *race) result() Result {
	out := c.best
	out.Iterations, out.Evaluations = c.iterations, c.evaluations
	return out
}

// search runs from x.
func (c *race) search(x []float64) {
	for d, v := range x {
		r := c.Near * (c.Box.Upper[d] - c.Box.Lower[d])
		c.around.Lower[d], c.around.Upper[d] = max(c.Box.Lower[d], v-r), min(c.Box.Upper[d], v+r)
	}
	c.first, c.far = math.NaN(), false
	end, ok := c.within(c.around, x)
	if ok && end.Status != abandoned && c.stopped(end.X) {
		c.far = true
		end, ok = c.within(c.Box, end.X)
	}
	if !ok {
		return
	}
	if end.Status != abandoned {
		c.descended(end.F)
		c.known = append(c.known, point{x: end.X, g: end.Grad, f: end.F})
	}
	c.take(end)
}

// descended counts a search that has come to the value f.
func (c *race) descended(f float64) {
	if c.far {
		return
	}
	c.ends++
	if c.first > f { // a stationary start has no first
		c.deepest = max(c.deepest, c.first-f)
	}
}

// within runs from x in a box. It reports false if that is not possible.
func (c *race) within(box Box, x []float64) (Result, bool) {
	c.run.reset(box)
	end, err := c.run.minimize(x)
	c.iterations += end.Iterations
	c.evaluations += end.Evaluations
	return end, err == nil
}

// take keeps an end that is better.
func (c *race) take(end Result) {
	if end.F < c.best.F {
		c.best = end
	}
}

// cross searches from crosses around the best end.
func (c *race) cross() {
	size := c.Near / 2
	for range crosses {
		for range again {
			was := c.best.F
			c.arms(size)
			// Less is what one end of a basin differs from another by.
			if c.best.F >= was-defaultGradTol || c.run.ctx.Err() != nil {
				break
			}
		}
		size /= 4
	}
}

// arms searches from the ends of a cross around the best end, whose arms have a
// length that is a part of the box's sides.
func (c *race) arms(size float64) {
	center := slices.Clone(c.best.X)
	at := slices.Clone(center)
	for d, v := range center {
		arm := size * (c.Box.Upper[d] - c.Box.Lower[d])
		for _, end := range [2]float64{v + arm, v - arm} {
			at[d] = min(max(end, c.Box.Lower[d]), c.Box.Upper[d])
			if at[d] != v {
				c.search(at)
			}
		}
		at[d] = v
	}
}

// polish runs on from the best end with a memory that is its own, as far as the
// tolerances go.
func (c *race) polish() {
	c.run.quit = nil
	if end, ok := c.within(c.Box, c.best.X); ok {
		c.take(end)
		if end.F == c.best.F {
			c.best.Status = end.Status
		}
	}
}

// stopped reports whether x is at a bound of the run that is not one of the box.
func (c *race) stopped(x []float64) bool {
	for d, v := range x {
		low, up := c.run.box.Lower[d], c.run.box.Upper[d]
		if v == low && v > c.Box.Lower[d] || v == up && v < c.Box.Upper[d] {
			return true
		}
	}
	return false
}

// behind reports whether the run is behind another one. It is at run.from, and slope
// is that of the function towards the minimum of the run's model.
func (c *race) behind(slope float64) bool {
	at := &c.run.from
	if math.IsNaN(c.first) {
		c.first = at.f
	}
	if i := slices.IndexFunc(c.known, func(to point) bool { return at.leadsTo(to) }); i >= 0 {
		c.descended(c.known[i].f)
		return true
	}
	if math.IsInf(c.best.F, 1) {
		return false
	}
	promised := bend * c.steepness(at)
	if c.run.mem.k > 0 {
		if c.stopped(c.run.aim) {
			return false // the model's minimum is beyond the bound
		}
		promised = max(promised, -promise*slope)
	}
	if at.f-promised <= c.best.F {
		return false
	}
	c.known = append(c.known, point{x: slices.Clone(at.x), g: slices.Clone(at.g), f: at.f})
	return true
}

// steepness returns the squared length of the gradient over the variables that can
// follow it downhill.
func (c *race) steepness(at *point) float64 {
	sum := 0.0
	for d, g := range at.g {
		if g > 0 && at.x[d] > c.Box.Lower[d] || g < 0 && at.x[d] < c.Box.Upper[d] {
			sum += g * g
		}
	}
	return sum
}

// leadsTo reports whether the function falls from p to a lower or equal point q as a
// parabola would whose minimum is at q or beyond. The rise of a parabola is given by
// the trapezoidal rule:
//
//	f(p) - f(q) = (grad f(p) + grad f(q)).(p - q) / 2,  grad f(q).(p - q) >= 0
func (p *point) leadsTo(q point) bool {
	rise := p.f - q.f
	if rise < 0 {
		return false
	}
	var here, there float64
	for d, v := range p.x {
		t := v - q.x[d]
		here += p.g[d] * t
		there += q.g[d] * t
	}
	// The slope at an end is zero up to the tolerance that it ended by.
	return there >= -1e-3*rise && math.Abs(rise-(here+there)/2) <= trapezoid*rise+1e-9
}
