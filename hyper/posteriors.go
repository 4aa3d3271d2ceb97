package hyper

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"matheron/gp"
	"matheron/internal/parallel"
	"matheron/ppl"
)

// Posteriors conditions on the data of the program's [Factor] site once for each
// draw of the parameters, on GOMAXPROCS goroutines. draws are points of the
// program's target, as a sampler gives them: slices.Concat(d.Points()...) of
// [matheron/infer.Draws]. The result is the even mixture of them, in the order of draws,
// each a *[gp.Exact]: functions with the hyperparameters integrated out are drawn from it
// by a [matheron/pathwise.Sampler].
//
// The program has to have one such site; name it where there are several. The
// error is that of ctx, or names the draw whose parameters make no posterior, or says
// that there are no draws. A
// factorisation that fails with the prior's jitter is tried with more, as
// [gp.Prior.Condition] does.
func Posteriors(ctx context.Context, m ppl.Model, t *ppl.Target, draws [][]float64, name ...string) (*gp.Mixture, error) {
	if len(draws) == 0 {
		return nil, errors.New("no draws to condition with")
	}
	out, errs := make([]gp.Posterior, len(draws)), make([]error, len(draws))
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
	return gp.NewMixture(out...), nil
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
