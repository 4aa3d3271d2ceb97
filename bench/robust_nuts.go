package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/gp"
	"matheron/hyper"
	"matheron/infer"
	"matheron/ppl"
	"matheron/rng"
)

// The run of the sampler on a set. Of a larger one the parameters are drawn given a
// random part of the rows alone, which makes them vary more than all rows would; the
// posteriors of the draws are given all of them. The predictive distribution is the mixture of
// some of the draws, evenly spaced.
const (
	nutsRows       = 300
	mixtureDraws   = 200
	denseMetricDim = 20 // as in the command
	// A posterior of two modes, signal and noise exchanged, makes trees of a thousand
	// steps where its metric fits neither.
	nutsMaxDepth = 8
)

// nutsRun is as long as a hundred of effective draws or so take.
func nutsRun() infer.Run { return infer.Run{Chains: 2, Warmup: 250, Draws: 150} }

// nuts draws the parameters from their posterior under the default priors, as
// "matheron fit --method nuts" does, and scores the mixture of posteriors. A run that
// fails is a score that says so; the error is that of ctx.
func (t robustTask) nuts(ctx context.Context) (robustScore, error) {
	began := time.Now()
	out, err := t.sample(ctx)
	switch {
	case ctx.Err() != nil:
		return robustScore{}, ctx.Err()
	case err != nil:
		return failed(err), nil
	}
	out.Seconds = time.Since(began).Seconds()
	return out, nil
}

func (t robustTask) sample(ctx context.Context) (robustScore, error) {
	train, scaling := t.units()
	params, err := gp.Fit{}.Parameters(t.prior(), train.X, train.Y)
	if err != nil {
		return robustScore{}, err
	}
	key := rng.New(0)
	rows := someRows(train, key.Named("rows"))
	target, err := ppl.NewTarget(program(params, rows), key.Named("sites"))
	if err != nil {
		return robustScore{}, err
	}
	run := nutsRun()
	run.Key = key.Named("nuts")
	if run.Init, err = startsAtModes(ctx, target, t.prior(), rows, key.Named("starts"), run.Chains); err != nil {
		return robustScore{}, err
	}
	sampler := infer.NUTS{MaxDepth: nutsMaxDepth}
	if target.Dim() <= denseMetricDim {
		sampler.Metric = infer.Dense
	}
	draws, err := sampler.Run(ctx, target, run)
	if err != nil {
		return robustScore{}, err
	}
	return t.mixture(ctx, target.WithModel(program(params, train)), scaling, draws.Points())
}

// someRows returns at most nutsRows of the rows, at random.
func someRows(s *data.Set, key rng.Key) *data.Set {
	n, d := s.X.Dims()
	if n <= nutsRows {
		return s
	}
	out := &data.Set{Inputs: s.Inputs, Target: s.Target, X: mat.NewDense(nutsRows, d, nil), Y: make([]float64, nutsRows)}
	for i, from := range key.Rand().Perm(n)[:nutsRows] {
		out.X.SetRow(i, s.X.RawRowView(from))
		out.Y[i] = s.Y[from]
	}
	return out
}

// mixture scores the mixture of the posteriors of some draws. The posteriors are
// made some at a time: each has a matrix of all rows.
func (t robustTask) mixture(ctx context.Context, target *ppl.Target, scaling data.Scaling, points [][]float64) (robustScore, error) {
	const atOnce = 8
	var all predictive
	var noise float64
	used := min(len(points), mixtureDraws)
	for lo := 0; lo < used; lo += atOnce {
		var some hyper.Points
		for i := lo; i < min(lo+atOnce, used); i++ {
			some = append(some, points[i*len(points)/used])
		}
		mixture, err := hyper.Posteriors(ctx, target, some)
		if err != nil {
			return robustScore{}, err
		}
		parts, err := mixture.Parts()
		if err != nil {
			return robustScore{}, err
		}
		posts := make([]*gp.Exact, len(parts))
		for i, p := range parts {
			posts[i] = p.(*gp.Exact)
		}
		noise += noiseOf(posts, scaling) * float64(len(posts)) / float64(used)
		l := predict(posts, scaling, t.test.X)
		all.means, all.variances = append(all.means, l.means...), append(all.variances, l.variances...)
	}
	out := all.score(t.test.Y, t.scale)
	out.NoiseRatio = t.noiseRatio(noise)
	return out, nil
}

// program is the model of a table: every parameter with its prior.
func program(params *gp.Parameters, table *data.Set) ppl.Model {
	return func(c *ppl.Context) { hyper.Factor(c, "y", hyper.Sample(c, params), table.X, table.Y) }
}

// startsAtModes returns for each chain a point near an optimum of the posterior, as a
// fit by MAP to the same rows finds them; chains go to the optima in turn.
func startsAtModes(ctx context.Context, target *ppl.Target, prior gp.Prior, rows *data.Set, key rng.Key, chains int) ([][]float64, error) {
	fitted, err := gp.Fit{Key: key}.Run(ctx, prior, rows.X, rows.Y)
	if err != nil {
		return nil, err
	}
	var modes []gp.Optimum
	for _, o := range fitted.Optima {
		if o.Weight > 0.5/float64(chains) || len(modes) == 0 {
			modes = append(modes, o)
		}
	}
	out := make([][]float64, chains)
	for c := range out {
		values := ppl.Values{}
		for i, q := range fitted.Params {
			if slices.Contains(target.Names(), q.Name) {
				values[q.Name] = []float64{modes[c%len(modes)].Params[i]}
			}
		}
		if out[c], err = target.Unconstrain(values); err != nil {
			return nil, fmt.Errorf("a start at an optimum: %w", err)
		}
		r := key.Split(c).Rand()
		for i := range out[c] {
			out[c][i] += 0.1 * r.NormFloat64()
		}
	}
	return out, nil
}
