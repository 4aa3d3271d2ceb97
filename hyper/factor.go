package hyper

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/ad"
	"matheron/gp"
	"matheron/kernel"
	"matheron/linalg"
	"matheron/ppl"
)

// regression is what a factor stands for, for [Posteriors].
type regression struct {
	prior gp.Prior
	x     *mat.Dense
	y     []float64
	noise gp.NoiseVariance
}

// Factor adds to the program, at a site of that name, the log evidence of
// targets y at the rows of x: log N(y; m(X), K_XX + noise + jitter). Its gradient
// reaches every parameter of the kernel, the mean and the noise that the program
// sampled or computed, from one factorisation. p.Kernel may be a [Sampled] kernel
// or a plain one, p.Mean a [SampledMean] or a plain one.
//
// The jitter is p's and constant: where the covariance is not positive definite, or
// a parameter that the program made is outside of its support, the density is zero.
// Data that no prior can be conditioned on, and numbers of the kernel and the noise
// that are none and not the program's, fail the site. x and y are read, and must stay the
// same from run to run. Cost: that of [gp.Evidence.EvalGrad].
func Factor(c *ppl.Context, name string, p gp.Prior, x *mat.Dense, y []float64, noise Noise) {
	r := regression{p, x, y, variance(noise)}
	var made made
	if s, ok := p.Kernel.(Sampled); ok {
		r.prior.Kernel, made.kernel = s.Kernel, s.values
	}
	if s, ok := p.Mean.(SampledMean); ok {
		r.prior.Mean, made.mean = s.Mean, s.values
	}
	if s, ok := noise.(SampledNoise); ok {
		made.noise = []ad.Value{s.value}
	}
	term, err := r.evidence(c, name, made)
	attach := func(next ppl.Eval) ppl.Eval {
		return func(c *ppl.Context, s *ppl.Site) {
			if err != nil {
				c.Fail(s, err)
			}
			s.Info = &r
			next(c, s)
		}
	}
	c.With(attach, func() { c.Factor(name, term) })
}

// variance returns the numbers of a noise.
func variance(n Noise) gp.NoiseVariance {
	switch t := n.(type) {
	case gp.NoiseVariance:
		return t
	case SampledNoise:
		return t.NoiseVariance
	}
	if !n.PerRow() {
		return gp.Noise(n.At(0))
	}
	rows := make([]float64, n.Len())
	for i := range rows {
		rows[i] = n.At(i)
	}
	return gp.NoiseRows(rows...)
}

// made holds the values on the tape that parameters come from, the zero Value
// where a number does not, in the order of [gp.Gradient].
type made struct {
	kernel, mean, noise []ad.Value
}

// inputs returns the variables among the values, with the derivatives to them.
func (m made) inputs(g gp.Gradient) (inputs []ad.Value, grads [][]float64) {
	add := func(values []ad.Value, grad []float64) {
		for i, v := range values {
			if v.Tape() != nil && !v.IsConst() {
				inputs, grads = append(inputs, v), append(grads, grad[i:i+1])
			}
		}
	}
	add(m.kernel, g.Kernel)
	add(m.mean, g.Mean)
	add(m.noise, g.Noise)
	return inputs, grads
}

// variable reports whether one of the values is a variable.
func (m made) variable() bool {
	for _, values := range [][]ad.Value{m.kernel, m.mean, m.noise} {
		for _, v := range values {
			if v.Tape() != nil && !v.IsConst() {
				return true
			}
		}
	}
	return false
}

// kept is the evidence of a site from run to run.
type kept struct {
	x  *mat.Dense
	y  []float64
	ev *gp.Evidence
}

// evidence returns the log evidence as one node of the tape.
func (r *regression) evidence(c *ppl.Context, name string, m made) (ad.Value, error) {
	k := c.Keep("hyper "+name, func() any { return new(kept) }).(*kept)
	if k.ev == nil || k.x != r.x || !sameSlice(k.y, r.y) {
		*k = kept{r.x, r.y, gp.NewEvidence(r.x, r.y)}
	}
	if !m.variable() {
		v, err := k.ev.Eval(r.prior, r.noise)
		v, err = r.density(m, v, err)
		return c.Const(v), err
	}
	v, g, err := k.ev.EvalGrad(r.prior, r.noise)
	if v, err = r.density(m, v, err); err != nil || math.IsInf(v, -1) {
		return c.Const(v), err
	}
	inputs, grads := m.inputs(g)
	return ad.WithGradient(v, grads, inputs...), nil
}

// sameSlice reports whether a and b are the same numbers in memory.
func sameSlice(a, b []float64) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// density returns the log evidence: -Inf where the covariance cannot be
// factorised or a parameter that the program made has left its support or floating
// point, and the error of what is no matter of parameters.
func (r *regression) density(m made, v float64, err error) (float64, error) {
	var pivot *linalg.NotPositiveDefinite
	var param *kernel.ParamError
	var noise *gp.NoiseError
	var value *gp.NotFinite
	switch {
	case err == nil:
		return v, nil
	case errors.As(err, &pivot),
		errors.As(err, &param) && m.has(r.prior.Kernel, param.Param.Name),
		errors.As(err, &noise) && m.noise != nil,
		errors.As(err, &value) && value.What == "covariance",
		errors.As(err, &value) && value.What == "mean" && m.mean != nil:
		return math.Inf(-1), nil
	}
	return v, err
}

// has reports whether the program made the parameter of k of that name.
func (m made) has(k kernel.Kernel, name string) bool {
	for i, p := range kernel.Params(k) {
		if p.Name == name {
			return i < len(m.kernel) && m.kernel[i].Tape() != nil
		}
	}
	return false
}
