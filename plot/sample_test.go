package plot

import (
	"flag"
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"gonum.org/v1/gonum/mat"
)

var samplesTo = flag.String("samples", "", "write the sample figures, for looking at, to this folder")

// wiggle is a smooth function with a posterior-like spread that grows away from the data.
func wiggle(o Options, count int) *Figure {
	r := rand.New(rand.NewPCG(1, 2))
	const n = 400
	x, mid, lo, hi, truth := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	ys := mat.NewDense(count, n, nil)
	for i := range x {
		x[i] = 10 * float64(i) / (n - 1)
		truth[i] = math.Sin(x[i]) + 0.3*x[i]
		mid[i] = truth[i] + 0.1*math.Cos(3*x[i])
		sd := 0.08 + 0.1*math.Max(0, x[i]-6)
		lo[i], hi[i] = mid[i]-1.96*sd, mid[i]+1.96*sd
	}
	for s := range count {
		a, b, c := r.NormFloat64(), r.NormFloat64(), 6*r.Float64()
		for i := range x {
			sd := 0.08 + 0.1*math.Max(0, x[i]-6)
			ys.Set(s, i, mid[i]+sd*(a*math.Sin(x[i]*1.3+c)+b*math.Cos(x[i]*0.7)))
		}
	}
	xd, yd := make([]float64, 30), make([]float64, 30)
	for i := range xd {
		xd[i] = 6 * r.Float64()
		yd[i] = math.Sin(xd[i]) + 0.3*xd[i] + 0.1*r.NormFloat64()
	}
	f := New(o)
	f.Band(x, lo, hi, "95% of f")
	f.Paths(x, ys, 20, "draws of f")
	f.Median(x, mid, "median")
	f.Truth(x, truth, "truth")
	f.Points(xd, yd, "data")
	return f
}

func forecast(theme Theme) *Figure {
	r := rand.New(rand.NewPCG(3, 4))
	co2 := func(t float64) float64 {
		return 315 + 0.75*(t-1958) + 0.012*(t-1958)*(t-1958) + 3*math.Sin(2*math.Pi*t)
	}
	f := New(Options{Title: "A made-up trend with a season, ten years ahead", X: "year", Y: "CO2 (ppm)", Theme: theme,
		Note: "How far to trust it: the season repeats, so the next three years are little in doubt; beyond them the trend is, and the band is as wide as ten years of past trend allow."})
	var xd, yd, x, mid, lo, hi []float64
	for t := 1958.0; t < 2012; t += 1.0 / 12 {
		if t < 2002 {
			xd, yd = append(xd, t), append(yd, co2(t)+0.3*r.NormFloat64())
			continue
		}
		sd := 0.3 + 0.4*(t-2002)
		x, mid = append(x, t), append(mid, co2(t))
		lo, hi = append(lo, co2(t)-1.96*sd), append(hi, co2(t)+1.96*sd)
	}
	f.Shade(2002, math.Inf(1), "forecast")
	f.Band(x, lo, hi, "95% of y")
	f.Median(x, mid, "median")
	f.Points(xd, yd, "observed")
	return f
}

func bumps(n int) []float64 {
	r := rand.New(rand.NewPCG(5, 6))
	v := make([]float64, n)
	for i := range v {
		v[i] = 0.3 + 0.05*r.NormFloat64()
		if i%4 == 0 {
			v[i] += 0.25
		}
	}
	return v
}

// logarithmic falls by nine powers of ten.
func logarithmic() *Figure {
	f := New(Options{Title: "Divergence", X: "inducing inputs", Y: "KL (nats)", LogY: true})
	var x, y []float64
	for m := 8.0; m <= 24; m++ {
		x, y = append(x, m), append(y, 30*math.Exp(-1.2*(m-8)))
	}
	f.Line(x, y, "KL from the optimum")
	f.Points(x, y, "")
	f.HLine(0.01, "0.01 nats")
	return f
}

