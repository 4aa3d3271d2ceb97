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
// reaches every parameter of the kernel and the noise that the program sampled,
// from one factorisation. p.Kernel may be a [Sampled] kernel or a plain one.
//
// The jitter is p's and constant: where the covariance is not positive definite
// the density is zero. Data that no prior can be conditioned on, and parameters
// outside of their support, fail the site. x and y are read, and must stay the
// same from run to run. Cost: that of [gp.Evidence.EvalGrad].
func Factor(c *ppl.Context, name string, p gp.Prior, x *mat.Dense, y []float64, noise Noise) {
	r := regression{p, x, y, variance(noise)}
	var sampled []ad.Value
	if s, ok := p.Kernel.(Sampled); ok {
		r.prior.Kernel, sampled = s.Kernel, s.values
	}
	term, err := r.evidence(c, name, sampled, noise)
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

// kept is the evidence of a site from run to run.
type kept struct {
	x  *mat.Dense
	y  []float64
	ev *gp.Evidence
}

// evidence returns the log evidence as one node of the tape.
func (r *regression) evidence(c *ppl.Context, name string, sampled []ad.Value, noise Noise) (ad.Value, error) {
	k := c.Keep("hyper "+name, func() any { return new(kept) }).(*kept)
	if k.ev == nil || k.x != r.x || !sameSlice(k.y, r.y) {
		*k = kept{r.x, r.y, gp.NewEvidence(r.x, r.y)}
	}
	var inputs []ad.Value
	var at []int // positions in the kernel's gradient
	for i, v := range sampled {
		if v.Tape() != nil && !v.IsConst() {
			inputs, at = append(inputs, v), append(at, i)
		}
	}
	s, ok := noise.(SampledNoise)
	ok = ok && !s.value.IsConst()
	if len(inputs) == 0 && !ok {
		v, err := density(k.ev.Eval(r.prior, r.noise))
		return c.Const(v), err
	}
	v, g, err := k.ev.EvalGrad(r.prior, r.noise)
	if v, err = density(v, err); err != nil || math.IsInf(v, -1) {
		return c.Const(v), err
	}
	grads := make([][]float64, 0, len(inputs)+1)
	for _, i := range at {
		grads = append(grads, g.Kernel[i:i+1])
	}
	if ok {
		inputs, grads = append(inputs, s.value), append(grads, g.Noise)
	}
	return ad.WithGradient(v, grads, inputs...), nil
}

// sameSlice reports whether a and b are the same numbers in memory.
func sameSlice(a, b []float64) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// density returns the log evidence: -Inf where the covariance cannot be
// factorised or a parameter has left floating point, and the error of what is no
// matter of parameters.
func density(v float64, err error) (float64, error) {
	var pivot *linalg.NotPositiveDefinite
	var param *kernel.ParamError
	var value *gp.NotFinite
	switch {
	case err == nil:
		return v, nil
	case errors.As(err, &pivot), errors.As(err, &param), errors.As(err, &value) && value.What == "covariance":
		return math.Inf(-1), nil
	}
	return v, err
}
