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
		var values recorder
		stack := append([]Handler{Seed(key.Split(i))}, handlers...)
		err := Run(m, nil, append(stack, anew, values.handle)...)
		return values, err
	})
}

// Points are points of a [Target]: the draws of a sampler (infer.Draws), or a
// [PointList].
type Points interface {
	Len() int
	// At returns point i, which is only read.
	At(i int) []float64
}

// PointList is points one by one.
type PointList [][]float64

// Len returns the number of points.
func (p PointList) Len() int { return len(p) }

// At returns point i.
func (p PointList) At(i int) []float64 { return p[i] }

// Predictive returns a run of the program for each draw, a point of t: the
// variables of t have their values there, data are drawn anew, and so is any other
// random variable, with Split(i) of the key. The handlers are further out than
// those of t. [Target.WithModel] predicts at other inputs.
func Predictive(ctx context.Context, t *Target, draws Points, key rng.Key, handlers ...Handler) (*Samples, error) {
	return sweep(ctx, draws.Len(), func(i int) ([]Record, error) {
		var values recorder
		outer := append(append([]Handler(nil), handlers...), anew, values.handle)
		err := t.runWith([]Handler{Seed(key.Split(i))}, draws.At(i), outer)
		return values, err
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

// recorder is the values of the sites of a run, without densities.
type recorder []Record

func (r *recorder) handle(next Eval) Eval {
	return func(c *Context, s *Site) {
		next(c, s)
		if s.Kind != Factor {
			*r = append(*r, Record{Kind: s.Kind, Name: s.Name, Shape: ShapeOf(s.Value), Value: append([]float64(nil), s.Value.Data()...)})
		}
	}
}
