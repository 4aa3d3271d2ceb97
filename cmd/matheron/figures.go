package main

import (
	"context"
	"fmt"
	"math"
	"path/filepath"

	"gonum.org/v1/gonum/mat"

	"matheron/plot"
	"matheron/store"
)

// picture is what can be saved: one pair of axes, or several.
type picture interface{ Save(path string) error }

// saveFigure makes a figure and saves it.
func saveFigure(ctx context.Context, path string, make func(context.Context) (picture, error)) error {
	f, err := make(ctx)
	if err != nil {
		return err
	}
	return toStream(ctx, path, func() error { return f.Save(path) })
}

// panelFunc adds to the figure of one slice what a command shows there.
type panelFunc func(f *plot.Figure, s slice) error

// draw makes the figure of some slices: the axes, what lies beyond the data, where
// there is one input the training rows or, of a sparse model, the inducing inputs
// at the mean of f, and what panel adds.
func (p *predictor) draw(ctx context.Context, cuts []slice, title, note string, panel panelFunc) (picture, error) {
	x, y, what := p.Points()
	panels := make([]*plot.Figure, len(cuts))
	for i, s := range cuts {
		o := plot.Options{X: p.InputNames()[s.input], Y: p.Target()}
		if len(cuts) == 1 {
			o.Title, o.Note = title, note
		}
		f := plot.New(o)
		if len(cuts) == 1 {
			if s.x[0] < s.lo {
				f.Shade(math.Inf(-1), s.lo, "beyond the data")
			}
			if s.x[len(s.x)-1] > s.hi {
				f.Shade(s.hi, math.Inf(1), "beyond the data")
			}
		}
		if len(cuts) == 1 {
			px, py := s.within(x, y)
			f.Points(px, py, what) // below those of a table
		}
		if _, err := await(ctx, func() (struct{}, error) { return struct{}{}, panel(f, s) }); err != nil {
			return nil, err
		}
		panels[i] = f
	}
	if len(panels) == 1 {
		return panels[0], nil
	}
	note = oneLine(note + "\nEach panel: the other inputs at their medians.")
	columns := min(3, len(panels))
	if len(panels) == 4 {
		columns = 2
	}
	return plot.Grid(plot.GridOptions{Columns: columns, Title: title, Note: note, SameY: true}, panels...), nil
}

// band adds the median and the central 95% of marginals along a slice.
func band(f *plot.Figure, s slice, m store.Marginals, label string) {
	lo, median, hi := make([]float64, len(s.x)), make([]float64, len(s.x)), make([]float64, len(s.x))
	for i := range s.x {
		lo[i], hi[i] = m.Interval(i)
		median[i] = m.Median(i)
	}
	f.Band(s.x, lo, hi, label)
	f.Median(s.x, median, "median")
}

// figure returns the figure of predict.
func (p *prediction) figure(ctx context.Context) (picture, error) {
	var s span
	if p.Inputs() == 1 {
		s = p.span()
	}
	cuts, err := p.cut(s)
	if err != nil {
		return nil, err
	}
	note := ""
	if p.scores != nil {
		note = fmt.Sprintf("%s: %v.", filepath.Base(nameOf(p.table)), p.scores)
	}
	return p.draw(ctx, cuts, "Prediction of "+p.Target(), note, func(f *plot.Figure, s slice) error {
		of, observation := p.Predict(s.rows)
		if p.observed {
			band(f, s, observation, "95% of observations")
		} else {
			band(f, s, of, "95% of f")
		}
		if len(cuts) == 1 && p.y != nil {
			f.Points(mat.Col(nil, 0, p.x), p.y, filepath.Base(nameOf(p.table)), plot.Style{Color: plot.Vermillion})
		}
		return nil
	})
}

// span returns the range of the training rows and of those of the table.
func (p *prediction) span() span {
	e := p.model.Extents()[0]
	lo, hi := math.Min(e.Min, mat.Min(p.x)), math.Max(e.Max, mat.Max(p.x))
	if lo == hi {
		return span{}
	}
	return span{coordinate{lo, true}, coordinate{hi, true}}
}

// pathsFigure returns the figure of drawn functions: the curves of e, thin, over
// the distribution of f in closed form.
func (p *predictor) pathsFigure(ctx context.Context, e evaluation, cuts []slice, t trust) (picture, error) {
	title := fmt.Sprintf("%d functions drawn from the posterior of %s", e.set.Len(), p.Target())
	return p.draw(ctx, cuts, title, t.String(), func(f *plot.Figure, s slice) error {
		of, _ := p.Predict(s.rows)
		band(f, s, of, "95% of f")
		values, err := e.at(s.rows)
		if err != nil {
			return err
		}
		f.Paths(s.x, mat.DenseCopyOf(values.T()), 0, "draws of f")
		return nil
	})
}
