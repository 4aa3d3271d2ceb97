package hyper

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/ad"
	"matheron/gp"
	"matheron/internal/gram"
	"matheron/kernel"
	"matheron/linalg"
	"matheron/ppl"
	"matheron/prob"
)

// regression is what a factor stands for, for [Posteriors], and what its site keeps
// from run to run.
type regression struct {
	plan  *gram.Plan // of a kernel that is not sampled
	prior gp.Prior
	x     *mat.Dense
	y     []float64
	noise gp.NoiseVariance

	kernel *sampled     // in place of prior.Kernel, unless nil
	mean   *sampledMean // in place of prior.Mean, unless nil
	theta  []float64    // of both
	made   made
	noises [1]ad.Value

	ev     *gp.Evidence // of x and y
	evX    *mat.Dense
	evY    []float64
	grad   gp.Gradient
	inputs []ad.Value
	grads  [][]float64
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
	r := ppl.Kept[regression](c)
	r.take(p, noise)
	r.x, r.y = x, y
	term, err := r.evidence(c)
	s := c.NewSite(ppl.Factor, name)
	if err != nil {
		c.Fail(s, err)
	}
	s.Value, s.Info = term, r
	c.Apply(s)
}

// take takes a prior and a noise apart into numbers and values on the tape.
func (r *regression) take(p gp.Prior, noise Noise) {
	r.prior, r.kernel, r.mean, r.made = p, nil, nil, made{}
	if s, ok := p.Kernel.(Sampled); ok {
		r.kernel, r.made.kernel = s.sampled, s.params.values
		r.prior.Kernel = s.of
	}
	if s, ok := p.Mean.(SampledMean); ok {
		r.mean, r.made.mean = s.sampledMean, s.params.values
		r.prior.Mean = s.of
	}
	// No method of the interface is called: a call would put every noise that a
	// program makes on the heap.
	switch t := noise.(type) {
	case gp.NoiseVariance:
		r.noise = t
	case SampledNoise:
		r.noises[0] = t.value
		r.noise, r.made.noise = t.NoiseVariance, r.noises[:]
	default:
		panic("hyper: Factor: the noise is neither a gp.NoiseVariance nor a SampledNoise")
	}
}

// Needs returns what the evidence asks of the values that the program made.
func (r *regression) Needs() []ppl.Need {
	var out []ppl.Need
	add := func(values []ad.Value, params []kernel.Param) {
		for i, v := range values {
			if v.Tape() != nil {
				out = append(out, ppl.Need{Value: v, Parameter: params[i].Name, Support: prob.Interval(params[i].Lower, params[i].Upper)})
			}
		}
	}
	add(r.made.kernel, kernel.Params(r.prior.Kernel))
	add(r.made.mean, gp.MeanParams(r.prior.Mean))
	add(r.made.noise, []kernel.Param{{Name: "noise variance", Lower: 0, Upper: math.Inf(1)}})
	return out
}

// fixed returns the prior with all its numbers.
func (r *regression) fixed() gp.Prior {
	p := r.prior
	if r.kernel != nil {
		p.Kernel = r.kernel.Unwrap()
	}
	if r.mean != nil {
		p.Mean = r.mean.Unwrap()
	}
	return p
}

// made holds the values on the tape that parameters come from, the zero Value
// where a number does not, in the order of [gp.Gradient].
type made struct {
	kernel, mean, noise []ad.Value
}

// variable reports whether one of the values is a variable.
func (m made) variable() bool {
	return anyVariable(m.kernel) || anyVariable(m.mean) || anyVariable(m.noise)
}

func anyVariable(values []ad.Value) bool {
	for _, v := range values {
		if v.Tape() != nil && !v.IsConst() {
			return true
		}
	}
	return false
}

// list appends the variables among the values, with the derivatives to them.
func (r *regression) list(values []ad.Value, grad []float64) {
	for i, v := range values {
		if v.Tape() != nil && !v.IsConst() {
			r.inputs, r.grads = append(r.inputs, v), append(r.grads, grad[i:i+1])
		}
	}
}

// evidence returns the log evidence as one node of the tape.
func (r *regression) evidence(c *ppl.Context) (ad.Value, error) {
	if r.ev == nil || r.evX != r.x || !sameSlice(r.evY, r.y) {
		r.ev, r.evX, r.evY = gp.NewEvidence(r.x, r.y), r.x, r.y
	}
	r.ev.Workers = c.Workers()
	r.theta = r.theta[:0]
	if r.kernel != nil {
		r.theta = append(r.theta, r.kernel.params.theta...)
	} else {
		r.plan, r.theta = kernel.Compile(r.prior.Kernel, r.plan, r.theta)
	}
	if r.mean != nil {
		r.theta = append(r.theta, r.mean.params.theta...)
	}
	var grad *gp.Gradient
	if r.made.variable() {
		grad = &r.grad
	}
	v, err := r.ev.At(grad, r.prior, r.theta, r.noise)
	if err != nil {
		v, err = r.density(err)
	}
	if err != nil || grad == nil || math.IsInf(v, -1) {
		return c.Const(v), err
	}
	r.inputs, r.grads = r.inputs[:0], r.grads[:0]
	r.list(r.made.kernel, grad.Kernel)
	r.list(r.made.mean, grad.Mean)
	r.list(r.made.noise, grad.Noise)
	return ad.WithGradient(v, r.grads, r.inputs...), nil
}

// sameSlice reports whether a and b are the same numbers in memory.
func sameSlice(a, b []float64) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// density returns what an error of the evidence stands for: -Inf where the
// covariance cannot be factorised, rounding leaves nothing of the evidence, or a parameter that the program made has left its
// support or floating point, and the error itself where it is no matter of
// parameters.
func (r *regression) density(err error) (float64, error) {
	var pivot *linalg.NotPositiveDefinite
	var lost *gp.EvidenceLost
	var param *kernel.ParamError
	var noise *gp.NoiseError
	var value *gp.NotFinite
	m := r.made
	switch {
	case errors.As(err, &pivot), errors.As(err, &lost),
		errors.As(err, &param) && m.has(r.prior.Kernel, param.Param.Name),
		errors.As(err, &noise) && m.noise != nil,
		errors.As(err, &value) && value.What == "covariance",
		errors.As(err, &value) && value.What == "mean" && m.mean != nil:
		return math.Inf(-1), nil
	}
	return 0, err
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
