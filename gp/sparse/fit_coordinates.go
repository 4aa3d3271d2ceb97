package sparse

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/optimize"
	"matheron/prob"
)

// coordinates say how the vector that a fit moves in becomes a prior and a noise:
// the parameters on the unconstrained line, then Z in standard deviations of the
// inputs.
type coordinates struct {
	p            Prior // at any values; its Jitter is the fit's
	noise        gp.NoiseVariance
	fitNoise     bool
	kernel, mean int // numbers of parameters
	params       []kernel.Param
	onto         []prob.Bijector
	priors       []prob.Distribution // nil: flat
	holdZ        bool
	spread       []float64 // standard deviation of each input, 1 if that is 0
	low, high    []float64 // least and greatest of each input
}

// coordinates returns those around a start, which says whether the mean's parameters
// are searched.
func (f Fit) coordinates(p Prior, noise gp.NoiseVariance, x *mat.Dense, mean bool) (*coordinates, error) {
	c := &coordinates{p: p, noise: noise, fitNoise: f.KnownNoise == nil, holdZ: f.HoldZ}
	if !c.fitNoise {
		c.noise = *f.KnownNoise
	}
	c.params = kernel.Params(p.Prior.Kernel)
	c.kernel = len(c.params)
	if mean {
		c.params = append(c.params, gp.MeanParams(p.Prior.Mean)...)
	}
	c.mean = len(c.params) - c.kernel
	if c.fitNoise {
		c.params = append(c.params, kernel.Param{Name: gp.NoiseName, Value: noise.At(0), Upper: math.Inf(1)})
	}
	var err error
	if c.priors, err = gp.MatchPriors(c.params, f.Priors); err != nil {
		return nil, err
	}
	for i, p := range c.priors {
		if p == nil {
			continue
		}
		if _, ok := p.(prob.Grader); !ok {
			return nil, fmt.Errorf("the prior of %s, %v, has no gradient", c.params[i].Name, p)
		}
	}
	for i, q := range c.params {
		s := prob.Support{Lower: q.Lower, Upper: q.Upper}
		if c.priors[i] != nil {
			o := c.priors[i].Support()
			s = prob.Interval(math.Max(s.Lower, o.Lower), math.Min(s.Upper, o.Upper))
		}
		c.onto = append(c.onto, s.Bijector())
	}
	n, d := x.Dims()
	col := make([]float64, n)
	for j := range d {
		mat.Col(col, j, x)
		var mean, square float64
		for _, v := range col {
			mean += v / float64(n)
		}
		for _, v := range col {
			square += (v - mean) * (v - mean) / float64(n)
		}
		sd := math.Sqrt(square)
		if sd == 0 {
			sd = 1
		}
		c.spread = append(c.spread, sd)
		c.low, c.high = append(c.low, slices.Min(col)), append(c.high, slices.Max(col))
	}
	// A kernel or a mean without input gradient holds Z.
	c.holdZ = c.holdZ || !(&Inducing{prior: p.Prior}).inputsDiffer()
	return c, nil
}

// origin returns the coordinates of the start.
func (c *coordinates) origin() []float64 {
	var u []float64
	for i, q := range c.params {
		u = append(u, c.onto[i].Unconstrain(q.Value))
	}
	if c.holdZ {
		return u
	}
	m, _ := c.p.Z.Dims()
	for i := range m {
		for j, v := range c.p.Z.RawRowView(i) {
			u = append(u, v/c.spread[j])
		}
	}
	return u
}

// searchWidth is how far the search goes from the start in the logarithm of a
// positive parameter: a factor of e^12, some 10^5, to each side.
const searchWidth = 12

