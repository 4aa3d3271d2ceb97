package hyper

import (
	"fmt"
	"slices"

	"matheron/ad"
	"matheron/gp"
	"matheron/ppl"
	"matheron/prob"
)

// Process is a Gaussian process and the noise of its observations in one run of a
// program: each free parameter is a number, or a value on the tape of the run. Make it
// by [Sample] and give it to [Factor]. It belongs to that run: the next one may have
// its storage.
type Process struct {
	params *gp.Parameters
	tape   *ad.Tape
	theta  []float64
	// values[i] is free parameter i on the tape; the zero Value is a number that the
	// program did not make.
	values []ad.Value

	free   []gp.Parameter
	start  []float64
	ofMean []bool
	// chosen says which setting each parameter has, for settings of these patterns.
	patterns []string
	chosen   []int
}

// Setting is a value of the program in the place of parameters; see [Set].
type Setting struct {
	pattern string
	value   ad.Value
}

// Set puts a scalar that the program has computed in the place of every free parameter
// that the pattern matches. Of several settings the one counts that would of priors,
// see [gp.ParamPrior].
//
//	alpha := c.Sample("alpha", ppl.Of(prob.HalfNormal{SD: 2}))
//	p := hyper.Sample(c, params, hyper.Set("RBF.variance", ad.Square(alpha)))
func Set(pattern string, v ad.Value) Setting { return Setting{pattern, v} }

// Sample returns the process of ps in this run of the program. Free parameters are, in
// their order: what a setting says; else, where they have a prior, random variables,
// each at a site of its full name; else the numbers that they have in ps.
//
// Where a computed value is out of the parameter's bounds the density of [Factor] is
// zero; a random variable whose prior has values that the parameter cannot have
// fails the site, or is refused by [ppl.NewTarget] (*[ppl.SupportError]). It panics if
// a setting matches no free parameter.
//
// ps is the same from run to run: a program that makes it anew allocates.
func Sample(c *ppl.Context, ps *gp.Parameters, settings ...Setting) *Process {
	p := ppl.ScratchOf[Process](c)
	p.reset(ps)
	p.choose(settings)
	if c != nil {
		p.tape = c.Tape()
	}
	for i := range p.free {
		q, v := &p.free[i], ad.Value{}
		switch {
		case p.chosen[i] >= 0:
			v = settings[p.chosen[i]].value
		case q.Prior != nil:
			if err := ppl.CheckSupport(q.Prior.Support(), prob.Interval(q.Lower, q.Upper), "the parameter"); err != nil {
				c.Fail(&ppl.Site{Kind: ppl.Sample, Name: q.Name}, err)
			}
			v = c.Sample(q.Name, c.Of(q.Prior))
		}
		if v.Tape() != nil {
			p.theta[i] = v.Float()
		}
		p.values[i] = v
	}
	return p
}

// reset makes p the process of ps at its numbers.
func (p *Process) reset(ps *gp.Parameters) {
	if p.params != ps {
		p.params, p.free, p.start = ps, ps.Free(), ps.Values()
		p.theta, p.values = make([]float64, len(p.free)), make([]ad.Value, len(p.free))
		p.patterns, p.chosen = nil, nil
		prior, _ := ps.At(p.start)
		means := map[string]bool{}
		for _, q := range gp.MeanParams(prior.Mean) {
			means[q.Name] = true
		}
		p.ofMean = make([]bool, len(p.free))
		for i, q := range p.free {
			p.ofMean[i] = means[q.Name]
		}
	}
	copy(p.theta, p.start)
}

// choose sets p.chosen.
func (p *Process) choose(settings []Setting) {
	same := p.chosen != nil && len(settings) == len(p.patterns)
	for i, s := range settings {
		same = same && s.pattern == p.patterns[i]
		if s.value.Tape() == nil {
			panic(fmt.Sprintf("hyper: Set of %q to no value of a program", s.pattern))
		}
	}
	if same {
		return
	}
	patterns := make([]string, len(settings))
	for i, s := range settings {
		patterns[i] = s.pattern
	}
	chosen, err := p.params.Match(patterns...)
	if err != nil {
		panic("hyper: " + err.Error())
	}
	p.patterns, p.chosen = patterns, chosen
}

// Value returns the value on the tape of the one free parameter that the pattern
// matches, a constant where it is a number: for what else the program makes of it. It
// panics if it matches none, or several.
func (p *Process) Value(pattern string) ad.Value {
	chosen, err := p.params.Match(pattern)
	if err != nil {
		panic("hyper: " + err.Error())
	}
	i := slices.Index(chosen, 0)
	if slices.Contains(chosen[i+1:], 0) {
		panic(fmt.Sprintf("hyper: Value of %q, which several parameters are called", pattern))
	}
	if v := p.values[i]; v.Tape() != nil {
		return v
	}
	return p.tape.Const(p.theta[i])
}

// At returns the prior and the noise with the numbers of the run.
func (p *Process) At() (gp.Prior, gp.NoiseVariance) { return p.params.At(p.theta) }

// made reports whether the program made the free parameter of that name.
func (p *Process) made(name string) bool {
	for i := range p.free {
		if p.free[i].Name == name {
			return p.values[i].Tape() != nil
		}
	}
	return false
}

// madeMean reports whether the program made a parameter of the mean.
func (p *Process) madeMean() bool {
	for i, mean := range p.ofMean {
		if mean && p.values[i].Tape() != nil {
			return true
		}
	}
	return false
}

// variable reports whether free parameter i is a variable of the tape.
func (p *Process) variable(i int) bool {
	v := p.values[i]
	return v.Tape() != nil && !v.IsConst()
}

// variables reports whether one of them is.
func (p *Process) variables() bool {
	for i := range p.values {
		if p.variable(i) {
			return true
		}
	}
	return false
}
