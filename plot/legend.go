package plot

import (
	"fmt"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	swatchWidth = 22 * px
	swatchGap   = 6 * px  // between a swatch and its text
	entryGap    = 18 * px // between entries
)

// entry is one label of a legend; series nil is text alone.
type entry struct {
	series *series
	text   string
	x      vg.Length // from the left end of the strip
}

func (e entry) width() vg.Length {
	w := regular(legendSize).Width(e.text)
	if e.series != nil {
		w += swatchWidth + swatchGap
	}
	return w
}

// legendOf returns the labelled series, one for each label and look.
func (f *Figure) legendOf() []*series {
	type look struct {
		layer layer
		label string
		style Style
	}
	var out []*series
	seen := map[look]bool{}
	for _, s := range f.series {
		key := look{s.layer, s.label, s.style}
		if s.label == "" || s.empty() || seen[key] {
			continue
		}
		seen[key] = true
		out = append(out, s)
	}
	return out
}

// strip lays entries out from left to right in at most lines lines; when they
// do not fit the last says how many are left out.
func strip(list []*series, width vg.Length, lines int) [][]entry {
	var out [][]entry
	x := vg.Length(0)
	for i, s := range list {
		e := entry{series: s, text: shorten(regular(legendSize), s.label, width-swatchWidth-swatchGap)}
		if len(out) == 0 || x+e.width() > width {
			if len(out) == lines {
				return more(out, len(list)-i, width)
			}
			out, x = append(out, nil), 0
		}
		e.x = x
		out[len(out)-1] = append(out[len(out)-1], e)
		x += e.width() + entryGap
	}
	return out
}

// more ends the strip in "and N more", in the place of as many entries as it takes.
func more(out [][]entry, left int, width vg.Length) [][]entry {
	row := out[len(out)-1]
	for {
		e := entry{text: fmt.Sprintf("and %d more", left)}
		if n := len(row); n > 0 {
			e.x = row[n-1].x + row[n-1].width() + entryGap
		}
		if len(row) == 0 || e.x+e.width() <= width {
			out[len(out)-1] = append(row, e)
			return out
		}
		row, left = row[:len(row)-1], left+1
	}
}

// drawStrip draws the strip with its upper left corner at at.
func (p *pen) drawStrip(rows [][]entry, at vg.Point) {
	face := regular(legendSize)
	for _, row := range rows {
		base := at.Y - legendSize
		for _, e := range row {
			x := at.X + e.x
			if e.series != nil {
				p.swatch(e.series, vg.Point{X: x, Y: base + 0.35*legendSize})
				x += swatchWidth + swatchGap
			}
			write(p, face, p.theme.RGB(Ink), vg.Point{X: x, Y: base}, 0, false, e.text)
		}
		at.Y -= lineHeight(face)
	}
}

// swatch draws a sample of a series; at is the middle of its left end.
func (p *pen) swatch(s *series, at vg.Point) {
	end := vg.Point{X: at.X + swatchWidth, Y: at.Y}
	mid := vg.Point{X: at.X + swatchWidth/2, Y: at.Y}
	switch s.layer {
	case shadeLayer, bandLayer, barLayer:
		h := 5 * px
		p.FillPolygon(p.colorOf(s), []vg.Point{{X: at.X, Y: at.Y - h}, {X: end.X, Y: at.Y - h}, {X: end.X, Y: at.Y + h}, {X: at.X, Y: at.Y + h}})
	case pathLayer:
		for _, d := range []vg.Length{-3 * px, 0, 3 * px} {
			p.StrokeLine2(p.lineOf(s), at.X, at.Y+d, end.X, at.Y+d)
		}
	case markLayer:
		if !s.horizontal {
			line := p.lineOf(s)
			line.Dashes = nil // too short for them
			p.StrokeLine2(line, mid.X, at.Y-6*px, mid.X, at.Y+6*px)
			return
		}
		p.StrokeLine2(p.lineOf(s), at.X, at.Y, end.X, at.Y)
	case lineLayer:
		p.StrokeLine2(p.lineOf(s), at.X, at.Y, end.X, at.Y)
	case intervalLayer:
		line, h := p.lineOf(s), 6*px
		p.StrokeLine2(line, mid.X, at.Y-h, mid.X, at.Y+h)
		p.StrokeLine2(line, mid.X-capWidth, at.Y-h, mid.X+capWidth, at.Y-h)
		p.StrokeLine2(line, mid.X-capWidth, at.Y+h, mid.X+capWidth, at.Y+h)
	case arrowLayer:
		p.arrow(draw.Canvas{Canvas: p.Canvas.Canvas, Rectangle: vg.Rectangle{Min: vg.Point{X: at.X, Y: at.Y - px}, Max: vg.Point{X: end.X, Y: at.Y + px}}}, p.lineOf(s), at, end, true)
	case pointLayer:
		p.SetColor(p.colorOf(s))
		// A dot drawn small for want of room is shown at a size that has a colour.
		p.Fill(dots([]vg.Point{mid}, max(vg.Length(s.style.Width)*px/2, 2*px)))
	}
}
