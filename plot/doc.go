// Package plot draws figures from plain results: slices of numbers and
// matrices of function draws. It never sees a model.
//
// It takes abscissae x (N numbers), ordinates y (N numbers), bands lo..hi
// (N numbers each) and paths (S x N, one function draw a row), and writes a
// PNG or SVG file. A [Figure] collects series, [Grid] lays several figures in
// one file.
//
//	f := plot.New(plot.Options{Title: "Carbon dioxide", X: "year", Y: "CO2 (ppm)"})
//	f.Band(x, lo, hi, "95% of f")
//	f.Paths(x, draws, 20, "draws of f")
//	f.Median(x, mid, "median")
//	f.Points(xData, yData, "data")
//	err := f.Save("co2.png")
//
// The figure is read from the top: title, note, a strip with the legend, and
// the axes below it, so that the legend never covers data. Fonts, ticks and
// spacing are chosen for a figure of 700 x 300 logical pixels (CSS pixels,
// 1/96 inch), the default, and keep their size on a larger one. In whatever
// order they are added, shading lies at the bottom, then bands, bars, paths,
// lines, marks, intervals, arrows, and data points on top.
//
// # Colours
//
// The series colours are those of Okabe and Ito, Color Universal Design
// (2008), recommended by Wong, Points of view: Color blindness, Nature
// Methods 8:441 (2011), without their yellow, which is too pale on white. The
// dark theme keeps the hues and raises their lightness.
//
// # Cost
//
// A curve of N points costs O(N) to reduce to what can be seen: within each
// column of pixels only the lowest and the highest point stay (both are
// points of the data: no extreme is lost), and of these only the ones that
// the straight line between their neighbours would miss by more than a
// twentieth of a pixel. So a file's size depends on the figure's width and
// not on N.
//
// # Errors
//
// Adding a series returns no error: the first number that cannot be drawn
// ([NotFinite]) is kept and returned by [Figure.Err], [Figure.Encode] and
// [Figure.Save]. Slices of different lengths panic. A series without points is
// legal, draws nothing and is left out of the legend. On one machine the same
// figure gives the same bytes.
//
// A Figure may be drawn from several goroutines at once, but not while series
// are being added to it.
package plot
