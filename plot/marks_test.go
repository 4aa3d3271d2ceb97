package plot

import (
	"bytes"
	"errors"
	"image"
	"math"
	"strings"
	"testing"
)

// A step function is level between its points, and right-continuous.
func TestSteps(t *testing.T) {
	f := New(Options{})
	f.Steps([]float64{0, 1, 3}, []float64{0.2, 0.5, 1}, "F")
	x, y := f.series[0].x, f.series[0].rows[0]
	wantX, wantY := []float64{0, 1, 1, 3, 3}, []float64{0.2, 0.2, 0.5, 0.5, 1}
	for i := range wantX {
		if len(x) != len(wantX) || x[i] != wantX[i] || y[i] != wantY[i] {
			t.Fatalf("%v %v, want %v %v", x, y, wantX, wantY)
		}
	}
}

// marked has one of each mark, apart from each other.
func marked(theme Theme) *Figure {
	f := New(Options{Title: "Marks", Theme: theme})
	f.Bars([]float64{0, 1, 2, 3}, []float64{2, 1, 3}, "counts")
	f.Intervals([]float64{4, 5}, []float64{0.5, 1}, []float64{2.5, 2}, "intervals", Style{Color: Green})
	f.Points([]float64{4, 5}, []float64{1.5, 1.4}, "estimates", Style{Color: Green})
	f.Arrows([]float64{6, 8}, []float64{1, 2}, []float64{7, 7.5}, []float64{2, 0.5}, "gradient")
	f.Steps([]float64{8.5, 9, 9.5, 10}, []float64{0, 1, 2, 3}, "steps", Style{Color: Purple})
	return f
}

// Every mark shows where it was put, in its own colour, in both themes.
func TestMarksShow(t *testing.T) {
	for _, theme := range []Theme{Light, Dark} {
		f := marked(theme)
		img := pixels(t, f)
		_, panels := f.alone().layout()
		at := func(x, y float64) image.Point { // pixels are 2 a logical one, from the top
			p := panels[0]
			return image.Pt(int(p.x.at(x)/px*2), 600-int(p.y.at(y)/px*2))
		}
		for name, c := range map[string]struct {
			clr          Color
			opacity      float64
			lo, hi       image.Point
			least, below int
		}{
			"bars":      {Blue, 0.6, at(2.1, 2.9), at(2.9, 0.2), 5000, 1e9},
			"no bar":    {Blue, 0.6, at(1.1, 2.9), at(1.9, 1.2), 0, 1},
			"intervals": {Green, 1, at(3.9, 2.4), at(4.1, 0.6), 100, 1e9},
			"cap":       {Green, 1, at(3.9, 2.55), at(4.1, 2.45), 8, 100},
			"arrows":    {Vermillion, 1, at(6, 2), at(7, 1), 200, 1e9},
			"head":      {Vermillion, 1, at(6.8, 2.01), at(7.01, 1.8), 40, 1e9},
			"steps":     {Purple, 1, at(9.1, 1.1), at(9.4, 0.9), 30, 1e9},
			"jump":      {Purple, 1, at(8.95, 0.9), at(9.05, 0.1), 30, 1e9},
		} {
			want := over(withOpacity(theme.RGB(c.clr), c.opacity), theme.Background())
			n := count(img.(interface {
				SubImage(image.Rectangle) image.Image
			}).SubImage(image.Rectangle{Min: c.lo, Max: c.hi}), want)
			if n < c.least || n >= c.below {
				t.Errorf("theme %d: %s: %d pixels, want %d to %d", theme, name, n, c.least, c.below)
			}
		}
	}
}

// What lies outside of explicit limits is not drawn: neither caps nor heads.
func TestMarksAreClipped(t *testing.T) {
	f := New(Options{XLim: Limits{0, 1}, YLim: Limits{0, 1}})
	f.Intervals([]float64{0.5, 2}, []float64{-1, 0}, []float64{2, 1}, "", Style{Color: Green})
	f.Arrows([]float64{0.2, 3}, []float64{0.5, 0.5}, []float64{0.2, 4}, []float64{3, 0.5}, "")
	_, panels := f.alone().layout()
	img, r := pixels(t, f), panels[0].Rectangle
	for _, c := range []Color{Green, Vermillion} {
		b := img.Bounds()
		for y := b.Min.Y; y < b.Max.Y; y++ {
			for x := b.Min.X; x < b.Max.X; x++ {
				if px2 := float64(px) / 2; count(img.(interface {
					SubImage(image.Rectangle) image.Image
				}).SubImage(image.Rect(x, y, x+1, y+1)), Light.RGB(c)) == 1 &&
					(float64(x) < float64(r.Min.X)/px2-1 || float64(x) > float64(r.Max.X)/px2+1 ||
						float64(600-y) < float64(r.Min.Y)/px2-2 || float64(600-y) > float64(r.Max.Y)/px2+2) {
					t.Fatalf("colour %d at %d, %d is outside of %v", c, x, y, r)
				}
			}
		}
	}
}

// A logarithmic axis marks powers of ten, and refuses what has no place there.
func TestLogarithmicAxis(t *testing.T) {
	f := New(Options{LogY: true})
	f.Line([]float64{0, 1, 2}, []float64{1e-7, 1, 100}, "KL")
	y := f.yRange(f.xRange())
	if math.Abs(y.Lo-(-7-0.05*9)) > 1e-12 || math.Abs(y.Hi-(2+0.05*9)) > 1e-12 {
		t.Errorf("range %v, want 5%% of nine decades on either side", y)
	}
	for _, c := range []struct {
		lo, hi float64
		most   int
		want   string
	}{
		{-7.4, 2.4, 10, "10^−7 10^−6 10^−5 0.0001 0.001 0.01 0.1 1 10 100"},
		{-7.4, 2.4, 5, "10^−6 0.0001 0.01 1 100"},
		{-0.1, 1.1, 10, "1 2 5 10"},
		{5.9, 7.1, 10, "10^6 2×10^6 5×10^6 10^7"},
		{0.31, 0.46, 5, "2.2 2.4 2.6 2.8"},
	} {
		got := decades(c.lo, c.hi, c.most)
		if s := strings.Join(got.labels, " "); s != c.want {
			t.Errorf("10^%g to 10^%g: %s, want %s", c.lo, c.hi, s, c.want)
		}
		for i, v := range got.values {
			if v < c.lo || v > c.hi || i > 0 && v <= got.values[i-1] {
				t.Errorf("10^%g to 10^%g: marks at %v", c.lo, c.hi, got.values)
			}
		}
	}

	f.HLine(0, "zero")
	var e *NotFinite
	if err := f.Encode(&bytes.Buffer{}, SVG); !errors.As(err, &e) || err.Error() != `series "zero", at[0]: cannot draw 0: a logarithmic axis has positive numbers alone` {
		t.Error(err)
	}
	g := New(Options{LogY: true, YLim: Limits{0.01, 100}})
	if y := g.yRange(Limits{0, 1}); math.Abs(y.Lo+2) > 1e-15 || math.Abs(y.Hi-2) > 1e-15 {
		t.Errorf("limits %v", y)
	}
}
