package ppl

import (
	"context"
	"fmt"
)

// LogLikelihood returns the log density of each term of the data at each draw, a
// point of t: what leave-one-out cross-validation and WAIC are computed from. A
// site of the result is one of the data, a column a term that no mask leaves out:
// a number, or a vector of a vector law. Scales do not count.
//
// [Target.WithModel] with other data gives the predictive density of these. Random
// variables that t does not have are an error that names the site, and so are laws
// without [Pointwiser], unless they have one term.
func LogLikelihood(ctx context.Context, t *Target, draws Points, handlers ...Handler) (*Samples, error) {
	return sweep(ctx, draws.Len(), func(i int) ([]Record, error) {
		var out []Record
		record := func(next Eval) Eval {
			return func(c *Context, s *Site) {
				next(c, s)
				if s.Observed {
					x := c.pointwise(s)
					out = append(out, Record{Kind: Observe, Name: s.Name, Shape: VectorShape(len(x)), Value: x})
				}
			}
		}
		err := t.Run(draws.At(i), append(append([]Handler(nil), handlers...), record)...)
		return out, err
	})
}

// pointwise returns the log densities of the terms that count.
func (c *Context) pointwise(s *Site) []float64 {
	if err := validate(s.Dist); err != nil {
		c.Fail(s, err)
	}
	all := make([]float64, s.Dist.Terms())
	p, ok := s.Dist.(Pointwiser)
	if ok {
		ok = p.Pointwise(all, s.Value.Data())
	}
	if !ok && len(all) == 1 {
		all[0] = s.Dist.LogProb(&c.scratch, s.Value, nil).Float()
		c.scratch.release()
		ok = true
	}
	if !ok {
		c.Fail(s, errNoPointwise)
	}
	switch keep := s.Mask; {
	case keep == nil || len(keep) == 1 && keep[0]:
		return all
	case len(keep) == 1:
		return nil
	case len(keep) != len(all):
		c.Fail(s, fmt.Errorf("a mask of %d for %d terms", len(keep), len(all)))
	}
	kept := all[:0]
	for i, lp := range all {
		if s.Mask[i] {
			kept = append(kept, lp)
		}
	}
	return kept
}
