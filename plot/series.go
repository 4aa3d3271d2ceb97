package plot

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// layer is the kind of a series and its place from the bottom up.
type layer uint8

const (
	shadeLayer layer = iota
	bandLayer
	barLayer
	pathLayer
	lineLayer
	markLayer
	intervalLayer
	arrowLayer
	pointLayer
)

// series is what has been added by one call, checked and copied.
type series struct {
	layer layer
	kind  string // its name in an error when it has no label
	label string
	style Style // complete, but for the opacity of a band: 0 = the theme's
	x     []float64
	to    []float64   // arrows: the abscissae of their heads
	rows  [][]float64 // line, points: y; band, interval: lo, hi; arrows: y of tail, head; paths: one a row; bars: the heights (x: the edges)
	// Marks and shades: vertical ones stand at x[0] (shade: from x[0] to x[1]), horizontal ones at y.
	horizontal bool
}

// Band fills the region lo <= y <= hi, an interval around a curve. Default: Blue, translucent.
func (f *Figure) Band(x, lo, hi []float64, label string, style ...Style) {
	same("Band", len(x), len(lo), len(hi))
	s := f.add(bandLayer, label, "band", style, Style{Color: Blue, Width: 1})
	f.fill(s, x, "x")
	f.fillRow(s, lo, "lo", -1)
	f.fillRow(s, hi, "hi", -1)
}

// Median draws the central curve of a posterior: a heavy line in the first
// colour of the cycle, Blue.
func (f *Figure) Median(x, y []float64, label string, style ...Style) {
	f.line("Median", x, y, label, style, Style{Width: 2.2, Opacity: 1})
}

// Line draws y over x. Each new label takes the next colour of Blue, Orange,
// Green, Vermillion, Purple, Sky; a label seen before keeps its colour, so a
// curve with gaps is drawn by a call a piece.
func (f *Figure) Line(x, y []float64, label string, style ...Style) {
	f.line("Line", x, y, label, style, Style{Width: 1.6, Opacity: 1})
}

// Truth draws the curve that the data came from: dashed, Vermillion.
func (f *Figure) Truth(x, y []float64, label string, style ...Style) {
	f.line("Truth", x, y, label, style, Style{Color: Vermillion, Width: 1.8, Opacity: 1, Dashed: true})
}

func (f *Figure) line(method string, x, y []float64, label string, style []Style, def Style) {
	same(method, len(x), len(y))
	if def.Color == Auto {
		key := clean(label)
		c, seen := f.colors[key]
		if !seen {
			c = cycle(len(f.colors))
			f.colors[key] = c
		}
		def.Color = c
	}
	s := f.add(lineLayer, label, "line", style, def)
	f.fill(s, x, "x")
	f.fillRow(s, y, "y", -1)
}

// Paths draws function draws, one a row of ys (S x N), as thin translucent
// lines: the first most of them (draws are exchangeable), or all if most <= 0.
// A nil or empty ys is an empty series. Default: Blue, fainter the more there are.
func (f *Figure) Paths(x []float64, ys *mat.Dense, most int, label string, style ...Style) {
	count, n := 0, 0
	if ys != nil {
		count, n = ys.Dims()
	}
	if count > 0 {
		same("Paths", len(x), n)
	}
	if most > 0 && most < count {
		count = most
	}
	// S lines have S times the ink of one on much the same area; the square root
	// keeps single paths visible among many.
	opacity := math.Min(0.7, math.Max(0.08, 1.5/math.Sqrt(float64(max(count, 1)))))
	s := f.add(pathLayer, label, "paths", style, Style{Color: Blue, Width: 0.9, Opacity: opacity})
	if count == 0 {
		return
	}
	f.fill(s, x, "x")
	for i := range count {
		f.fillRow(s, ys.RawRowView(i), "y", i)
	}
}

// Points draws observations as dots, above everything else. Default: Ink,
// smaller the more there are.
func (f *Figure) Points(x, y []float64, label string, style ...Style) {
	same("Points", len(x), len(y))
	diameter := 6.0
	switch {
	case len(x) > 400:
		diameter = 3.2
	case len(x) > 60:
		diameter = 4.4
	}
	s := f.add(pointLayer, label, "points", style, Style{Color: Ink, Width: diameter, Opacity: 1})
	f.fill(s, x, "x")
	f.fillRow(s, y, "y", -1)
}

// VLine marks the abscissa at by a dashed vertical line. Default: Muted.
func (f *Figure) VLine(at float64, label string, style ...Style) {
	s := f.mark(label, "vertical line", style)
	f.fill(s, []float64{at}, "at")
}

// HLine marks the ordinate at by a dashed horizontal line. Default: Muted.
func (f *Figure) HLine(at float64, label string, style ...Style) {
	s := f.mark(label, "horizontal line", style)
	s.horizontal = true
	f.fillRow(s, []float64{at}, "at", -1)
}

