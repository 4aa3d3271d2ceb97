package sparse

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/optimize"
	"matheron/prob"
)

// coordinates say how the vector that a fit moves in becomes a prior and a noise:
// the parameters on the line, then Z in standard deviations of the inputs.
type coordinates struct {
	params    *gp.Parameters
	z         *mat.Dense // at the start
	jitter    float64    // of K_ZZ
	fixedZ    bool
	sd        []float64 // standard deviation of each input, 1 if that is 0
	low, high []float64 // least and greatest of each input
}

// coordinates returns those around a start, which says whether the mean's parameters
// are searched.
func (f Fit) coordinates(p Prior, noise gp.NoiseVariance, x *mat.Dense, mean bool) (*coordinates, error) {
	opts := gp.ParameterOptions{Priors: f.Priors}
	if f.KnownNoise != nil {
		noise = *f.KnownNoise
		if !noise.PerRow() {
			opts.Fixed = append(opts.Fixed, gp.NoiseName)
		}
	}
	if !mean {
		for _, q := range gp.MeanParams(p.Prior.Mean) {
			opts.Fixed = append(opts.Fixed, q.Name)
		}
	}
	params, err := gp.NewParameters(p.Prior, noise, opts)
	if err != nil {
		return nil, err
	}
	c := &coordinates{params: params, z: p.Z, jitter: p.Jitter, fixedZ: f.FixedZ}
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
		c.sd = append(c.sd, sd)
		c.low, c.high = append(c.low, slices.Min(col)), append(c.high, slices.Max(col))
	}
	// With a kernel or a mean without input gradient Z stays.
	c.fixedZ = c.fixedZ || !(&Inducing{prior: p.Prior}).inputsDiffer()
	return c, nil
}

// origin returns the coordinates of the start.
func (c *coordinates) origin() []float64 {
	u := c.params.Unconstrain(nil, c.params.Values())
	if c.fixedZ {
		return u
	}
	m, _ := c.z.Dims()
	for i := range m {
		for j, v := range c.z.RawRowView(i) {
			u = append(u, v/c.sd[j])
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
	free := c.params.Free()
	for i, v := range u {
		switch {
		case i >= len(free):
			j := (i - len(free)) % len(c.sd)
			width := c.high[j] - c.low[j]
			b.Lower[i], b.Upper[i] = (c.low[j]-width)/c.sd[j], (c.high[j]+width)/c.sd[j]
			b.Lower[i], b.Upper[i] = math.Min(b.Lower[i], v), math.Max(b.Upper[i], v)
		case free[i].Support() == prob.Real():
			b.Lower[i], b.Upper[i] = math.Inf(-1), math.Inf(1)
		default:
			b.Lower[i], b.Upper[i] = v-searchWidth, v+searchWidth
		}
	}
	return b
}

// split returns the parts of u: the parameters on the line, and Z.
func (c *coordinates) split(u []float64) (line, z []float64) {
	return u[:c.params.Len()], u[c.params.Len():]
}

// theta returns the parameters at u.
func (c *coordinates) theta(u []float64) []float64 {
	line, _ := c.split(u)
	return c.params.Constrain(nil, line)
}

// at returns the prior and the noise at u.
func (c *coordinates) at(u []float64) (Prior, gp.NoiseVariance) {
	prior, noise := c.params.At(c.theta(u))
	p := Prior{Prior: prior, Z: c.z, Jitter: c.jitter}
	if !c.fixedZ {
		m, d := c.z.Dims()
		_, z := c.split(u)
		z = slices.Clone(z)
		for i := range z {
			z[i] *= c.sd[i%d]
		}
		p.Z = mat.NewDense(m, d, z)
	}
	return p, noise
}

// logPrior returns the log prior density on the line.
func (c *coordinates) logPrior(u []float64) float64 {
	line, _ := c.split(u)
	return c.params.LogPriorGrad(nil, line)
}

// descent sets dst to minus the gradient to u of the bound plus the log prior,
// and returns the log prior.
func (c *coordinates) descent(dst, u []float64, g Gradient) float64 {
	line, _ := c.split(u)
	own, rest := c.split(dst)
	c.params.FreeGradient(own, gp.Gradient{Kernel: g.Kernel, Mean: g.Mean, Noise: g.Noise})
	c.params.ChainRule(own, line)
	logPrior := c.params.LogPriorGrad(own, line)
	for i := range own {
		own[i] = -own[i]
	}
	if !c.fixedZ {
		d := len(c.sd)
		for i, v := range flatten(g.Z) {
			rest[i] = -v * c.sd[i%d]
		}
	}
	return logPrior
}

// flatten returns the elements of a matrix without padding.
func flatten(m *mat.Dense) []float64 { return m.RawMatrix().Data }

// scale returns the mean prior variance at Z.
func (c *coordinates) scale() float64 {
	m, _ := c.z.Dims()
	diag, mean := make([]float64, m), 0.0
	prior, _ := c.params.At(c.params.Values())
	prior.Kernel.Diag(diag, c.z)
	for _, v := range diag {
		mean += v / float64(m)
	}
	return mean
}
