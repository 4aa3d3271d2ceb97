package hyper

import (
	"context"
	"fmt"
	"runtime"

	"matheron/gp"
	"matheron/internal/parallel"
	"matheron/pathwise"
	"matheron/ppl"
	"matheron/rng"
)

// Posteriors conditions on the data of the program's [Factor] site once for each
// draw of the parameters, on GOMAXPROCS goroutines. draws are points of the
// program's target, as a sampler gives them: d.Points() of
// [matheron/infer.Draws]. The result is in the order of draws.
//
// The program has to have one such site; name it where there are several. The
// error is that of ctx, or names the draw: its parameters make no posterior. A
// factorisation that fails with the prior's jitter is tried with more, as
// [gp.Prior.Condition] does.
func Posteriors(ctx context.Context, m ppl.Model, t *ppl.Target, draws [][]float64, name ...string) ([]*gp.Exact, error) {
	out, errs := make([]*gp.Exact, len(draws)), make([]error, len(draws))
	each := max(1, runtime.GOMAXPROCS(0)/max(1, len(draws)))
	parallel.Do(0, len(draws), func(_, i int) {
		if errs[i] = ctx.Err(); errs[i] != nil {
			return
		}
		var r *regression
		if r, errs[i] = regressionAt(m, t.Values(draws[i]), name); errs[i] == nil {
			out[i], errs[i] = r.fixed().ConditionOn(each, r.x, r.y, r.noise)
		}
	})
	for i, err := range errs {
		if err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, fmt.Errorf("draw %d: %w", i, err)
		}
	}
	return out, nil
}

// regressionAt runs the program with values and returns what its factor stands for.
func regressionAt(m ppl.Model, values ppl.Values, name []string) (*regression, error) {
	var found *regression
	var sites []string
	record := func(next ppl.Eval) ppl.Eval {
		return func(c *ppl.Context, s *ppl.Site) {
			next(c, s)
			if r, ok := s.Info.(*regression); ok && (len(name) == 0 || s.Name == name[0]) {
				found = r
				sites = append(sites, s.Name)
			}
		}
	}
	if err := ppl.Run(m, nil, ppl.Substitute(values), record); err != nil {
		return nil, err
	}
	switch {
	case found == nil && len(name) > 0:
		return nil, fmt.Errorf("the program has no Gaussian process at a site %q", name[0])
	case found == nil:
		return nil, fmt.Errorf("the program has no Gaussian process: no hyper.Factor")
	case len(sites) > 1:
		return nil, fmt.Errorf("the program has Gaussian processes at the sites %v: name one", sites)
	}
	return found, nil
}

// Draw draws n functions from the mixture of posteriors: function s is one of
// posterior floor(s len(posteriors) / n), so that each has its share, and keeps
// its hyperparameters. The sampler says how; its Posterior is ignored. It panics
// if there are no posteriors.
func Draw(s pathwise.Sampler, posteriors []*gp.Exact, key rng.Key, n int) (*pathwise.Mixture, error) {
	return DrawEach(s, len(posteriors), func(i int) (*gp.Exact, error) { return posteriors[i], nil }, key, n)
}

// DrawEach is [Draw] from as many posteriors, which are made when they are needed,
// by calls from several goroutines: with fewer functions than posteriors, most of
// them are never made. The error is also that of posterior.
func DrawEach(s pathwise.Sampler, posteriors int, posterior func(i int) (*gp.Exact, error), key rng.Key, n int) (*pathwise.Mixture, error) {
	if posteriors < 1 {
		panic("hyper: Draw from no posteriors")
	}
	if n < 1 {
		panic(fmt.Sprintf("hyper: Draw of %d functions", n))
	}
	counts := make([]int, posteriors)
	for i := range n {
		counts[i*posteriors/n]++
	}
	parts, errs := make([]*pathwise.Paths, posteriors), make([]error, posteriors)
	parallel.Do(0, posteriors, func(_, i int) {
		if counts[i] == 0 {
			return
		}
		d := s
		if d.Posterior, errs[i] = posterior(i); errs[i] == nil {
			parts[i], errs[i] = d.Draw(key.Split(i), counts[i])
		}
	})
	var used []*pathwise.Paths
	for i, p := range parts {
		if errs[i] != nil {
			return nil, errs[i]
		}
		if p != nil {
			used = append(used, p)
		}
	}
	return pathwise.NewMixture(used...), nil
}