// samples are the figures to look at after a change of layout.
func samples() map[string]interface{ Save(string) error } {
	std := Options{Title: "Regression by Matheron's rule", X: "x", Y: "f(x)"}
	dark := std
	dark.Theme = Dark
	long := Options{
		Title: "A title that goes on about the relative compactness of buildings and their heating load until it has no room left on a single line of the figure",
		X:     "compressive strength of the concrete after twenty-eight days of hardening under water at a constant temperature of twenty degrees (megapascal, as measured)",
		Y:     "heating load of the building over a whole year (kilowatt hours)",
	}
	l := wiggle(long, 20)
	for i, name := range []string{"the first component, a long-term trend", "the second component, a decaying season of period one year", "the third component, irregularities of medium term", "noise", "another line", "and one more line to make it overflow", "short"} {
		l.Line([]float64{0, 10}, []float64{float64(i), 3}, name)
	}
	h := New(Options{Title: "Where is the optimum?", X: "location of the maximum", Y: "density"})
	h.Histogram(bumps(4000), 0, "4,000 draws")
	h.VLine(0.31, "true optimum", Style{Color: Vermillion})
	tiny := New(Options{X: "time (s)", Y: "charge (C)"})
	tiny.Line([]float64{0, 1e-9, 2e-9, 5e-9}, []float64{-3e-12, 1e-12, 2e-12, 8e-12}, "tiny")
	huge := New(Options{X: "population", Y: "income"})
	huge.Line([]float64{0, 1e9, 7e9}, []float64{1e12, 3e12, 2e12}, "huge")
	huge.HLine(2.5e12, "limit")
	offset := New(Options{X: "x", Y: "pressure (Pa)"})
	offset.Line([]float64{2451545.1, 2451545.4, 2451545.9}, []float64{1e9, 1e9 + 1, 1e9 + 0.3}, "offset")
	one := New(Options{X: "x", Y: "y", Title: "One point"})
	one.Points([]float64{3}, []float64{7}, "the point")
	flat := New(Options{X: "x", Y: "y", Title: "Constant"})
	flat.Line([]float64{0, 1, 2}, []float64{4.5, 4.5, 4.5}, "constant")
	zoom := std
	zoom.XLim, zoom.YLim = Limits{3, 7}, Limits{0, 2}
	panel := func(title string, a float64) *Figure {
		f := New(Options{Title: title, X: title + " (m)", Y: "f"})
		var x, y, lo, hi []float64
		for i := range 100 {
			t := float64(i) / 99
			x, y = append(x, 40*a*t), append(y, a*math.Sin(6*t))
			lo, hi = append(lo, y[i]-0.3*a), append(hi, y[i]+0.3*a)
		}
		f.Band(x, lo, hi, "95% of f")
		f.Median(x, y, "median")
		return f
	}
	lines := New(Options{X: "x", Y: "y", Title: "Components"})
	for i, name := range []string{"one", "two", "three", "four", "five", "six"} {
		lines.Line([]float64{0, 1, 2}, []float64{float64(i), float64(i) + 0.5, float64(i)}, name)
	}
	panels := []*Figure{panel("depth", 1), panel("width", 20), panel("height", 0.003)}
	return map[string]interface{ Save(string) error }{
		"regression": wiggle(std, 20), "dark": wiggle(dark, 20), "many": wiggle(std, 64), "forecast": forecast(Light), "forecast-dark": forecast(Dark),
		"histogram": h, "histogram-dark": h.WithTheme(Dark), "long": l, "tiny": tiny, "huge": huge, "offset": offset, "one": one, "flat": flat, "zoom": wiggle(zoom, 20),
		"marks": marked(Light), "marks-dark": marked(Dark), "log": logarithmic(),
		"empty": New(Options{}), "lines": lines, "lines-dark": lines.WithTheme(Dark), "small": wiggle(Options{Width: 280, Height: 180, Title: "Small", X: "x", Y: "y"}, 10),
		"row":  Row(panels...),
		"grid": Grid(GridOptions{Columns: 2, Title: "Slices through the mode", Note: "The other inputs stay at their medians.", SameY: false}, append(panels, forecast(Light))...),
	}
}

func TestSamples(t *testing.T) {
	dir := *samplesTo
	if dir == "" {
		t.Skip("-samples FOLDER writes figures to look at")
	}
	for name, f := range samples() {
		for _, ending := range []string{".png", ".svg"} {
			if err := f.Save(filepath.Join(dir, name+ending)); err != nil {
				t.Error(err)
			}
		}
	}
}
