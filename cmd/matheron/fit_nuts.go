package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync/atomic"

	"github.com/spf13/pflag"
	"gonum.org/v1/gonum/mat"

	"matheron/dist"
	"matheron/gp"
	"matheron/hyper"
	"matheron/infer"
	"matheron/kernel"
	"matheron/ppl"
	"matheron/rng"
	"matheron/store"
)

// nutsOptions are the flags of fit for the method nuts.
type nutsOptions struct {
	warmup, draws, chains count
	targetAccept          probability
}

// nutsFlags are the names of the flags of nutsOptions.
func nutsFlags() []string { return []string{"warmup", "draws", "chains", "target-accept"} }

// maxDraws is the number of draws of all chains that a run may have, warm-up
// included.
const maxDraws = 10_000_000

// denseDim is the number of parameters up to which the sampler adapts a dense
// metric. A variance and its lengthscale trade against each other, so that it
// halves the steps; for many parameters the warm-up has too few draws to find one.
const denseDim = 20

func (o *nutsOptions) register(fl *pflag.FlagSet) {
	*o = nutsOptions{warmup: 500, draws: 250, chains: 4, targetAccept: 0.8}
	fl.Var(&o.warmup, "warmup", "nuts: iterations of each chain before its draws")
	fl.Var(&o.draws, "draws", "nuts: draws of each chain")
	fl.Var(&o.chains, "chains", "nuts: chains, in parallel")
	fl.Var(&o.targetAccept, "target-accept", "nuts: mean acceptance that the warm-up aims at; nearer to 1, smaller steps")
}

func (o *nutsOptions) check() error {
	w, n, c := int(o.warmup), int(o.draws), int(o.chains)
	if w > maxDraws || n > maxDraws || c > maxDraws/(w+n) {
		return usagef("%d chains of %d and %d iterations are more than %d", c, w, n, maxDraws)
	}
	return nil
}

// sampleNUTS draws the parameters from their posterior. After an interrupt the
// outcome is that of the draws so far, if there are any.
func sampleNUTS(ctx context.Context, t task) (outcome, *store.Model, error) {
	o := t.options.nuts
	// Each chain holds the covariance and its inverse.
	if err := checkMemory(len(t.units.Y), 2*int(o.chains)); err != nil {
		return nil, nil, err
	}
	p, err := await(ctx, func() (*nutsProgram, error) { return newProgram(t) })
	if err != nil {
		return nil, nil, err
	}
	key := rng.New(t.options.seed)
	run := infer.Run{Key: key.Named("nuts"), Warmup: int(o.warmup), Draws: int(o.draws), Chains: int(o.chains)}
	run.Init, err = await(ctx, func() ([][]float64, error) { return p.starts(ctx, key.Named("starts"), run.Chains) })
	if err != nil {
		return nil, nil, err
	}
	draws, err := p.draw(ctx, run)
	if err != nil && (ctx.Err() == nil || draws == nil || draws.Len() == 0) {
		return nil, nil, err
	}
	s := newSampled(p, run, draws)
	s.interrupted = err
	return s, s.model(t), nil
}

// draw runs the sampler. An interrupt in the warm-up does not wait for the step
// that each chain is at; later it does, for the draws so far.
func (p *nutsProgram) draw(ctx context.Context, run infer.Run) (*infer.Draws, error) {
	nuts := infer.NUTS{TargetAccept: float64(p.task.options.nuts.targetAccept)}
	if p.target.Dim() <= denseDim {
		nuts.Metric = infer.Dense
	}
	progress := newBar(run.Chains*(run.Warmup+run.Draws), "nuts", "")
	defer progress.done()
	var drawn atomic.Bool
	divergences := map[int]int{}
	run.Progress = func(i infer.Progress) {
		phase := "warm-up"
		if !i.Warmup {
			drawn.Store(true)
			phase, divergences[i.Chain] = "draws", i.Divergences
		}
		total := 0
		for _, n := range divergences {
			total += n
		}
		progress.describe(fmt.Sprintf("nuts, chain %d: %s %d of %d, %d divergences", i.Chain+1, phase, i.Iteration, i.Of, total))
	}
	type result struct {
		draws *infer.Draws
		err   error
	}
	c := make(chan result, 1)
	go func() {
		draws, err := nuts.Run(ctx, p.target, run)
		c <- result{draws, err}
	}()
	select {
	case r := <-c:
		return r.draws, r.err
	case <-ctx.Done():
	}
	if !drawn.Load() {
		return nil, ctx.Err()
	}
	r := <-c
	return r.draws, r.err
}

// nutsProgram is the model as a program: its parameters with their priors, and the
// evidence of the data.
type nutsProgram struct {
	task   task
	laws   []gp.ParamPrior
	target *ppl.Target
	before *ppl.Target // the same parameters without data
}

