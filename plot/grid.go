package plot

import (
	"fmt"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// GridOptions describe several figures in one file.
type GridOptions struct {
	Columns       int    // panels in a row; 0 = all in one row
	Title         string // above all panels
	Note          string // under the title
	Width, Height int    // logical pixels of the whole; 0 = 320 a column and 260 a row, at least 700 wide
	Density       int    // pixels of a PNG a logical pixel; 0 = 2
	SameY         bool   // one vertical range for all panels: sizes can be compared
}

// Sheet is several figures in one file, drawn in the theme of the first.
type Sheet struct {
	opt     GridOptions
	theme   Theme
	figures []*Figure
}

// Grid lays figures out row by row in cells of equal size; their own sizes and
// densities do not count. When all have the same legend it is drawn once,
// above them. It panics without figures, and on a size or density that New
// would refuse for the whole, or for one cell (a third less is allowed there).
func Grid(o GridOptions, figures ...*Figure) *Sheet {
	if len(figures) == 0 {
		panic("plot: Grid: no figures")
	}
	if o.Columns < 0 {
		panic("plot: Grid: negative number of columns")
	}
	if o.Columns == 0 || o.Columns > len(figures) {
		o.Columns = len(figures)
	}
	rows := (len(figures) + o.Columns - 1) / o.Columns
	o.Width, o.Height, o.Density = sizes(o.Width, o.Height, o.Density, max(defaultWidth, 320*o.Columns), 260*rows)
	if w, h := o.Width/o.Columns, o.Height/rows; w < minWidth*2/3 || h < minHeight*2/3 {
		panic(fmt.Sprintf("plot: Grid: cells of %d x %d are too small to read", w, h))
	}
	o.Title, o.Note = clean(o.Title), clean(o.Note)
	return &Sheet{opt: o, theme: figures[0].opt.Theme, figures: append([]*Figure(nil), figures...)}
}

// Row lays figures out side by side.
func Row(figures ...*Figure) *Sheet { return Grid(GridOptions{}, figures...) }

// WithTheme returns the same sheet in another theme.
func (s *Sheet) WithTheme(t Theme) *Sheet {
	g := *s
	g.theme = t
	return &g
}

// Err returns the first number of any panel that could not be drawn, or nil.
func (s *Sheet) Err() error {
	for _, f := range s.figures {
		if f.err != nil {
			return f.err
		}
	}
	return nil
}

// size of the sheet on the canvas.
func (s *Sheet) size() (w, h vg.Length) {
	return vg.Length(s.opt.Width) * px, vg.Length(s.opt.Height) * px
}

// layout places the heading and the panels.
func (s *Sheet) layout() (heading, []*panel) {
	w, h := s.size()
	shared := s.sharedLegend()
	head := newHeading(s.opt.Title, titleSize, s.opt.Note, shared, w, h)
	size := titleSize
	if s.opt.Title != "" {
		size = panelTitleSize
	}
	panels := make([]*panel, len(s.figures))
	all := emptyLimits()
	for i, f := range s.figures {
		panels[i] = &panel{f: f, titleSize: size, sharedLegend: shared != nil, xr: f.xRange()}
		panels[i].yr = f.yRange(panels[i].xr)
		all.include(panels[i].yr.Lo)
		all.include(panels[i].yr.Hi)
	}
	if s.opt.SameY {
		for _, q := range panels {
			q.yr = all
		}
	}
	place(panels, s.opt.Columns, vg.Rectangle{Max: vg.Point{X: w, Y: h - head.height()}})
	return head, panels
}

// draw draws the whole sheet.
func (s *Sheet) draw(c vg.Canvas, column, round vg.Length) {
	w, h := s.size()
	p := &pen{Canvas: draw.NewCanvas(c, w, h), theme: s.theme, column: column, round: round}
	p.FillPolygon(s.theme.Background(), []vg.Point{{}, {X: w}, {X: w, Y: h}, {Y: h}})
	head, panels := s.layout()
	head.draw(p, vg.Point{X: outer, Y: h - outer})
	for _, q := range panels {
		q.draw(p)
	}
}

// sharedLegend returns the legend that all of several panels have, or nil.
func (s *Sheet) sharedLegend() []*series {
	first := s.figures[0].legendOf()
	if len(s.figures) == 1 {
		return nil
	}
	for _, f := range s.figures[1:] {
		other := f.legendOf()
		if len(other) != len(first) {
			return nil
		}
		for i, e := range other {
			if e.label != first[i].label || e.layer != first[i].layer || e.style != first[i].style {
				return nil
			}
		}
	}
	return first
}
