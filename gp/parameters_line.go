package gp

import (
	"math"

	"matheron/prob"
)

// Constrain sets dst to θ at a point z of the line and returns it; nil is allocated.
// The values are always inside of their supports.
func (ps *Parameters) Constrain(dst, z []float64) []float64 {
	ps.checkLen("Constrain", z)
	if dst == nil {
		dst = make([]float64, len(z))
	}
	ps.checkLen("Constrain", dst)
	for i := range ps.free {
		dst[i] = ps.free[i].onto.Constrain(z[i])
	}
	return dst
}

// Unconstrain sets dst to the point z of θ and returns it; nil is allocated. A value
// out of its support has none: NaN or an infinity.
func (ps *Parameters) Unconstrain(dst, theta []float64) []float64 {
	ps.checkLen("Unconstrain", theta)
	if dst == nil {
		dst = make([]float64, len(theta))
	}
	ps.checkLen("Unconstrain", dst)
	for i := range ps.free {
		dst[i] = ps.free[i].onto.Unconstrain(theta[i])
	}
	return dst
}

// LogJacobian returns log |det dθ/dz| at z, the sum over the parameters.
func (ps *Parameters) LogJacobian(z []float64) float64 {
	ps.checkLen("LogJacobian", z)
	sum := 0.0
	for i := range ps.free {
		j, _ := ps.free[i].onto.LogJacobian(z[i])
		sum += j
	}
	return sum
}

// ChainRule multiplies a gradient to θ by dθ/dz: it becomes the gradient to z, at z.
func (ps *Parameters) ChainRule(grad, z []float64) {
	ps.checkLen("ChainRule", grad)
	ps.checkLen("ChainRule", z)
	for i := range ps.free {
		grad[i] *= ps.free[i].slope(z[i])
	}
}

// LogPriorGrad returns the log prior density at the point z and adds its gradient to
// z to grad, unless that is nil. It is that of the coordinates in which bounds are out
// of sight:
//
//	sum over i with a prior of log p_i(θ_i) + log |dθ_i/dz_i|
//
// the second term for parameters with bounds alone: a real number has no Jacobian,
// whatever its unit. So the mode does not run into a bound, and is one of what a
// sampler draws. A prior that is cut by the parameter's bounds is not normalised again.
// Cost: O(Len), without allocation.
func (ps *Parameters) LogPriorGrad(grad, z []float64) float64 {
	ps.checkLen("LogPriorGrad", z)
	if grad != nil {
		ps.checkLen("LogPriorGrad", grad)
	}
	sum := 0.0
	for i := range ps.free {
		c := &ps.free[i]
		if c.grader == nil {
			continue
		}
		v, d := c.logPriorGrad(z[i])
		sum += v
		if grad != nil {
			grad[i] += d
		}
	}
	return sum
}

// slope returns dθ/dz.
func (c *coordinate) slope(z float64) float64 { return prob.Slope(c.onto, z) }

// logPriorGrad returns the log prior density on the line and its derivative.
func (c *coordinate) logPriorGrad(z float64) (v, d float64) {
	v, d = c.grader.LogProbGrad(c.onto.Constrain(z))
	d *= c.slope(z)
	switch c.onto.(type) {
	case prob.Identity, affine:
	default:
		j, dj := c.onto.LogJacobian(z)
		v, d = v+j, d+dj
	}
	return v, d
}

// affine is the map of the line onto itself that has its zero at shift and one step
// of unit: that of a number without bounds that is far from 0 or from 1.
type affine struct{ shift, unit float64 }

func (m affine) Unconstrain(x float64) float64 { return (x - m.shift) / m.unit }
func (m affine) Constrain(y float64) float64   { return m.shift + m.unit*y }
func (m affine) LogJacobian(float64) (logJacobian, dy float64) {
	return math.Log(m.unit), 0
}
