package main

import (
	"errors"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/hyper"
	"matheron/ppl"
	"matheron/prob"
	"matheron/rng"
)

// nutsProgram is the model as a program: its parameters with their priors, and the
// evidence of the data.
type nutsProgram struct {
	task   task
	fit    gp.Fit
	params *gp.Parameters // with the mean of the fit
	target *ppl.Target
	before *ppl.Target // the same parameters without data
}

// newProgram gives every parameter its prior.
func newProgram(t task) (*nutsProgram, error) {
	fit := t.fit()
	params, err := fit.Parameters(t.prior(), t.units.X, t.units.Y)
	if err != nil {
		return nil, err
	}
	p := &nutsProgram{task: t, fit: fit, params: params}
	drawn := 0
	for _, q := range params.Free() {
		if q.Prior == nil {
			continue
		}
		drawn++
		// A draw from such a prior would be no model.
		if s := q.Prior.Support(); s.Lower < q.Lower || s.Upper > q.Upper {
			return nil, usagef("%s: its prior %v has values outside of the parameter's support, which is %v", q.Name, q.Prior, prob.Interval(q.Lower, q.Upper))
		}
	}
	if drawn == 0 {
		return nil, usagef("--method nuts without a parameter to draw: all are fixed")
	}
	key := rng.New(t.options.seed).Named("sites")
	if p.before, err = ppl.NewTarget(p.priors, key); err != nil {
		return nil, withoutSite(err)
	}
	p.target, err = ppl.NewTarget(p.model, key)
	return p, withoutSite(err)
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

// model is the program, and priors the part of it without data.
func (p *nutsProgram) model(c *ppl.Context) {
	hyper.Factor(c, evidenceSite, hyper.Sample(c, p.params), p.task.units.X, p.task.units.Y)
}

func (p *nutsProgram) priors(c *ppl.Context) { hyper.Sample(c, p.params) }

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