func (f *Figure) mark(label, kind string, style []Style) *series {
	return f.add(markLayer, label, kind, style, Style{Color: Muted, Width: 1.3, Opacity: 1, Dashed: true})
}

// Shade tints the full height of the axes from x0 to x1: a forecast, a gap in
// the data. An infinite end (math.Inf) reaches the edge of the figure; the
// order of the ends does not matter. Default: Muted, faint.
func (f *Figure) Shade(x0, x1 float64, label string, style ...Style) {
	s := f.add(shadeLayer, label, "shade", style, Style{Color: Muted, Width: 1, Opacity: 0.14})
	ends := []float64{math.Min(x0, x1), math.Max(x0, x1)}
	for i, v := range ends {
		if math.IsInf(v, 0) {
			ends[i] = 0 // checked below as a number that can be drawn
		}
	}
	if f.check(s, ends, "x", -1) {
		s.x = []float64{math.Min(x0, x1), math.Max(x0, x1)}
	}
}

// add appends a series with the style that results from its defaults.
func (f *Figure) add(l layer, label, kind string, style []Style, def Style) *series {
	if len(style) > 1 {
		panic("plot: more than one style for a series")
	}
	if len(style) == 1 {
		o := style[0]
		if o.Opacity < 0 || o.Opacity > 1 || math.IsNaN(o.Opacity) || o.Width < 0 || o.Width > 100 || math.IsNaN(o.Width) || o.Color >= numColors {
			panic(fmt.Sprintf("plot: style %+v: opacity outside of 0..1, width outside of 0..100, or no such colour", o))
		}
		if o.Color != Auto {
			def.Color = o.Color
		}
		if o.Width > 0 {
			def.Width = o.Width
		}
		if o.Opacity > 0 {
			def.Opacity = o.Opacity
		}
		def.Dashed = def.Dashed || o.Dashed
	}
	s := &series{layer: l, kind: kind, label: clean(label), style: def}
	f.series = append(f.series, s)
	return s
}

func (f *Figure) fill(s *series, v []float64, axis string) {
	if f.check(s, v, axis, -1) {
		s.x = append([]float64(nil), v...)
	}
}

func (f *Figure) fillRow(s *series, v []float64, axis string, path int) {
	if !f.check(s, v, axis, path) {
		return
	}
	row := append([]float64(nil), v...)
	if f.opt.LogY {
		for i, e := range row {
			if e <= 0 {
				f.refuse(s, axis, path, i, e, "a logarithmic axis has positive numbers alone")
				return
			}
			row[i] = math.Log10(e)
		}
	}
	s.rows = append(s.rows, row)
}

// check keeps the first number that cannot be drawn as the figure's error.
func (f *Figure) check(s *series, v []float64, axis string, path int) bool {
	for i, e := range v {
		if !drawable(e) {
			f.refuse(s, axis, path, i, e, "not a finite number within 1e300")
			return false
		}
	}
	return true
}

// refuse keeps the first number that cannot be drawn.
func (f *Figure) refuse(s *series, axis string, path, i int, v float64, why string) {
	if f.err != nil {
		return
	}
	name := s.label
	if name == "" {
		name = s.kind
	}
	f.err = &NotFinite{Series: name, Axis: axis, Path: path, Index: i, Value: v, Why: why}
}

func same(method string, n int, others ...int) {
	for _, m := range others {
		if m != n {
			panic(fmt.Sprintf("plot: %s: lengths %d and %d differ", method, n, m))
		}
	}
}

// empty says whether the series has nothing to draw.
func (s *series) empty() bool {
	if s.layer == markLayer || s.layer == shadeLayer {
		return false
	}
	return len(s.x) == 0 || len(s.rows) == 0
}

// NotFinite reports a number that has no place on an axis: NaN, an infinity,
// or a magnitude beyond 1e300, where a range of two of them overflows; on a
// logarithmic axis also one that is not positive.
type NotFinite struct {
	Series string  // label of the series, or what it is when it has none
	Axis   string  // "x", "y", "lo", "hi", "value", "at"
	Path   int     // row of the matrix of paths; -1 for other series
	Index  int     // position within the series (or the path)
	Value  float64 // the number
	Why    string  // it cannot be drawn
}

func (e *NotFinite) Error() string {
	place := fmt.Sprintf("%s[%d]", e.Axis, e.Index)
	if e.Path >= 0 {
		place = fmt.Sprintf("path %d, %s[%d]", e.Path, e.Axis, e.Index)
	}
	return fmt.Sprintf("series %q, %s: cannot draw %g: %s", e.Series, place, e.Value, e.Why)
}
