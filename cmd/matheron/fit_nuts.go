package main

import (
	"context"
	"sync/atomic"

	"github.com/spf13/pflag"

	"matheron/infer"
	"matheron/progress"
	"matheron/rng"
	"matheron/store"
)

// nutsOptions are the flags of fit for the method nuts.
type nutsOptions struct {
	warmup, draws, chains count
	targetAccept          probability
}

func nutsMethod() method {
	o := &nutsOptions{}
	return method{
		name: "nuts",
		about: []string{
			"draws from the posterior of the numbers, with the priors of map.",
			"An interrupt keeps the draws so far",
		},
		model:    "the mixture of the exact posteriors of all draws",
		register: o.register,
		check:    func(*fitOptions) error { return o.check() },
		run:      o.fit,
	}
}

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

// fit draws the parameters from their posterior. After an interrupt the
// outcome is that of the draws so far, if there are any.
func (o *nutsOptions) fit(ctx context.Context, t task) (outcome, *store.Model, error) {
	// Each chain holds the covariance and its inverse.
	if err := checkMemory(len(t.units.Y), 2*int(o.chains)); err != nil {
		if checkMemory(len(t.units.Y), 2) == nil {
			return nil, nil, instead(err, "--method map and fewer --chains need less")
		}
		return nil, nil, instead(err, "--method sparse needs less")
	}
	p, err := await(ctx, func() (*nutsProgram, error) { return newProgram(t) })
	if err != nil {
		return nil, nil, err
	}
	if err := t.sayDrawingTime(ctx, o); err != nil {
		return nil, nil, err
	}
	key := rng.New(t.options.seed)
	run := infer.Run{Key: key.Named("nuts"), Warmup: int(o.warmup), Draws: int(o.draws), Chains: int(o.chains)}
	found, err := await(ctx, func() (*modes, error) { return p.findModes(ctx, run.Chains) })
	if err != nil {
		return nil, nil, err
	}
	run.Init, err = await(ctx, func() ([][]float64, error) { return p.starts(ctx, key.Named("starts"), found) })
	if err != nil {
		return nil, nil, err
	}
	draws, err := p.draw(ctx, o, run)
	if err != nil && (ctx.Err() == nil || draws == nil || draws.Len() == 0) {
		return nil, nil, err
	}
	s := newSampled(p, run, draws, found)
	s.interrupted = err
	return s, s.model(p), nil
}

// draw runs the sampler. An interrupt in the warm-up does not wait for the step
// that each chain is at; later it does, for the draws so far.
func (p *nutsProgram) draw(ctx context.Context, o *nutsOptions, run infer.Run) (*infer.Draws, error) {
	nuts := infer.NUTS{TargetAccept: float64(o.targetAccept)}
	if p.target.Dim() <= denseDim {
		nuts.Metric = infer.Dense
	}
	bar := newBar(run.Chains*(run.Warmup+run.Draws), "nuts", "")
	defer bar.done()
	var drawn atomic.Bool
	run.Progress = func(u progress.Update) {
		if u.Stage == infer.StageDraws {
			drawn.Store(true)
		}
		bar.update(u)
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