// newProgram gives every parameter its prior.
func newProgram(t task) (*nutsProgram, error) {
	fit := gp.Fit{Priors: t.options.priors, KnownNoise: t.knownNoise(), Given: t.expr.Written}
	laws, err := fit.Laws(t.prior(), t.units.X, t.units.Y)
	if err != nil {
		return nil, err
	}
	p := &nutsProgram{task: t, laws: laws}
	for _, q := range append(kernel.Params(t.expr.Kernel), kernel.Param{Name: gp.NoiseName, Upper: math.Inf(1)}) {
		if err := p.checkSupport(q); err != nil {
			return nil, err
		}
	}
	if len(laws) == 0 {
		return nil, usagef("--method nuts without a parameter to draw: all are fixed")
	}
	key := rng.New(t.options.seed).Named("sites")
	if p.before, err = ppl.NewTarget(p.model(false), key); err != nil {
		return nil, siteless(err)
	}
	p.target, err = ppl.NewTarget(p.model(true), key)
	return p, siteless(err)
}

// checkSupport refuses a prior with values that its parameter cannot have: a draw
// from it would be no model.
func (p *nutsProgram) checkSupport(q kernel.Param) error {
	for _, l := range p.laws {
		if l.Pattern != q.Name {
			continue
		}
		if s := l.Prior.Support(); s.Lower < q.Lower || s.Upper > q.Upper {
			return usagef("%s: its prior %v has values outside of the parameter's support, which is %v", q.Name, l.Prior, dist.Interval(q.Lower, q.Upper))
		}
	}
	return nil
}

// siteless returns the error of data under the site of the evidence, which is one
// of the data, without the site.
func siteless(err error) error {
	var equal *gp.EqualInputs
	if errors.As(err, &equal) {
		return equal
	}
	return err
}

// model returns the program, with the evidence or without.
func (p *nutsProgram) model(evidence bool) ppl.Model {
	priors := hyper.Priors{}
	for _, l := range p.laws {
		if l.Pattern != gp.NoiseName {
			priors[l.Pattern] = l.Prior
		}
	}
	t := p.task
	return func(c *ppl.Context) {
		prior := t.prior()
		prior.Kernel = hyper.Kernel(c, prior.Kernel, priors)
		var noise hyper.Noise
		if known := t.knownNoise(); known != nil {
			noise = *known
		} else {
			noise = hyper.NoiseVariance(c, ppl.Fixed(p.law(gp.NoiseName)))
		}
		if evidence {
			hyper.Factor(c, "evidence", prior, t.units.X, t.units.Y, noise)
		}
	}
}

// law returns the prior of a parameter.
func (p *nutsProgram) law(name string) dist.Distribution {
	for _, l := range p.laws {
		if l.Pattern == name {
			return l.Prior
		}
	}
	panic("matheron: no prior of " + name)
}

// startDraws is how many draws from the prior each chain chooses its start from.
const startDraws = 20

// starts returns a start for each chain: of some draws from the prior, with the
// numbers that the kernel's text has in their place, the one of highest density.
// So the chains start apart, and where the data are not against. A chain for which
// none has a density starts where the sampler likes.
func (p *nutsProgram) starts(ctx context.Context, key rng.Key, chains int) ([][]float64, error) {
	written := map[string]float64{}
	for i, q := range kernel.Params(p.task.expr.Kernel) {
		if p.task.expr.Written[i] {
			written[q.Name] = q.Value
		}
	}
	out := make([][]float64, chains)
	grad := make([]float64, p.target.Dim())
	for c := range out {
		best := math.Inf(-1)
		for i := range startDraws {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			r := key.Split(c).Split(i).Rand()
			values := ppl.Values{}
			for _, l := range p.laws {
				v, ok := written[l.Pattern]
				if !ok {
					v = l.Prior.Draw(r)
				}
				values[l.Pattern] = []float64{v}
			}
			x, err := p.target.Unconstrain(values)
			if err != nil {
				return nil, usagef("the written start: %v", err)
			}
			if v := p.target.LogProbGrad(grad, x); v > best && !math.IsInf(v, 1) {
				best, out[c] = v, x
			}
		}
	}
	return out, nil
}

// evidence returns the log evidence of the data in their own units at points of
// the target, from its log density there.
func (p *nutsProgram) evidence(x, logProb []float64) float64 {
	dim := p.target.Dim()
	mean := 0.0
	for i, v := range logProb {
		mean += (v - p.before.LogProbGrad(nil, x[i*dim:(i+1)*dim])) / float64(len(logProb))
	}
	return p.task.logDensity(mean)
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
