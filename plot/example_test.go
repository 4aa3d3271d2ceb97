package plot_test

import (
	"bytes"
	"fmt"
	"image/png"
	"math"

	"gonum.org/v1/gonum/mat"
	"matheron/plot"
)

// A posterior in five lines: the band, three draws, the median and the data.
func Example() {
	x := make([]float64, 101)
	mid, lo, hi := make([]float64, 101), make([]float64, 101), make([]float64, 101)
	draws := mat.NewDense(3, 101, nil)
	for i := range x {
		x[i] = float64(i) / 10
		mid[i] = math.Sin(x[i])
		sd := 0.05 + 0.05*x[i]
		lo[i], hi[i] = mid[i]-1.96*sd, mid[i]+1.96*sd
		for s := range 3 {
			draws.Set(s, i, mid[i]+sd*math.Cos(0.5*x[i]+2*float64(s)))
		}
	}

	f := plot.New(plot.Options{Title: "A posterior", X: "time (s)", Y: "height (m)"})
	f.Band(x, lo, hi, "95% of f")
	f.Paths(x, draws, 20, "draws of f")
	f.Median(x, mid, "median")
	f.Points([]float64{0, 1.5, 3}, []float64{0.02, 0.97, 0.1}, "data")

	var file bytes.Buffer // f.Save("posterior.png") writes to a file
	if err := f.Encode(&file, plot.PNG); err != nil {
		fmt.Println(err)
		return
	}
	img, err := png.DecodeConfig(&file)
	fmt.Println(img.Width, "x", img.Height, err)
	// Output: 1400 x 600 <nil>
}

// Slices of a function of two inputs side by side, in the dark theme, as SVG.
func ExampleGrid() {
	slice := func(input string, slope float64) *plot.Figure {
		f := plot.New(plot.Options{X: input, Y: "f"})
		f.Band([]float64{0, 1}, []float64{-0.2, slope - 0.2}, []float64{0.2, slope + 0.2}, "95% of f")
		f.Median([]float64{0, 1}, []float64{0, slope}, "median")
		return f
	}
	sheet := plot.Grid(plot.GridOptions{Title: "Slices through the mode", SameY: true}, slice("depth", 1), slice("width", -2))
	var file bytes.Buffer
	if err := sheet.WithTheme(plot.Dark).Encode(&file, plot.SVG); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(bytes.Contains(file.Bytes(), []byte(">Slices through the mode</text>")))
	fmt.Println(bytes.Count(file.Bytes(), []byte(">median</text>"))) // one legend for both
	// Output:
	// true
	// 1
}

// A number that cannot be drawn is named when the figure is written.
func ExampleNotFinite() {
	f := plot.New(plot.Options{})
	f.Line([]float64{0, 1}, []float64{2, math.NaN()}, "median")
	fmt.Println(f.Err())
	// Output: series "median", y[1]: cannot draw NaN: not a finite number within 1e300
}
