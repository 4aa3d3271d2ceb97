package ppl

import (
	"context"

	"matheron/ad"
	"matheron/rng"
)

// Prior returns n runs of the program, run i drawn with Split(i) of the key, on
// all processors. Data are drawn anew like the rest. The error is that of a site,
// or ctx.Err().
func Prior(ctx context.Context, m Model, key rng.Key, n int, handlers ...Handler) (*Samples, error) {
	return sweep(ctx, n, func(i int) ([]Record, error) {
		return once(m, append(append([]Handler{Seed(key.Split(i))}, handlers...), anew))
	})
}

// Predictive returns a run of the program for each draw, a point of t: the
// variables of t have their values there, data are drawn anew, and so is any other
// random variable, with Split(i) of the key. The program need not be that of t: it
// may have the same variables at other inputs.
func Predictive(ctx context.Context, m Model, t *Target, draws [][]float64, key rng.Key, handlers ...Handler) (*Samples, error) {
	return sweep(ctx, len(draws), func(i int) ([]Record, error) {
		return once(m, append(append([]Handler{Seed(key.Split(i))}, handlers...), Substitute(t.Values(draws[i])), anew))
	})
}

// anew draws data anew, in the shape that they have.
func anew(next Eval) Eval {
	return func(c *Context, s *Site) {
		if s.Observed && s.Dist != nil {
			if s.HasValue() {
				c.fit(s)
			}
			s.Observed, s.Value = false, ad.Value{}
		}
		next(c, s)
	}
}

// once runs the program and returns the values of its sites, without densities.
func once(m Model, stack []Handler) ([]Record, error) {
	var out []Record
	record := func(next Eval) Eval {
		return func(c *Context, s *Site) {
			next(c, s)
			if s.Kind == Factor {
				return
			}
			out = append(out, Record{Kind: s.Kind, Name: s.Name, Shape: ShapeOf(s.Value), Value: append([]float64(nil), s.Value.Data()...)})
		}
	}
	err := Run(m, nil, append(stack, record)...)
	return out, err
}
