package plot

import (
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// scale maps the values lo..hi of an axis to the lengths from..to of the canvas.
type scale struct {
	Limits
	from, to vg.Length
}

func (s scale) at(v float64) vg.Length {
	// What lies far outside of explicit limits stays finite; it is clipped later.
	t := math.Max(-1e6, math.Min(1e6, (v-s.Lo)/(s.Hi-s.Lo)))
	return s.from + vg.Length(t)*(s.to-s.from)
}

// xRange returns the range of the horizontal axis: all series, and a margin
// where a dot or a bar would sit on the edge.
func (f *Figure) xRange() Limits {
	if f.opt.XLim != (Limits{}) {
		return notConstant(f.opt.XLim)
	}
	all, marked := emptyLimits(), emptyLimits()
	for _, s := range f.series {
		for _, v := range s.x {
			if math.IsInf(v, 0) {
				continue // an open end of a shade
			}
			all.include(v)
			if s.layer == pointLayer || s.layer == barLayer || s.layer == intervalLayer {
				marked.include(v)
			}
		}
		for _, v := range s.to {
			all.include(v)
		}
	}
	const margin = 0.02
	switch {
	case all == emptyLimits():
		return Limits{0, 1}
	case constant(all.Lo, all.Hi):
		return notConstant(all)
	}
	pad, out := margin*(all.Hi-all.Lo), all
	if marked.Lo < all.Lo+pad {
		out.Lo -= pad
	}
	if marked.Hi > all.Hi-pad {
		out.Hi += pad
	}
	return out
}

// yRange returns the range of the vertical axis over what shows within x: the
// data and a margin of 5% on either side; bars stand on zero.
func (f *Figure) yRange(x Limits) Limits {
	if f.opt.YLim != (Limits{}) {
		return notConstant(f.opt.YLim)
	}
	all, bars := emptyLimits(), false
	for _, s := range f.series {
		for _, row := range s.rows {
			for i, v := range row {
				switch {
				case s.layer == barLayer:
					bars = true
					all.include(0)
					all.include(v)
				case s.layer == markLayer || x.has(s.x[i]):
					all.include(v)
				}
				if i > 0 && (s.layer == lineLayer || s.layer == pathLayer || s.layer == bandLayer) {
					for _, edge := range []float64{x.Lo, x.Hi} {
						all.crossing(edge, s.x[i-1], row[i-1], s.x[i], v)
					}
				}
			}
		}
	}
	const margin = 0.05
	switch {
	case all == emptyLimits():
		return Limits{0, 1}
	case constant(all.Lo, all.Hi):
		return notConstant(all)
	}
	pad, out := margin*(all.Hi-all.Lo), all
	out.Hi += pad
	if !bars || all.Lo < 0 {
		out.Lo -= pad
	}
	return out
}

func emptyLimits() Limits { return Limits{math.Inf(1), math.Inf(-1)} }

func (l *Limits) include(v float64) { l.Lo, l.Hi = math.Min(l.Lo, v), math.Max(l.Hi, v) }

// crossing includes the ordinate of the segment (x0, y0), (x1, y1) at the
// abscissa at, if it passes there: the edge of a figure cuts curves between
// their points.
func (l *Limits) crossing(at, x0, y0, x1, y1 float64) {
	if (x0 < at) == (x1 < at) || x0 == x1 {
		return
	}
	t := (at - x0) / (x1 - x0)
	l.include((1-t)*y0 + t*y1)
}

func notConstant(l Limits) Limits {
	if constant(l.Lo, l.Hi) {
		l.Lo, l.Hi = widened(l.Lo, l.Hi)
	}
	return l
}

// Sizes around the axes.
const (
	tickLength = 4 * px
	tickGap    = 3 * px // between a tick and its label
	labelGap   = 3 * px // between tick labels and the axis label
	xTickEvery = 64 * px
	yTickEvery = 26 * px
)

// xTicks chooses marks for an axis of the given length: labels stand apart by two digits.
func xTicks(l Limits, length vg.Length) ticks {
	face := regular(tickSize)
	return chooseTicks(l.Lo, l.Hi, int(length/xTickEvery), func(t ticks) bool {
		gap := 2 * face.Width("0")
		s := scale{l, 0, length}
		for i := 1; i < len(t.values); i++ {
			half := (face.Width(t.labels[i-1]) + face.Width(t.labels[i])) / 2
			if s.at(t.values[i])-s.at(t.values[i-1]) < half+gap {
				return false
			}
		}
		return true
	})
}

// yTicks chooses marks for a vertical axis; a logarithmic one has l in powers of ten.
func yTicks(l Limits, length vg.Length, log bool) ticks {
	if log {
		return decades(l.Lo, l.Hi, int(length/yTickEvery))
	}
	return chooseTicks(l.Lo, l.Hi, int(length/yTickEvery), func(ticks) bool { return true })
}

// frame is the plotting area of a panel: where its data go.
type frame struct {
	vg.Rectangle
	x, y scale
}

func newFrame(r vg.Rectangle, x, y Limits) frame {
	return frame{r, scale{x, r.Min.X, r.Max.X}, scale{y, r.Min.Y, r.Max.Y}}
}

// drawGrid draws the grid lines, below the data.
func (p *panel) drawGrid(c draw.Canvas, t Theme) {
	line := draw.LineStyle{Color: t.grid(), Width: px}
	for _, v := range p.xt.values {
		at := p.x.at(v)
		c.StrokeLine2(line, at, p.Min.Y, at, p.Max.Y)
	}
	for _, v := range p.yt.values {
		at := p.y.at(v)
		c.StrokeLine2(line, p.Min.X, at, p.Max.X, at)
	}
}

// drawAxes draws axis lines, ticks and labels, above the data.
func (p *panel) drawAxes(c draw.Canvas, t Theme) {
	line := draw.LineStyle{Color: t.axis(), Width: px}
	c.StrokeLine2(line, p.Min.X, p.Min.Y, p.Max.X, p.Min.Y)
	c.StrokeLine2(line, p.Min.X, p.Min.Y, p.Min.X, p.Max.Y)

	face, text := regular(tickSize), t.RGB(Muted)
	ascent := 0.72 * tickSize // of digits
	for i, v := range p.xt.values {
		at := p.x.at(v)
		c.StrokeLine2(line, at, p.Min.Y, at, p.Min.Y-tickLength)
		write(c, face, text, vg.Point{X: at, Y: p.Min.Y - tickLength - tickGap - ascent}, 0.5, false, p.xt.labels[i])
	}
	for i, v := range p.yt.values {
		at := p.y.at(v)
		c.StrokeLine2(line, p.Min.X-tickLength, at, p.Min.X, at)
		write(c, face, text, vg.Point{X: p.Min.X - tickLength - tickGap, Y: at - ascent/2}, 1, false, p.yt.labels[i])
	}

	face, text = regular(labelSize), t.RGB(Ink)
	at := vg.Point{X: (p.Min.X + p.Max.X) / 2, Y: p.Min.Y - tickLength - tickGap - lineHeight(regular(tickSize)) - labelGap - 0.72*labelSize}
	for _, s := range wrap(face, p.f.opt.X+p.xt.unit, p.xLabelWidth, p.xLabelLines) {
		write(c, face, text, at, 0.5, false, s)
		at.Y -= lineHeight(face)
	}
	// At the left end of the cell, in line with the panels above and below; a
	// label longer than the axis hangs down below it, clear of the heading.
	at = vg.Point{X: p.cell.Min.X + outer/2 + labelSize, Y: (p.Min.Y + p.Max.Y) / 2}
	for _, s := range p.yLabel {
		at.Y = min(at.Y, p.Max.Y-face.Width(s)/2)
	}
	for _, s := range p.yLabel {
		write(c, face, text, at, 0.5, true, s)
		at.X += lineHeight(face)
	}
}

// yTickWidth is what ticks and their labels take to the left of the plotting area.
func (p *panel) yTickWidth() vg.Length {
	widest := vg.Length(0)
	for _, s := range p.yt.labels {
		widest = max(widest, regular(tickSize).Width(s))
	}
	return tickLength + tickGap + widest
}
