package plot

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// outer is the margin of a panel, headGap the room under its heading.
const (
	outer   = 10 * px
	headGap = 10 * px
)

// heading is the text above a plotting area.
type heading struct {
	titleSize   vg.Length
	title, note []string
	legend      [][]entry
}

// newHeading breaks title, note and legend into lines of the given width. The
// legend gets up to a quarter of the height.
func newHeading(title string, size vg.Length, note string, legend []*series, width, height vg.Length) heading {
	width -= 2 * outer
	lines := max(1, int(height/4/lineHeight(regular(legendSize))))
	return heading{
		titleSize: size,
		title:     wrap(bold(size), title, width, 2),
		note:      wrap(regular(noteSize), note, width, 3),
		legend:    strip(legend, width, lines),
	}
}

// height of the heading with the gap below it.
func (h heading) height() vg.Length {
	total := vg.Length(len(h.title))*lineHeight(bold(h.titleSize)) +
		vg.Length(len(h.note))*lineHeight(regular(noteSize)) +
		vg.Length(len(h.legend))*lineHeight(regular(legendSize))
	if len(h.legend) > 0 && len(h.title)+len(h.note) > 0 {
		total += 4 * px
	}
	if total > 0 {
		total += headGap
	}
	return total
}

// draw puts the heading with its upper left corner at at.
func (h heading) draw(p *pen, at vg.Point) {
	for _, s := range h.title {
		write(p, bold(h.titleSize), p.theme.RGB(Ink), vg.Point{X: at.X, Y: at.Y - h.titleSize}, 0, false, s)
		at.Y -= lineHeight(bold(h.titleSize))
	}
	for _, s := range h.note {
		write(p, regular(noteSize), p.theme.RGB(Muted), vg.Point{X: at.X, Y: at.Y - noteSize}, 0, false, s)
		at.Y -= lineHeight(regular(noteSize))
	}
	if len(h.title)+len(h.note) > 0 {
		at.Y -= 4 * px
	}
	p.drawStrip(h.legend, at)
}

// panel is a figure with its place on the page.
type panel struct {
	frame
	f            *Figure
	head         heading
	titleSize    vg.Length
	xr, yr       Limits
	xt, yt       ticks
	xLabelWidth  vg.Length
	xLabelLines  int
	yLabel       []string
	top, bottom  vg.Length // what lies around the plotting area
	left, right  vg.Length
	cell         vg.Rectangle
	sharedLegend bool
}

// place lays the panels out in equal cells of area, row by row, so that the
// plotting areas of a row have one height and those of a column one width.
func place(panels []*panel, columns int, area vg.Rectangle) {
	rows := (len(panels) + columns - 1) / columns
	width, height := area.Size().X/vg.Length(columns), area.Size().Y/vg.Length(rows)
	for i, p := range panels {
		corner := vg.Point{X: area.Min.X + vg.Length(i%columns)*width, Y: area.Max.Y - vg.Length(i/columns+1)*height}
		p.cell = vg.Rectangle{Min: corner, Max: corner.Add(vg.Point{X: width, Y: height})}
		p.heights(width, height)
	}
	inRow := func(i, j int) bool { return i/columns == j/columns }
	inColumn := func(i, j int) bool { return i%columns == j%columns }
	even(panels, inRow, func(p *panel) *vg.Length { return &p.top })
	even(panels, inRow, func(p *panel) *vg.Length { return &p.bottom })
	for _, p := range panels {
		p.widths(width, height)
	}
	even(panels, inColumn, func(p *panel) *vg.Length { return &p.left })
	even(panels, inColumn, func(p *panel) *vg.Length { return &p.right })
	for _, p := range panels {
		p.frame = newFrame(vg.Rectangle{
			Min: p.cell.Min.Add(vg.Point{X: p.left, Y: p.bottom}),
			Max: p.cell.Max.Sub(vg.Point{X: p.right, Y: p.top}),
		}, p.xr, p.yr)
		p.xt = xTicks(p.xr, p.Max.X-p.Min.X)
	}
}

// even raises a margin to the largest among the panels of a group.
func even(panels []*panel, group func(i, j int) bool, margin func(*panel) *vg.Length) {
	for i, p := range panels {
		for j, q := range panels {
			if group(i, j) {
				*margin(p) = max(*margin(p), *margin(q))
			}
		}
	}
}

// heights finds the margins above and below.
func (p *panel) heights(width, height vg.Length) {
	var legend []*series
	if !p.sharedLegend {
		legend = p.f.legendOf()
	}
	p.head = newHeading(p.f.opt.Title, p.titleSize, p.f.opt.Note, legend, width, height)
	p.top = outer + p.head.height()
	p.xt = xTicks(p.xr, 0.85*width) // for its unit alone: the width is not known yet
	p.xLabelWidth = 0.85 * width
	face := regular(labelSize)
	p.xLabelLines = len(wrap(face, p.f.opt.X+p.xt.unit, p.xLabelWidth, 2))
	p.bottom = tickLength + tickGap + lineHeight(regular(tickSize)) + labelGap + vg.Length(p.xLabelLines)*lineHeight(face) + outer/2
}

// widths finds the margins on the left and on the right.
func (p *panel) widths(width, height vg.Length) {
	tall := height - p.top - p.bottom
	p.yt = yTicks(p.yr, tall, p.f.opt.LogY)
	face := regular(labelSize)
	p.yLabel = wrap(face, p.f.opt.Y+p.yt.unit, tall+p.bottom-outer, 2)
	p.left = outer/2 + vg.Length(len(p.yLabel))*lineHeight(face) + 2*labelGap + p.yTickWidth()
	p.right = outer
	wide := width - p.left - p.right
	p.xt = xTicks(p.xr, wide)
	if n := len(p.xt.values); n > 0 {
		end := scale{p.xr, 0, wide}.at(p.xt.values[n-1]) + regular(tickSize).Width(p.xt.labels[n-1])/2
		p.right = max(p.right, end-wide+outer/2)
	}
}

func (p *panel) draw(pen *pen) {
	p.head.draw(pen, vg.Point{X: p.cell.Min.X + outer, Y: p.cell.Max.Y - outer})
	inside := draw.Canvas{Canvas: pen.Canvas.Canvas, Rectangle: p.Rectangle}
	p.drawGrid(inside, pen.theme)
	pen.drawSeries(p.f.series, p.frame)
	p.drawAxes(inside, pen.theme)
}
