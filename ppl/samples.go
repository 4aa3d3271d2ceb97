package ppl

import (
	"context"
	"fmt"
	"sync"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/parallel"
)

// Samples are values of the sites of many runs, as plain data.
type Samples struct {
	Sites []SiteSamples // in the order of the program
}

// SiteSamples are the values of one site.
type SiteSamples struct {
	Kind  Kind
	Name  string
	Shape Shape
	// Values has a run a row and an element a column; nil where there are none of
	// either.
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

// sweep keeps the records of n runs, made on all processors.
func sweep(ctx context.Context, n int, run func(i int) ([]Record, error)) (*Samples, error) {
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
			err = out.take(i, records)
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

// take copies run i.
func (s *Samples) take(i int, run []Record) error {
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
