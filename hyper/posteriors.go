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

// Draws are points of a program's target, one after the other. Those of a sampler,
// *[matheron/infer.Draws], are Draws, and so are [Points].
type Draws interface {
	Points() [][]float64
}

// Points are [Draws] of one's own choice.
type Points [][]float64

// Points implements [Draws].
func (p Points) Points() [][]float64 { return p }

// Posteriors conditions on the data of the program's [Factor] site once for each
// draw of the parameters, on GOMAXPROCS goroutines. draws are points of the target,
// which runs its program with its handlers there. The result is the even mixture of
// the posteriors, in the order of draws, each a *[gp.Exact]: a
// [matheron/pathwise.Sampler] draws functions from it with the parameters integrated
// out.
//
// The program has to have one such site; name it where there are several. The
// error is that of ctx, or names the draw whose parameters make no posterior, or says
// that there are no draws. A factorisation that fails with the prior's jitter is tried
// with more, as [gp.Prior.Condition] does.
func Posteriors(ctx context.Context, t *ppl.Target, draws Draws, name ...string) (*gp.Mixture, error) {
	points := draws.Points()
	if len(points) == 0 {
		return nil, errors.New("no draws to condition with")
	}
	out, errs := make([]gp.Posterior, len(points)), make([]error, len(points))
	each := max(1, runtime.GOMAXPROCS(0)/len(points))
	parallel.Do(0, len(points), func(_, i int) {
		if errs[i] = ctx.Err(); errs[i] != nil {
			return
		}
		var r *regression
		if r, errs[i] = regressionAt(t, points[i], name); errs[i] == nil {
			prior, noise := r.process.At()
			out[i], errs[i] = prior.ConditionOn(each, r.x, r.y, noise)
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

// regressionAt runs the program at a point and returns what its factor stands for.
func regressionAt(t *ppl.Target, x []float64, name []string) (*regression, error) {
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
	if err := t.Run(x, record); err != nil {
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
