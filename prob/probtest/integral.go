package probtest

import (
	"math"
	"sort"

	"matheron/prob"
)

const (
	step  = 1.0 / 2048 // of the trapezoid rule in t
	reach = 40         // largest |t|: sinh(40) is 1e17 interquartile ranges
)

// integral is the density on a grid of t, where x = c(median + iqr sinh t) with
// the bijector c of the support and median and iqr those of the draws before c.
type integral struct {
	bijector   prob.Bijector
	centre     float64   // median of the draws, unconstrained
	width      float64   // their interquartile range, unconstrained
	falling    bool      // c decreases
	iqr        float64   // interquartile range of the draws themselves
	grid       []float64 // t
	nodes      []float64 // x at t
	weights    []float64 // p(x) dx/dt times the step
	cumulative []float64 // of the weights, by the trapezoid rule
	total      float64
}

func (c *checker) integrate() {
	n := len(c.x)
	c.bijector = c.support.Bijector()
	quarter := c.bijector.Unconstrain(c.x[n/4])
	c.centre = c.bijector.Unconstrain(c.x[n/2])
	c.width = math.Abs(c.bijector.Unconstrain(c.x[3*n/4]) - quarter)
	c.iqr = c.x[3*n/4] - c.x[n/4]
	if c.width == 0 { // at least half of the draws are one number
		c.width = 1
	}
	c.falling = c.bijector.Constrain(c.centre+c.width) < c.bijector.Constrain(c.centre)

	last := 0.0
	for t := -float64(reach); t <= reach; t += step {
		y := c.centre + c.width*math.Sinh(t)
		x := c.bijector.Constrain(y)
		w := 0.0
		// There is no density where x is rounded to the end of the support.
		if math.Abs(c.bijector.Unconstrain(x)-y) <= 1e-6*(1+math.Abs(y)) {
			jacobian, _ := c.bijector.LogJacobian(y)
			w = step * c.width * math.Exp(c.d.LogProb(x)+jacobian+math.Log(math.Cosh(t)))
		}
		c.total += (last + w) / 2
		last = w
		c.grid = append(c.grid, t)
		c.nodes = append(c.nodes, x)
		c.weights = append(c.weights, w)
		c.cumulative = append(c.cumulative, c.total)
	}
}

// expectation returns the integral of f times the density.
func (g *integral) expectation(f func(x float64) float64) float64 {
	var sum float64
	for i, w := range g.weights {
		if w > 0 {
			sum += w * f(g.nodes[i])
		}
	}
	return sum
}

// probability returns the integral of the density up to x.
func (g *integral) probability(x float64) float64 {
	t := math.Asinh((g.bijector.Unconstrain(x) - g.centre) / g.width)
	i := sort.SearchFloat64s(g.grid, t)
	var p float64
	switch i {
	case 0:
		p = 0
	case len(g.grid):
		p = g.total
	default:
		// The density in t is linear between nodes.
		u := (t - g.grid[i-1]) / step
		a, b := g.weights[i-1], g.weights[i]
		p = g.cumulative[i-1] + u*a + u*u*(b-a)/2
	}
	if g.falling {
		return g.total - p
	}
	return p
}
