package plot

import (
	"fmt"
	"io"
	"math"
)

// Options describe a figure; the zero value of each field means its default.
type Options struct {
	Title string
	Note  string // a sentence or two under the title, e.g. how far to trust the figure
	X, Y  string // labels of the axes; "" = "x" and "y" (an axis is never without a label)

	Width, Height int   // logical pixels; 0 = 700 and 300
	Density       int   // pixels of a PNG a logical pixel; 0 = 2
	Theme         Theme // Light or Dark

	XLim, YLim Limits // the zero Limits = from the data
	LogY       bool   // the vertical axis is logarithmic, and everything on it positive
}

// Limits are the ends of an axis, in the units of the data.
type Limits struct{ Lo, Hi float64 }

// Style overrides the look of a series; a zero field keeps the default of its kind.
type Style struct {
	Color   Color
	Width   float64 // of a line, or the diameter of a point; logical pixels
	Opacity float64 // in (0, 1]
	Dashed  bool
}

const (
	defaultWidth, defaultHeight, defaultDensity = 700, 300, 2

	// No text fits a smaller figure, and a larger image would take a gigabyte.
	minWidth, minHeight, maxSide = 200, 140, 8000
	maxDensity                   = 4
)

// Figure is one pair of axes and the series in it. Make one with New.
type Figure struct {
	opt    Options
	series []*series
	colors map[string]Color // of lines, by label: a line drawn in pieces keeps its colour
	err    error
}

// New returns an empty figure. It panics on a size outside of 200..8000 x
// 140..8000 logical pixels, a density outside of 1..4, or limits that are not
// finite and increasing.
func New(o Options) *Figure {
	o.Width, o.Height, o.Density = sizes(o.Width, o.Height, o.Density, defaultWidth, defaultHeight)
	o.Title, o.Note = clean(o.Title), clean(o.Note)
	o.X, o.Y = clean(o.X), clean(o.Y)
	if o.X == "" {
		o.X = "x"
	}
	if o.Y == "" {
		o.Y = "y"
	}
	for _, l := range []Limits{o.XLim, o.YLim} {
		if l != (Limits{}) && !(l.Lo < l.Hi && drawable(l.Lo) && drawable(l.Hi)) {
			panic(fmt.Sprintf("plot: limits %g..%g are not finite and increasing", l.Lo, l.Hi))
		}
	}
	if o.LogY && o.YLim != (Limits{}) {
		if o.YLim.Lo <= 0 {
			panic(fmt.Sprintf("plot: limits %g..%g of a logarithmic axis", o.YLim.Lo, o.YLim.Hi))
		}
		o.YLim = Limits{math.Log10(o.YLim.Lo), math.Log10(o.YLim.Hi)}
	}
	return &Figure{opt: o, colors: map[string]Color{}}
}

func sizes(width, height, density, widthIfZero, heightIfZero int) (int, int, int) {
	if width == 0 {
		width = widthIfZero
	}
	if height == 0 {
		height = heightIfZero
	}
	if density == 0 {
		density = defaultDensity
	}
	if width < minWidth || height < minHeight || width > maxSide || height > maxSide {
		panic(fmt.Sprintf("plot: size %d x %d is outside of %d..%d x %d..%d", width, height, minWidth, maxSide, minHeight, maxSide))
	}
	if density < 1 || density > maxDensity {
		panic(fmt.Sprintf("plot: density %d is outside of 1..%d", density, maxDensity))
	}
	return width, height, density
}

// drawable says whether v has a place on an axis; 1e300 leaves room for
// padding and differences below the largest float64.
func drawable(v float64) bool { return math.Abs(v) <= 1e300 }

// Note sets the sentence under the title.
func (f *Figure) Note(text string) { f.opt.Note = clean(text) }

// WithTheme returns the same figure in another theme. Series added later to
// one do not show in the other.
func (f *Figure) WithTheme(t Theme) *Figure {
	g := *f
	g.opt.Theme = t
	g.series = append([]*series(nil), f.series...)
	g.colors = make(map[string]Color, len(f.colors))
	for label, c := range f.colors {
		g.colors[label] = c
	}
	return &g
}

// Err returns the first number that could not be drawn, or nil.
func (f *Figure) Err() error { return f.err }

// Encode writes the figure in the given format.
func (f *Figure) Encode(w io.Writer, format Format) error { return f.alone().Encode(w, format) }

// Save writes the figure to a file whose ending, .png or .svg, names the
// format. The file appears whole or not at all.
func (f *Figure) Save(path string) error { return f.alone().Save(path) }

// alone is the page that holds this figure and nothing else.
func (f *Figure) alone() *Sheet {
	return &Sheet{
		opt:     GridOptions{Columns: 1, Width: f.opt.Width, Height: f.opt.Height, Density: f.opt.Density},
		theme:   f.opt.Theme,
		figures: []*Figure{f},
	}
}
