package main

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/hyper"
	"matheron/kernel"
	"matheron/ppl"
	"matheron/prob"
	"matheron/rng"
)

// nutsProgram is the model as a program: its parameters with their priors, and the
// evidence of the data.
type nutsProgram struct {
	task   task
	fit    gp.Fit
	prior  gp.Prior // with the mean of the fit
	laws   []gp.ParamPrior
	target *ppl.Target
	before *ppl.Target // the same parameters without data
}

// newProgram gives every parameter its prior.
func newProgram(t task) (*nutsProgram, error) {
	fit := t.fit()
	fitted, err := fit.Parameters(t.prior(), t.units.X, t.units.Y)
	if err != nil {
		return nil, err
	}
	prior, _ := fitted.At(fitted.Values())
	var laws []gp.ParamPrior
	for _, q := range fitted.Free() {
		if q.Prior != nil {
			laws = append(laws, gp.ParamPrior{Pattern: q.Name, Prior: q.Prior})
		}
	}
	p := &nutsProgram{task: t, fit: fit, prior: prior, laws: laws}
	params := append(kernel.Params(prior.Kernel), gp.MeanParams(prior.Mean)...)
	for _, q := range append(params, kernel.Param{Name: gp.NoiseName, Upper: math.Inf(1)}) {
		if err := p.checkSupport(q); err != nil {
			return nil, err
		}
	}
	if len(laws) == 0 {
		return nil, usagef("--method nuts without a parameter to draw: all are fixed")
	}
	key := rng.New(t.options.seed).Named("sites")
	if p.before, err = ppl.NewTarget(p.model(false), key); err != nil {
		return nil, withoutSite(err)
	}
	p.target, err = ppl.NewTarget(p.model(true), key)
	return p, withoutSite(err)
}

// checkSupport refuses a prior with values that its parameter cannot have: a draw
// from it would be no model.
func (p *nutsProgram) checkSupport(q kernel.Param) error {
	for _, l := range p.laws {
		if l.Pattern != q.Name {
			continue
		}
		if s := l.Prior.Support(); s.Lower < q.Lower || s.Upper > q.Upper {
			return usagef("%s: its prior %v has values outside of the parameter's support, which is %v", q.Name, l.Prior, prob.Interval(q.Lower, q.Upper))
		}
	}
	return nil
}

// evidenceSite is the name of the site of the evidence.
const evidenceSite = "evidence"

// errNoEvidence is the error of a covariance that cannot be factorised.
var errNoEvidence = errors.New("the evidence is zero wherever the priors put the parameters (the covariance cannot be factorised): give --jitter, another --noise-variance, or other priors")

// withoutSite says what is wrong at the site of the evidence in terms of the table
// and the flags.
func withoutSite(err error) error {
	var equal *gp.EqualInputs
	var value *gp.NotFinite
	var site *ppl.SiteError
	switch {
	case errors.As(err, &equal):
		return equal
	case errors.As(err, &value):
		return value
	case errors.As(err, &site) && site.Site == evidenceSite:
		return errNoEvidence
	}
	return err
}

// model returns the program, with the evidence or without.
func (p *nutsProgram) model(evidence bool) ppl.Model {
	kernels, means := hyper.Priors{}, hyper.Priors{}
	for _, q := range kernel.Params(p.prior.Kernel) {
		if law := p.law(q.Name); law != nil {
			kernels[q.Name] = law
		}
	}
	for _, q := range gp.MeanParams(p.prior.Mean) {
		if law := p.law(q.Name); law != nil {
			means[q.Name] = law
		}
	}
	t := p.task
	return func(c *ppl.Context) {
		prior := p.prior
		prior.Kernel = hyper.Kernel(c, prior.Kernel, kernels)
		if m, ok := prior.Mean.(gp.ParametricMean); ok && len(means) > 0 {
			prior.Mean = hyper.Mean(c, m, means)
		}
		var noise hyper.Noise
		if known := t.knownNoise(); known != nil {
			noise = *known
		} else {
			noise = hyper.NoiseVariance(c, ppl.Of(p.law(gp.NoiseName)))
		}
		if evidence {
			hyper.Factor(c, evidenceSite, prior, t.units.X, t.units.Y, noise)
		}
	}
}

// law returns the prior of a parameter, nil for one that keeps its number.
func (p *nutsProgram) law(name string) prob.Distribution {
	for _, l := range p.laws {
		if l.Pattern == name {
			return l.Prior
		}
	}
	return nil
}

// evidence returns the log evidence of the data in their own units at points of
// the target, from its log density there; rows are those that it is made of.
func (p *nutsProgram) evidence(x, logProb []float64, rows int) float64 {
	dim := p.target.Dim()
	mean := 0.0
	for i, v := range logProb {
		mean += (v - p.before.LogProbGrad(nil, x[i*dim:(i+1)*dim])) / float64(len(logProb))
	}
	return p.task.logDensity(mean, rows)
}

// constrained returns the parameters at points of the target, a draw a row.
func (p *nutsProgram) constrained(rows *mat.Dense) *mat.Dense {
	out := mat.DenseCopyOf(rows)
	n, _ := rows.Dims()
	for i := range n {
		p.target.Constrain(out.RawRowView(i), rows.RawRowView(i))
	}
	return out
}
