package plot

import (
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Steps draws the step function that is y[i] from x[i] to x[i+1], and y of the
// last at its x alone: an empirical distribution function, a coverage. Colours
// are as those of Line.
func (f *Figure) Steps(x, y []float64, label string, style ...Style) {
	same("Steps", len(x), len(y))
	n := len(x)
	px, py := make([]float64, 0, 2*n), make([]float64, 0, 2*n)
	for i := range n {
		if i > 0 {
			px, py = append(px, x[i]), append(py, y[i-1])
		}
		px, py = append(px, x[i]), append(py, y[i])
	}
	f.line("Steps", px, py, label, style, Style{Width: 1.6, Opacity: 1})
}

// Bars draws bar i from edges[i] to edges[i+1], as high as heights[i]: counts, or
// whatever else has a number for each interval. There is one edge more than there
// are heights. Default: Blue, translucent.
func (f *Figure) Bars(edges, heights []float64, label string, style ...Style) {
	if len(edges) > 0 || len(heights) > 0 {
		same("Bars", len(edges), len(heights)+1)
	}
	s := f.bars(label, "bars", style)
	f.fill(s, edges, "edge")
	f.fillRow(s, heights, "height", -1)
}

// bars starts a series of bars.
func (f *Figure) bars(label, kind string, style []Style) *series {
	if f.opt.LogY {
		panic("plot: bars stand on zero, which a logarithmic axis does not have")
	}
	return f.add(barLayer, label, kind, style, Style{Color: Blue, Width: 1, Opacity: 0.6})
}

// Intervals draws a vertical bar with caps from lo[i] to hi[i] at each x[i]: an
// estimate and its error, with Points in the middle. Default: Blue.
func (f *Figure) Intervals(x, lo, hi []float64, label string, style ...Style) {
	same("Intervals", len(x), len(lo), len(hi))
	s := f.add(intervalLayer, label, "intervals", style, Style{Color: Blue, Width: 1.4, Opacity: 1})
	f.fill(s, x, "x")
	f.fillRow(s, lo, "lo", -1)
	f.fillRow(s, hi, "hi", -1)
}

// Arrows draws an arrow from (x[i], y[i]) to (toX[i], toY[i]) for each i: a
// gradient, a step of a search. Default: Vermillion.
func (f *Figure) Arrows(x, y, toX, toY []float64, label string, style ...Style) {
	same("Arrows", len(x), len(y), len(toX), len(toY))
	s := f.add(arrowLayer, label, "arrows", style, Style{Color: Vermillion, Width: 1.6, Opacity: 1})
	f.fill(s, x, "x")
	if f.check(s, toX, "to x", -1) {
		s.to = append([]float64(nil), toX...)
	}
	f.fillRow(s, y, "y", -1)
	f.fillRow(s, toY, "to y", -1)
}

// capWidth is half the width of an interval's cap, headLength the length of an
// arrow's head, which is two thirds as wide.
const (
	capWidth   = 3 * px
	headLength = 7 * px
)

// intervals draws the bars of a series as far as they are within the frame, with
// caps at the ends that are.
func (p *pen) intervals(f frame, s *series) {
	line := p.lineOf(s)
	for i, v := range s.x {
		lo, hi := math.Min(s.rows[0][i], s.rows[1][i]), math.Max(s.rows[0][i], s.rows[1][i])
		if !f.x.has(v) || hi < f.y.Lo || lo > f.y.Hi {
			continue
		}
		at := p.snap(f.x.at(v))
		y0, y1 := p.snap(f.y.at(math.Max(lo, f.y.Lo))), p.snap(f.y.at(math.Min(hi, f.y.Hi)))
		p.StrokeLine2(line, at, y0, at, y1)
		if lo >= f.y.Lo {
			p.StrokeLine2(line, at-capWidth, y0, at+capWidth, y0)
		}
		if hi <= f.y.Hi {
			p.StrokeLine2(line, at-capWidth, y1, at+capWidth, y1)
		}
	}
}

// arrows draws the arrows of a series, the shafts clipped to the frame, and the
// heads that are within it.
func (p *pen) arrows(f frame, s *series) {
	inside := draw.Canvas{Canvas: p.Canvas.Canvas, Rectangle: f.Rectangle}
	for i := range s.x {
		from := vg.Point{X: p.snap(f.x.at(s.x[i])), Y: p.snap(f.y.at(s.rows[0][i]))}
		to := vg.Point{X: p.snap(f.x.at(s.to[i])), Y: p.snap(f.y.at(s.rows[1][i]))}
		p.arrow(inside, p.lineOf(s), from, to, f.x.has(s.to[i]) && f.y.has(s.rows[1][i]))
	}
}

// arrow draws one arrow; a short one is all head.
func (p *pen) arrow(inside draw.Canvas, line draw.LineStyle, from, to vg.Point, head bool) {
	d := to.Sub(from)
	length := vg.Length(math.Hypot(float64(d.X), float64(d.Y)))
	if length == 0 {
		return
	}
	d = d.Scale(1 / length)
	size := min(headLength, length)
	neck := to
	if head {
		neck = to.Sub(d.Scale(size))
	}
	p.StrokeLines(line, inside.ClipLinesXY([]vg.Point{from, neck})...)
	if !head {
		return
	}
	side := vg.Point{X: -d.Y, Y: d.X}.Scale(size / 3)
	p.FillPolygon(line.Color, []vg.Point{to, p.snapPoint(neck.Add(side)), p.snapPoint(neck.Sub(side))})
}

func (p *pen) snapPoint(q vg.Point) vg.Point { return vg.Point{X: p.snap(q.X), Y: p.snap(q.Y)} }

// snap rounds a coordinate as those of curves are.
func (p *pen) snap(v vg.Length) vg.Length {
	if p.round == 0 {
		return v
	}
	return roundTo(v, p.round)
}
