package plot

import (
	"image/color"
	"math"
	"sort"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// pen draws series on a canvas in a theme.
type pen struct {
	draw.Canvas
	theme  Theme
	column vg.Length // width of the columns that decimate works in
	round  vg.Length // coordinates are multiples of it; 0 = as they are
}

// tolerance is the error of a simplified curve: a twentieth of a logical pixel.
const tolerance = px / 20

func (p *pen) colorOf(s *series) color.NRGBA {
	opacity := s.style.Opacity
	if opacity == 0 { // a band: on a dark background it needs more to be seen
		opacity = 0.2
		if p.theme == Dark {
			opacity = 0.3
		}
	}
	return withOpacity(p.theme.RGB(s.style.Color), opacity)
}

func (p *pen) lineOf(s *series) draw.LineStyle {
	line := draw.LineStyle{Color: p.colorOf(s), Width: vg.Length(s.style.Width) * px}
	if s.style.Dashed {
		line.Dashes = []vg.Length{6 * px, 4 * px}
	}
	return line
}

// drawSeries draws everything in the frame, layer by layer, each in the order of the calls.
func (p *pen) drawSeries(list []*series, f frame) {
	ordered := append([]*series(nil), list...)
	sort.SliceStable(ordered, func(i, j int) bool { return ordered[i].layer < ordered[j].layer })
	inside := draw.Canvas{Canvas: p.Canvas.Canvas, Rectangle: f.Rectangle}
	for _, s := range ordered {
		if s.empty() {
			continue
		}
		switch s.layer {
		case shadeLayer:
			x0, x1 := f.x.at(math.Max(f.x.Lo, s.x[0])), f.x.at(math.Min(f.x.Hi, s.x[1]))
			if x0 < x1 {
				p.FillPolygon(p.colorOf(s), []vg.Point{{X: x0, Y: f.Min.Y}, {X: x1, Y: f.Min.Y}, {X: x1, Y: f.Max.Y}, {X: x0, Y: f.Max.Y}})
			}
		case bandLayer:
			lower, upper := p.curve(f, s.x, s.rows[0]), p.curve(f, s.x, s.rows[1])
			for i := len(upper) - 1; i >= 0; i-- {
				lower = append(lower, upper[i])
			}
			p.FillPolygon(p.colorOf(s), inside.ClipPolygonXY(lower))
		case barLayer:
			p.bars(f, s)
		case pathLayer, lineLayer:
			for _, row := range s.rows {
				p.StrokeLines(p.lineOf(s), inside.ClipLinesXY(p.curve(f, s.x, row))...)
			}
		case markLayer:
			if !s.horizontal && f.x.has(s.x[0]) {
				p.StrokeLine2(p.lineOf(s), f.x.at(s.x[0]), f.Min.Y, f.x.at(s.x[0]), f.Max.Y)
			}
			if s.horizontal && f.y.has(s.rows[0][0]) {
				p.StrokeLine2(p.lineOf(s), f.Min.X, f.y.at(s.rows[0][0]), f.Max.X, f.y.at(s.rows[0][0]))
			}
		case intervalLayer:
			p.intervals(f, s)
		case arrowLayer:
			p.arrows(f, s)
		case pointLayer:
			p.points(f, s)
		}
	}
}

func (l Limits) has(v float64) bool { return l.Lo <= v && v <= l.Hi }

// curve returns the decimated polyline of y over x on the canvas.
func (p *pen) curve(f frame, x, y []float64) []vg.Point {
	pts := make([]vg.Point, len(x))
	for i := range x {
		pts[i] = vg.Point{X: f.x.at(x[i]), Y: f.y.at(y[i])}
	}
	pts = decimate(pts, p.column, tolerance)
	for i, q := range pts {
		pts[i] = p.snapPoint(q)
	}
	return pts
}

func roundTo(v, unit vg.Length) vg.Length {
	// Divided by an inverse that is a whole number, 12.34 stays 12.34.
	inverse := math.Round(1 / float64(unit))
	return vg.Length(math.Round(float64(v)*inverse) / inverse)
}

// bars draws a histogram; wide bars stand a pixel apart.
func (p *pen) bars(f frame, s *series) {
	var path vg.Path
	for i, h := range s.rows[0] {
		x0, x1 := f.x.at(math.Max(f.x.Lo, s.x[i])), f.x.at(math.Min(f.x.Hi, s.x[i+1]))
		y0, y1 := f.y.at(math.Max(f.y.Lo, 0)), f.y.at(math.Min(f.y.Hi, h))
		if x1-x0 > 4*px {
			x0, x1 = x0+px/2, x1-px/2
		}
		if x0 >= x1 || y0 >= y1 {
			continue
		}
		path.Move(vg.Point{X: x0, Y: y0})
		path.Line(vg.Point{X: x1, Y: y0})
		path.Line(vg.Point{X: x1, Y: y1})
		path.Line(vg.Point{X: x0, Y: y1})
		path.Close()
	}
	if path == nil {
		return
	}
	p.SetColor(p.colorOf(s))
	p.Fill(path)
}

// points draws dots, each with a rim in the colour of the background.
func (p *pen) points(f frame, s *series) {
	var pts []vg.Point
	for i, x := range s.x {
		if y := s.rows[0][i]; f.x.has(x) && f.y.has(y) {
			pts = append(pts, vg.Point{X: f.x.at(x), Y: f.y.at(y)})
		}
	}
	if len(pts) == 0 {
		return
	}
	if s.style.Opacity == 1 {
		pts = distinct(pts, px/2)
	}
	for i, q := range pts {
		pts[i] = p.snapPoint(q)
	}
	radius := vg.Length(s.style.Width) * px / 2
	if s.style.Opacity == 1 && len(pts) <= 400 {
		p.SetColor(p.theme.Background())
		p.Fill(dots(pts, radius+0.8*px))
	}
	p.SetColor(p.colorOf(s))
	if s.style.Opacity == 1 {
		p.Fill(dots(pts, radius))
		return
	}
	for _, q := range pts { // one by one, so that crossings are darker
		p.Fill(dots([]vg.Point{q}, radius))
	}
}

// dots returns circles as one path, which is one element of an SVG.
func dots(at []vg.Point, radius vg.Length) vg.Path {
	var path vg.Path
	for _, q := range at {
		path.Move(vg.Point{X: q.X + radius, Y: q.Y})
		path.Arc(q, radius, 0, 2*math.Pi)
		path.Close()
	}
	return path
}