// box bounds the search: around the start, and for Z a range beyond the data.
func (c *coordinates) box(u []float64) optimize.Box {
	b := optimize.Box{Lower: make([]float64, len(u)), Upper: make([]float64, len(u))}
	for i, v := range u {
		switch {
		case i >= len(c.params):
			j := (i - len(c.params)) % len(c.spread)
			width := c.high[j] - c.low[j]
			b.Lower[i], b.Upper[i] = (c.low[j]-width)/c.spread[j], (c.high[j]+width)/c.spread[j]
			b.Lower[i], b.Upper[i] = math.Min(b.Lower[i], v), math.Max(b.Upper[i], v)
		case c.onto[i] == prob.Bijector(prob.Identity{}):
			b.Lower[i], b.Upper[i] = math.Inf(-1), math.Inf(1)
		default:
			b.Lower[i], b.Upper[i] = v-searchWidth, v+searchWidth
		}
	}
	return b
}

// theta returns the parameters at u.
func (c *coordinates) theta(u []float64) []float64 {
	out := make([]float64, len(c.params))
	for i := range out {
		out[i] = c.onto[i].Constrain(u[i])
	}
	return out
}

// named returns the parameters at u with their names.
func (c *coordinates) named(u []float64) []kernel.Param {
	out := slices.Clone(c.params)
	for i, v := range c.theta(u) {
		out[i].Value = v
	}
	return out
}

// at returns the prior and the noise at u.
func (c *coordinates) at(u []float64) (Prior, gp.NoiseVariance) {
	theta := c.theta(u)
	p, noise := c.p, c.noise
	p.Prior.Kernel = kernel.WithParams(p.Prior.Kernel, theta[:c.kernel])
	if m, ok := p.Prior.Mean.(gp.ParametricMean); ok && c.mean > 0 {
		p.Prior.Mean = m.WithParams(theta[c.kernel : c.kernel+c.mean])
	}
	if c.fitNoise {
		noise = gp.Noise(theta[len(theta)-1])
	}
	if !c.holdZ {
		m, d := c.p.Z.Dims()
		z := slices.Clone(u[len(theta):])
		for i := range z {
			z[i] *= c.spread[i%d]
		}
		p.Z = mat.NewDense(m, d, z)
	}
	return p, noise
}

// logPrior returns the sum of the log prior densities on the line, those of a number
// with bounds with the Jacobian of its logarithm, as [gp.Fit] has them. It adds the
// gradient to the line to grad, unless that is nil.
func (c *coordinates) logPrior(u, grad []float64) (value float64) {
	for i, p := range c.priors {
		if p == nil {
			continue
		}
		v, d := p.(prob.Grader).LogProbGrad(c.onto[i].Constrain(u[i]))
		j, dj := c.onto[i].LogJacobian(u[i])
		value += v + j
		if grad != nil {
			grad[i] += d*prob.Slope(c.onto[i], u[i]) + dj
		}
	}
	return value
}

// descent sets dst to minus the gradient to u of the bound plus the log prior,
// and returns the log prior.
func (c *coordinates) descent(dst, u []float64, g Gradient) float64 {
	clear(dst)
	copy(dst, g.Kernel)
	copy(dst[c.kernel:c.kernel+c.mean], g.Mean)
	if c.fitNoise {
		dst[len(c.params)-1] = g.Noise[0]
	}
	for i, m := range c.onto {
		dst[i] *= prob.Slope(m, u[i])
	}
	logPrior := c.logPrior(u, dst)
	for i := range c.onto {
		dst[i] = -dst[i]
	}
	if !c.holdZ {
		d := len(c.spread)
		for i, v := range flatten(g.Z) {
			dst[len(c.params)+i] = -v * c.spread[i%d]
		}
	}
	return logPrior
}

// flatten returns the elements of a matrix without padding.
func flatten(m *mat.Dense) []float64 { return m.RawMatrix().Data }

// scale returns the mean prior variance at Z.
func (c *coordinates) scale() float64 {
	m, _ := c.p.Z.Dims()
	diag, mean := make([]float64, m), 0.0
	c.p.Prior.Kernel.Diag(diag, c.p.Z)
	for _, v := range diag {
		mean += v / float64(m)
	}
	return mean
}
