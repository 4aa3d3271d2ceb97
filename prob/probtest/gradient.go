package probtest

import (
	"math"

	"matheron/prob"
)

// gradTol is the tolerance of a derivative, relative to the larger of itself and the
// inverse of the length over which the log density changes by about one. Differences of
// fourth order at the best of several steps agree with the derivative to some 1e-9; a
// wrong term is far larger.
const gradTol = 1e-6

// closestDifference returns the central difference of fourth order of f at x that is
// closest to want, among steps that are fractions of width. It is NaN if f is
// not finite around x for any step, or width is not positive.
func closestDifference(f func(float64) float64, x, width, want float64) float64 {
	best := math.NaN()
	if !(width > 0) {
		return best
	}
	for h := width / 10; h >= width*1e-7; h /= 10 {
		d := (8*(f(x+h)-f(x-h)) - (f(x+2*h) - f(x-2*h))) / (12 * h)
		if math.IsNaN(d) || math.IsInf(d, 0) {
			continue
		}
		if !(math.Abs(best-want) <= math.Abs(d-want)) {
			best = d
		}
	}
	return best
}

// distanceToEnd returns the distance from x to the nearer end of s, but no more than
// most.
func distanceToEnd(s prob.Support, x, most float64) float64 {
	return min(most, x-s.Lower, s.Upper-x)
}

// points returns draws from all parts of the distribution.
func (c *checker) points() []float64 {
	var x []float64
	for i := draws / 50; i < draws; i += draws / 25 {
		x = append(x, c.x[i])
	}
	return x
}

func (c *checker) gradient() {
	g, ok := c.d.(prob.Grader)
	if !ok {
		return
	}
	for _, x := range c.points() {
		lp, dx := g.LogProbGrad(x)
		// The same terms in another order may round differently.
		if want := c.d.LogProb(x); !(math.Abs(lp-want) <= 1e-12*(1+math.Abs(want))) {
			c.errorf("LogProbGrad(%v) has the log density %v, LogProb has %v", x, lp, want)
			return
		}
		width := distanceToEnd(c.support, x, c.iqr)
		fd := closestDifference(c.d.LogProb, x, width, dx)
		if !(math.Abs(fd-dx) <= gradTol*max(math.Abs(dx), 1/width)) {
			c.errorf("LogProbGrad(%v) has the derivative %.9g, differences have %.9g", x, dx, fd)
			return
		}
	}
	for _, x := range c.outsidePoints() {
		if lp, dx := g.LogProbGrad(x); !math.IsInf(lp, -1) || dx != 0 {
			c.errorf("LogProbGrad(%v) = %v, %v outside of the support, want -Inf, 0", x, lp, dx)
		}
	}
	if lp, dx := g.LogProbGrad(math.NaN()); !math.IsNaN(lp) || !math.IsNaN(dx) {
		c.errorf("LogProbGrad(NaN) = %v, %v, want NaN, NaN", lp, dx)
	}
}

func (c *checker) parameters() {
	d, ok := c.d.(prob.Parametric)
	if !ok {
		return
	}
	p := parametric[float64]{
		list:    d.Parameters(),
		logProb: d.LogProb,
		with:    func(values []float64) (func(float64) float64, error) { return d.WithParameters(values...).LogProb, nil },
		grad:    d.ParamGrad,
		points:  c.points(),
		outside: c.outsidePoints(),
		nan:     math.NaN(),
	}
	p.check(&c.problems)
}
