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
	"matheron/prob"
)

// regression is what a factor stands for, for [Posteriors], and what its site keeps
// from run to run.
type regression struct {
	process *Process
	x       *mat.Dense
	y       []float64

	ev     *gp.Evidence // of x and y
	evX    *mat.Dense
	evY    []float64
	grad   []float64
	inputs []ad.Value
	grads  [][]float64
}

// Factor adds to the program, at a site of that name, the log evidence of targets y at
// the rows of x under the process: log N(y; m(X), K_XX + noise + jitter). Its gradient
// reaches every parameter of the kernel, the mean and the noise that the program
// sampled or computed, from one factorisation.
//
// The jitter is that of the process and constant: where the covariance is not positive
// definite, or a parameter that the program made is outside of its support, the density
// is zero. Data that no prior can be conditioned on fail the site. x and y are read, and
// must stay the same from run to run. Cost: that of [gp.Evidence.EvalGrad].
func Factor(c *ppl.Context, name string, p *Process, x *mat.Dense, y []float64) {
	r := ppl.ScratchOf[regression](c)
	r.process, r.x, r.y = p, x, y
	term, err := r.evidence(c)
	s := c.NewSite(ppl.Factor, name)
	if err != nil {
		c.Fail(s, err)
	}
	s.Value, s.Info = term, r
	c.Apply(s)
}

// ParamSupports returns what the evidence asks of the values that the program made.
func (r *regression) ParamSupports() []ppl.ParamSupport {
	var out []ppl.ParamSupport
	for i, q := range r.process.free {
		if v := r.process.values[i]; v.Tape() != nil {
			out = append(out, ppl.ParamSupport{Value: v, Parameter: q.Name, Support: prob.Interval(q.Lower, q.Upper)})
		}
	}
	return out
}

// evidence returns the log evidence as one node of the tape.
func (r *regression) evidence(c *ppl.Context) (ad.Value, error) {
	if r.ev == nil || r.evX != r.x || !sameSlice(r.evY, r.y) {
		r.ev, r.evX, r.evY = gp.NewEvidence(r.x, r.y), r.x, r.y
	}
	r.ev.Workers = c.Workers()
	p := r.process
	var grad []float64
	if p.variables() {
		if len(r.grad) != len(p.theta) {
			r.grad = make([]float64, len(p.theta))
		}
		grad = r.grad
	}
	v, err := r.ev.AtParameters(grad, p.params, p.theta)
	if err != nil {
		v, err = r.density(err)
	}
	if err != nil || grad == nil || math.IsInf(v, -1) {
		return c.Const(v), err
	}
	r.inputs, r.grads = r.inputs[:0], r.grads[:0]
	for i, v := range p.values {
		if p.variable(i) {
			r.inputs, r.grads = append(r.inputs, v), append(r.grads, grad[i:i+1])
		}
	}
	return ad.WithGradient(v, r.grads, r.inputs...), nil
}

// sameSlice reports whether a and b are the same numbers in memory.
func sameSlice(a, b []float64) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// density returns what an error of the evidence stands for: -Inf where the
// covariance cannot be factorised, rounding leaves nothing of the evidence, or a
// parameter that the program made has left its support or floating point; and the error
// itself where it is no matter of parameters.
func (r *regression) density(err error) (float64, error) {
	var pivot *linalg.NotPositiveDefinite
	var lost *gp.EvidenceLost
	var param *kernel.ParamError
	var noise *gp.NoiseError
	var value *gp.NotFinite
	p := r.process
	switch {
	case errors.As(err, &pivot), errors.As(err, &lost),
		errors.As(err, &param) && p.made(param.Param.Name),
		errors.As(err, &noise) && p.made(gp.NoiseName),
		errors.As(err, &value) && value.What == "covariance",
		errors.As(err, &value) && value.What == "mean" && p.madeMean():
		return math.Inf(-1), nil
	}
	return 0, err
}
