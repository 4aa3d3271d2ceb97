package report

import (
	"math"
	"slices"

	"matheron/internal/demo"
	"matheron/plot"
)

// axes returns the options of a figure over the interval, with the target or what
// is named on the vertical axis.
func (b book) axes(title, y string) plot.Options {
	return plot.Options{Title: title, X: b.s.Table.Input, Y: y, XLim: b.interval()}
}

// interval is where questions are asked.
func (b book) interval() plot.Limits {
	return plot.Limits{Lo: b.s.Box.Lower[0], Hi: b.s.Box.Upper[0]}
}

// over starts a figure of functions over the input.
func (b book) over(title string) *plot.Figure {
	f := plot.New(b.axes(title, b.s.Table.Target))
	f.Shade(math.Inf(-1), b.s.Lower, "beyond the data")
	f.Shade(b.s.Upper, math.Inf(1), "beyond the data")
	return f
}

// data adds the table, and the truth where it is known.
func (b book) data(f *plot.Figure) {
	if b.s.Truth != nil {
		x := b.s.Grid.RawMatrix().Data
		y := make([]float64, len(x))
		for i, v := range x {
			y[i] = b.s.Truth(v)
		}
		f.Truth(x, y, "truth")
	}
	f.Points(b.s.Table.X, b.s.Table.Y, "data")
}

// band adds functions: their band and median, and a few of them.
func band(f *plot.Figure, b demo.Band) {
	f.Band(b.X, b.Lower, b.Upper, "95% of the functions")
	for i, y := range b.Thin {
		label := ""
		if i == 0 {
			label = "six of them"
		}
		f.Line(b.X, y, label, plot.Style{Color: plot.Sky, Width: 0.9})
	}
	f.Median(b.X, b.Median, "median", plot.Style{Color: plot.Blue})
}

// normal adds the density of a normal distribution over four standard deviations.
func normal(f *plot.Figure, mean, sd float64, label string, style ...plot.Style) {
	density(f, mean-4*sd, mean+4*sd, func(x float64) float64 {
		z := (x - mean) / sd
		return math.Exp(-z*z/2) / (sd * math.Sqrt(2*math.Pi))
	}, label, style...)
}

// density adds a density from a to b.
func density(f *plot.Figure, a, b float64, p func(x float64) float64, label string, style ...plot.Style) {
	const n = 121
	x, y := make([]float64, n), make([]float64, n)
	for i := range n {
		x[i] = a + (b-a)*float64(i)/(n-1)
		y[i] = p(x[i])
	}
	f.Line(x, y, label, style...)
}

// histograms adds the densities of several samples over the same bins.
func histograms(f *plot.Figure, bins int, samples [][]float64, labels []string, styles []plot.Style) {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range samples {
		lo, hi = math.Min(lo, slices.Min(v)), math.Max(hi, slices.Max(v))
	}
	if lo == hi {
		lo, hi = lo-0.5, hi+0.5
	}
	edges := make([]float64, bins+1)
	for i := range edges {
		edges[i] = lo + (hi-lo)*float64(i)/float64(bins)
	}
	for k, v := range samples {
		heights := make([]float64, bins)
		for _, x := range v {
			at := min(bins-1, int(float64(bins)*(x-lo)/(hi-lo)))
			heights[at] += float64(bins) / (hi - lo) / float64(len(v))
		}
		f.Bars(edges, heights, labels[k], styles[k])
	}
}

// truly adds a vertical line at the truth, where it is known.
func truly(f *plot.Figure, v *float64) {
	if v != nil {
		f.VLine(*v, "truth", plot.Style{Color: plot.Vermillion, Width: 1.8})
	}
}

// one is a sheet of a single figure, row of several side by side.
func one(f *plot.Figure) *plot.Sheet { return plot.Grid(plot.GridOptions{Width: 760, Height: 330}, f) }

func row(title string, f ...*plot.Figure) *plot.Sheet {
	return plot.Grid(plot.GridOptions{Title: title, Width: max(760, 340*len(f)), Height: 320}, f...)
}

// stack lays figures out one below the other, for curves over the same input.
func stack(title string, f ...*plot.Figure) *plot.Sheet {
	return plot.Grid(plot.GridOptions{Columns: 1, Title: title, Width: 760, Height: 60 + 200*len(f)}, f...)
}

var (
	vermillion = plot.Style{Color: plot.Vermillion}
	green      = plot.Style{Color: plot.Green}
	orange     = plot.Style{Color: plot.Orange}
	blue       = plot.Style{Color: plot.Blue}
)
