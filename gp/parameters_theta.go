package gp

import (
	"math"

	"matheron/kernel"
	"matheron/prob"
)

// At returns the prior and the noise that θ stands for: the kernel, the mean and the
// noise of [NewParameters] with the values of θ in place of their own. Jitter, and what
// is fixed, stay.
func (ps *Parameters) At(theta []float64) (Prior, NoiseVariance) {
	ps.checkLen("At", theta)
	p, full := ps.prior, ps.fill(nil, theta)
	if ps.freeBetween(0, ps.kernel) {
		p.Kernel = kernel.WithParams(p.Kernel, full[:ps.kernel])
	}
	if m, ok := p.Mean.(ParametricMean); ok && ps.freeMean() {
		p.Mean = m.WithParams(full[ps.kernel : ps.kernel+ps.mean])
	}
	return p, ps.noiseAt(theta)
}

// fill appends the values of all parameters to dst.
func (ps *Parameters) fill(dst, theta []float64) []float64 {
	n := len(dst)
	for _, p := range ps.all {
		dst = append(dst, p.Value)
	}
	for i, c := range ps.free {
		dst[n+c.at] = theta[i]
	}
	return dst
}

// noiseAt returns the noise that θ stands for.
func (ps *Parameters) noiseAt(theta []float64) NoiseVariance {
	if ps.freeNoise() {
		return Noise(theta[len(theta)-1])
	}
	return ps.noise
}

// freeBetween reports whether one of the parameters [from, to) is free.
func (ps *Parameters) freeBetween(from, to int) bool {
	for _, p := range ps.all[from:to] {
		if !p.Fixed {
			return true
		}
	}
	return false
}

func (ps *Parameters) freeMean() bool  { return ps.freeBetween(ps.kernel, ps.kernel+ps.mean) }
func (ps *Parameters) freeNoise() bool { return ps.freeBetween(ps.kernel+ps.mean, len(ps.all)) }

// Params returns the free parameters with the values θ.
func (ps *Parameters) Params(theta []float64) []kernel.Param {
	ps.checkLen("Params", theta)
	out := make([]kernel.Param, len(ps.free))
	for i, c := range ps.free {
		out[i] = c.Param
		out[i].Value = theta[i]
	}
	return out
}

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

// AtParameters is [Evidence.At] for the prior and the noise that θ stands for, without
// making them. Unless grad is nil it is set to the derivatives to θ. It allocates what
// At does: nothing from the second call on, with kernels of package kernel and means of
// this one on one goroutine.
func (e *Evidence) AtParameters(grad []float64, ps *Parameters, theta []float64) (float64, error) {
	ps.checkLen("AtParameters", theta)
	own := ps.kernel
	if ps.freeMean() {
		own += ps.mean
	}
	e.all = ps.fill(e.all[:0], theta)
	if grad == nil {
		return e.At(nil, ps.prior, e.all[:own], ps.noiseAt(theta))
	}
	ps.checkLen("AtParameters", grad)
	v, err := e.At(&e.gradient, ps.prior, e.all[:own], ps.noiseAt(theta))
	if err == nil {
		ps.FreeGradient(grad, e.gradient)
	}
	return v, err
}

// FreeGradient sets dst to the derivatives to θ among those of g.
func (ps *Parameters) FreeGradient(dst []float64, g Gradient) {
	ps.checkLen("FreeGradient", dst)
	for i := range ps.free {
		switch at := ps.free[i].at; {
		case at < ps.kernel:
			dst[i] = g.Kernel[at]
		case at < ps.kernel+ps.mean:
			dst[i] = g.Mean[at-ps.kernel]
		default:
			dst[i] = g.Noise[0]
		}
	}
}
