package ppl

import (
	"context"
	"fmt"
	"sync"

	"gonum.org/v1/gonum/mat"

	"matheron/ad"
	"matheron/internal/parallel"
	"matheron/rng"
)

// Prior returns n runs of the program, run i drawn with Split(i) of the key, on
// all processors. Data are drawn like all other sites. The error is that of a site,
// or ctx.Err().
func Prior(ctx context.Context, m Model, key rng.Key, n int, handlers ...Handler) (*Samples, error) {
	return sample(ctx, n, func(i int) ([]Record, error) {
		var values siteValues
		stack := append([]Handler{Seed(key.Split(i))}, handlers...)
		err := Run(m, nil, append(stack, redrawData, values.handle)...)
		return values, err
	})
}

// Points are points of a [Target]: the draws of a sampler (infer.Draws), a
// [PointList], or the rows of a matrix ([RowPoints]).
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

// RowPoints returns the rows of x as points, such as the draws of an infer.Gaussian.
func RowPoints(x *mat.Dense) PointList {
	n, _ := x.Dims()
	out := make(PointList, n)
	for i := range out {
		out[i] = x.RawRowView(i)
	}
	return out
}

// Predictive returns a run of the program for each draw, a point of t: the
// variables of t have their values there; data are drawn, and so is any other random
// variable, with Split(i) of the key. The handlers are further out than those of t.
// [Target.WithModel] predicts at other inputs.
func Predictive(ctx context.Context, t *Target, draws Points, key rng.Key, handlers ...Handler) (*Samples, error) {
	return sample(ctx, draws.Len(), func(i int) ([]Record, error) {
		var values siteValues
		outer := append(append([]Handler(nil), handlers...), redrawData, values.handle)
		err := t.runWith([]Handler{Seed(key.Split(i))}, draws.At(i), outer)
		return values, err
	})
}

// redrawData draws data like random variables, in the shape that they have.
func redrawData(next Eval) Eval {
	return func(c *Context, s *Site) {
		if s.Observed && s.Dist != nil {
			if s.HasValue() {
				c.expandToValue(s)
			}
			s.Observed, s.Value = false, ad.Value{}
		}
		next(c, s)
	}
}

// siteValues are the values of the sites of a run, without densities.
type siteValues []Record

// handle is the handler that records them.
func (r *siteValues) handle(next Eval) Eval {
	return func(c *Context, s *Site) {
		next(c, s)
		if s.Kind != Factor {
			*r = append(*r, Record{Kind: s.Kind, Name: s.Name, Shape: ShapeOf(s.Value), Value: append([]float64(nil), s.Value.Data()...)})
		}
	}
}

// LogLikelihood returns the log density of each term of the data at each draw, a
// point of t, for leave-one-out cross-validation and WAIC. The sites of the result are
// those of the data, and its columns their terms that no mask leaves out: the numbers,
// or the vectors of a distribution of vectors. Scales do not count.
//
// [Target.WithModel] with other data gives the predictive density of these. Random
// variables that t does not have are an error that names the site, and so are
// distributions without [Pointwiser], unless they have one term.
func LogLikelihood(ctx context.Context, t *Target, draws Points, handlers ...Handler) (*Samples, error) {
	return sample(ctx, draws.Len(), func(i int) ([]Record, error) {
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
		c.scratch.reset()
		ok = true
	}
	if !ok {
		c.Fail(s, errNoPointwise)
	}
	switch mask := s.Mask; {
	case mask == nil || len(mask) == 1 && mask[0]:
		return all
	case len(mask) == 1:
		return nil
	case len(mask) != len(all):
		c.Fail(s, fmt.Errorf("a mask of %d for %d terms", len(mask), len(all)))
	}
	selected := all[:0]
	for i, lp := range all {
		if s.Mask[i] {
			selected = append(selected, lp)
		}
	}
	return selected
}

// Samples are values of the sites of many runs, as plain data.
type Samples struct {
	Sites []SiteSamples // in the order of the program
}

// SiteSamples are the values of one site.
type SiteSamples struct {
	Kind  Kind
	Name  string
	Shape Shape
	// Values has a row for each run and a column for each element; nil if there are no
	// runs or no elements.
	Values *mat.Dense
}

// Get returns the values of a site, or nil.
func (s *Samples) Get(name string) *mat.Dense {
	for _, v := range s.Sites {
		if v.Name == name {
			return v.Values
		}
	}
	return nil
}

// sample returns the records of n runs, made on all processors.
func sample(ctx context.Context, n int, run func(i int) ([]Record, error)) (*Samples, error) {
	if n < 0 {
		panic(fmt.Sprintf("ppl: %d runs", n))
	}
	if n == 0 {
		return new(Samples), ctx.Err()
	}
	// The first run has the shapes.
	first, err := run(0)
	if err != nil {
		return nil, err
	}
	out := new(Samples)
	for _, r := range first {
		v := SiteSamples{Kind: r.Kind, Name: r.Name, Shape: r.Shape}
		if r.Shape.Len() > 0 {
			v.Values = mat.NewDense(n, r.Shape.Len(), nil)
			v.Values.SetRow(0, r.Value)
		}
		out.Sites = append(out.Sites, v)
	}
	var mu sync.Mutex
	failed, failure := n, error(nil)
	parallel.Do(0, n-1, func(_, i int) {
		i++
		if ctx.Err() != nil {
			return
		}
		records, err := run(i)
		if err == nil {
			err = out.set(i, records)
		}
		if err != nil {
			mu.Lock()
			defer mu.Unlock()
			if i < failed { // the same error for any number of processors
				failed, failure = i, err
			}
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if failure != nil {
		return nil, failure
	}
	return out, nil
}

// set copies run i.
func (s *Samples) set(i int, run []Record) error {
	for k, r := range run {
		if k == len(s.Sites) {
			return &SiteError{r.Name, &StructureError{"missing", r.Name}}
		}
		v := &s.Sites[k]
		if r.Name != v.Name || r.Shape != v.Shape || r.Kind != v.Kind {
			return &SiteError{r.Name, &StructureError{
				step{kind: v.Kind, name: v.Name, shape: v.Shape}.String(),
				step{kind: r.Kind, name: r.Name, shape: r.Shape}.String(),
			}}
		}
		if v.Values != nil {
			v.Values.SetRow(i, r.Value)
		}
	}
	if len(run) < len(s.Sites) {
		v := s.Sites[len(run)]
		return &SiteError{v.Name, &StructureError{v.Name, "missing"}}
	}
	return nil
}
