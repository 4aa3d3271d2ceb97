package main

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// slice is a line through the inputs, along one of them: what a panel shows.
type slice struct {
	input  int
	x      []float64  // along the input, ascending
	rows   *mat.Dense // the points, in the data's units
	lo, hi float64    // of the training rows
}

// Points of a slice: enough for some 80 periods in a single panel.
const (
	singlePoints = 1000
	panelPoints  = 200
)

// margin is how far the range of one input goes beyond the data where nobody
// says otherwise, as a part of their range.
const margin = 0.1

// span is a range of the one input of a figure; an end that is not set is that of
// the data and their margin.
type span struct{ from, to coordinate }

// cut returns the slices of a model: one over the range of the data and s for one
// input; for several, one an input over the range of the data, with the others at
// their medians.
func (p *predictor) cut(s span) ([]slice, error) {
	d := p.Inputs()
	if d > 1 && (s.from.set || s.to.set) {
		return nil, usagef("--from and --to are for models of one input, this one has %d", d)
	}
	middle, ends := make([]float64, d), make([][2]float64, d)
	for j, e := range p.model.Extents() {
		middle[j], ends[j] = e.Median, [2]float64{e.Min, e.Max}
	}
	out := make([]slice, d)
	for j := range d {
		from, to, points := ends[j][0], ends[j][1], panelPoints
		width := to - from
		if width == 0 {
			width = math.Max(1, math.Abs(from))
			from, to = from-0.5*width, to+0.5*width
		}
		if d == 1 {
			from, to, points = from-margin*width, to+margin*width, singlePoints
			if s.from.set {
				from = s.from.value
			}
			if s.to.set {
				to = s.to.value
			}
			if !(from < to) {
				return nil, usagef("--from %s is not below --to %s", formatNumber(from), formatNumber(to))
			}
		}
		out[j] = slice{j, make([]float64, points), mat.NewDense(points, d, nil), ends[j][0], ends[j][1]}
		for i := range points {
			t := float64(i) / float64(points-1)
			out[j].x[i] = (1-t)*from + t*to
			out[j].rows.SetRow(i, middle)
			out[j].rows.Set(i, j, out[j].x[i])
		}
	}
	return out, nil
}

// some returns about n rows of the slices, evenly chosen: few enough for dense
// algebra over all of them at once.
func some(cuts []slice, n int) *mat.Dense {
	each := max(2, n/len(cuts))
	_, d := cuts[0].rows.Dims()
	out := mat.NewDense(each*len(cuts), d, nil)
	for c, s := range cuts {
		for i := range each {
			at := i * (len(s.x) - 1) / (each - 1)
			out.SetRow(c*each+i, s.rows.RawRowView(at))
		}
	}
	return out
}

// beyond reports whether some of the slice is outside of the data.
func (s slice) beyond() bool { return s.x[0] < s.lo || s.x[len(s.x)-1] > s.hi }

// within returns the points of some rows that the one slice of a model of one
// input has room for.
func (s slice) within(x *mat.Dense, y []float64) (px, py []float64) {
	for i, v := range y {
		if at := x.At(i, s.input); s.x[0] <= at && at <= s.x[len(s.x)-1] {
			px, py = append(px, at), append(py, v)
		}
	}
	return px, py
}
