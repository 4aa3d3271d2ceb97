package plot

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func encode(t testing.TB, f interface {
	Encode(io.Writer, Format) error
}, format Format) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Encode(&b, format); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pixels(t testing.TB, f interface {
	Encode(io.Writer, Format) error
}) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(encode(t, f, PNG)))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// count returns how many pixels have the colour, within one level a channel
// (blending rounds).
func count(img image.Image, want color.NRGBA) int {
	n := 0
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			if near(c.R, want.R) && near(c.G, want.G) && near(c.B, want.B) {
				n++
			}
		}
	}
	return n
}

func near(a, b uint8) bool { return a-b <= 1 || b-a <= 1 }

// over is clr with its opacity drawn on an opaque ground.
func over(clr, ground color.NRGBA) color.NRGBA {
	mix := func(a, b uint8) uint8 {
		t := float64(clr.A) / 255
		return uint8(t*float64(a) + (1-t)*float64(b) + 0.5)
	}
	return color.NRGBA{mix(clr.R, ground.R), mix(clr.G, ground.G), mix(clr.B, ground.B), 255}
}

// texts parses an SVG, which checks that it is well-formed, and returns its text elements.
func texts(t testing.TB, svg []byte) []string {
	t.Helper()
	var out []string
	d := xml.NewDecoder(bytes.NewReader(svg))
	inText := false
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			inText = e.Name.Local == "text"
		case xml.EndElement:
			inText = false
		case xml.CharData:
			if inText {
				out = append(out, string(e))
			}
		}
	}
}

func has(list []string, want string) bool {
	for _, s := range list {
		if s == want {
			return true
		}
	}
	return false
}

func TestSizes(t *testing.T) {
	for _, c := range []struct{ width, height, density, wide, high int }{
		{0, 0, 0, 1400, 600}, {700, 300, 1, 700, 300}, {333, 217, 3, 999, 651}, {801, 401, 4, 3204, 1604},
	} {
		img := pixels(t, wiggle(Options{Width: c.width, Height: c.height, Density: c.density}, 3))
		if got := img.Bounds().Size(); got != image.Pt(c.wide, c.high) {
			t.Errorf("%+v: image of %v", c, got)
		}
	}
	svg := encode(t, wiggle(Options{Width: 801, Height: 401}, 3), SVG)
	if !bytes.Contains(svg, []byte(`<svg width="801" height="401"`)) {
		t.Errorf("svg begins %.120s", svg)
	}
}

// Every series shows, in its own colour, in both themes.
func TestColours(t *testing.T) {
	for _, theme := range []Theme{Light, Dark} {
		f := New(Options{Theme: theme})
		f.Shade(0, 1, "")
		f.Band([]float64{2, 3}, []float64{0, 0}, []float64{1, 1}, "")
		f.Line([]float64{4, 5}, []float64{0, 1}, "")
		f.Truth([]float64{4, 5}, []float64{1, 0}, "")
		f.Paths([]float64{6, 7}, mat.NewDense(1, 2, []float64{0, 0.9}), 0, "", Style{Color: Green, Width: 3, Opacity: 1})
		f.Points([]float64{8}, []float64{0.5}, "")
		f.VLine(9, "", Style{Color: Purple, Width: 2})
		f.HLine(1.05, "", Style{Color: Orange, Width: 2})
		f.Line([]float64{10, 11}, []float64{0.5, 0.5}, "", Style{Color: Sky, Width: 2})
		img := pixels(t, f)
		ground := theme.Background()
		band := 0.2
		if theme == Dark {
			band = 0.3
		}
		for name, c := range map[string]struct {
			clr  color.NRGBA
			most int // far below the area that the series covers
		}{
			"shade": {over(withOpacity(theme.RGB(Muted), 0.14), ground), 5000},
			"band":  {over(withOpacity(theme.RGB(Blue), band), ground), 5000},
			"line":  {theme.RGB(Blue), 300}, "truth": {theme.RGB(Vermillion), 100},
			"paths": {theme.RGB(Green), 300}, "points": {theme.RGB(Ink), 60},
			"vline": {theme.RGB(Purple), 300}, "hline": {theme.RGB(Orange), 1000}, "flat": {theme.RGB(Sky), 200},
			"ground": {ground, 100000},
		} {
			if n := count(img, c.clr); n < c.most {
				t.Errorf("theme %d: %s: %d pixels of %v, want at least %d", theme, name, n, c.clr, c.most)
			}
		}
	}
}

// The same calls on new figures give the same bytes.
func TestDeterministic(t *testing.T) {
	for _, name := range []string{"regression", "forecast-dark", "histogram", "grid"} {
		for _, format := range []Format{PNG, SVG} {
			a, b := sheetOf(samples()[name]), sheetOf(samples()[name])
			if !bytes.Equal(encode(t, a, format), encode(t, b, format)) {
				t.Errorf("%s: two encodings differ", name)
			}
		}
	}
}

func TestConcurrentEncode(t *testing.T) {
	f := wiggle(Options{Title: "one figure", Width: 300, Height: 200}, 5)
	want := encode(t, f, PNG)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			var b bytes.Buffer
			if err := f.Encode(&b, PNG); err != nil || !bytes.Equal(b.Bytes(), want) {
				t.Errorf("differs in another goroutine (%v)", err)
			}
		})
	}
	wg.Wait()
}

func TestSVGText(t *testing.T) {
	f := wiggle(Options{Title: `a < b & "c"`, Note: "Trust it\nwithin the data.", X: "année", Y: "y'"}, 3)
	f.Line(nil, nil, "nothing here")
	got := texts(t, encode(t, f, SVG))
	for _, want := range []string{`a < b & "c"`, "Trust it within the data.", "année", "y'", "95% of f", "draws of f", "median", "truth", "data", "0", "10"} {
		if !has(got, want) {
			t.Errorf("no text %q in %q", want, got)
		}
	}
	if has(got, "nothing here") {
		t.Error("an empty series is in the legend")
	}
	if got := texts(t, encode(t, New(Options{Title: "\x00\x1b[31m\xff\ufffe"}), SVG)); !has(got, "[31m\uFFFD") {
		t.Errorf("control characters: %q", got)
	}
}

// A label seen before keeps its colour and its one place in the legend.
func TestLineInPieces(t *testing.T) {
	f := New(Options{})
	f.Line([]float64{0, 1}, []float64{0, 1}, "a")
	f.Line([]float64{0, 1}, []float64{1, 0}, "b")
	f.Line([]float64{2, 3}, []float64{0, 1}, "a")
	if c := []Color{f.series[0].style.Color, f.series[1].style.Color, f.series[2].style.Color}; c[0] != Blue || c[1] != Orange || c[2] != Blue {
		t.Errorf("colours %v", c)
	}
	if n := len(f.legendOf()); n != 2 {
		t.Errorf("%d legend entries, want 2", n)
	}
}

func TestNotFinite(t *testing.T) {
	x := []float64{0, 1, 2}
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		add  func(f *Figure)
		want string
	}{
		{func(f *Figure) { f.Line(x, []float64{0, nan, 1}, "temperature") }, `series "temperature", y[1]: cannot draw NaN: not a finite number within 1e300`},
		{func(f *Figure) { f.Points([]float64{0, 1, inf}, x, "data") }, `series "data", x[2]: cannot draw +Inf: not a finite number within 1e300`},
		{func(f *Figure) { f.Band(x, x, []float64{1, 2, -inf}, "") }, `series "band", hi[2]: cannot draw -Inf: not a finite number within 1e300`},
		{func(f *Figure) { f.Paths(x, mat.NewDense(2, 3, []float64{0, 0, 0, 0, nan, 0}), 0, "draws") }, `series "draws", path 1, y[1]: cannot draw NaN: not a finite number within 1e300`},
		{func(f *Figure) { f.Histogram([]float64{1, 1e301}, 0, "optimum") }, `series "optimum", value[1]: cannot draw 1e+301: not a finite number within 1e300`},
		{func(f *Figure) { f.HLine(nan, "limit") }, `series "limit", at[0]: cannot draw NaN: not a finite number within 1e300`},
		{func(f *Figure) { f.VLine(inf, "") }, `series "vertical line", at[0]: cannot draw +Inf: not a finite number within 1e300`},
		{func(f *Figure) { f.Shade(nan, 1, "gap") }, `series "gap", x[0]: cannot draw NaN: not a finite number within 1e300`},
	} {
		f := New(Options{})
		c.add(f)
		f.Line(x, []float64{nan, 0, 0}, "later") // the first one is kept
		path := filepath.Join(t.TempDir(), "f.png")
		var e *NotFinite
		if err := f.Save(path); !errors.As(err, &e) || e.Error() != c.want || !strings.HasPrefix(err.Error(), path+": ") {
			t.Errorf("got %v\nwant %s", err, c.want)
		}
		if _, err := os.Stat(path); err == nil {
			t.Error("a file was left")
		}
		var b bytes.Buffer
		if err := Row(New(Options{}), f).Encode(&b, SVG); !errors.As(err, &e) || b.Len() > 0 {
			t.Errorf("row: %v, %d bytes written", err, b.Len())
		}
	}
	// A path beyond those that are drawn is not looked at.
	f := New(Options{})
	f.Paths(x, mat.NewDense(2, 3, []float64{0, 0, 0, 0, nan, 0}), 1, "draws")
	if f.Err() != nil {
		t.Error(f.Err())
	}
}

func TestSave(t *testing.T) {
	dir := t.TempDir()
	f := wiggle(Options{}, 3)
	for name, begin := range map[string]string{"a.png": "\x89PNG\r\n", "b.PNG": "\x89PNG\r\n", "c.svg": "<?xml", "d.Svg": "<?xml"} {
		path := filepath.Join(dir, name)
		if err := f.Save(path); err != nil {
			t.Error(err)
		}
		if b, _ := os.ReadFile(path); !strings.HasPrefix(string(b), begin) {
			t.Errorf("%s begins %.6q", name, b)
		}
	}
	for name, want := range map[string]string{
		"f.pdf": "f.pdf: cannot write .pdf figures: the name must end in .png or .svg",
		"f":     "f: a figure's name ends in .png or .svg",
		"-":     "-: a figure's name ends in .png or .svg",
	} {
		var e *UnknownFormat
		if err := f.Save(name); !errors.As(err, &e) || err.Error() != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := f.Save(filepath.Join(dir, "missing", "f.png")); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Errorf("no such folder: %v", err)
	}
}

func TestMisuse(t *testing.T) {
	f := New(Options{})
	for name, call := range map[string]func(){
		"band":    func() { f.Band([]float64{1}, []float64{1}, nil, "") },
		"line":    func() { f.Line([]float64{1}, nil, "") },
		"paths":   func() { f.Paths([]float64{1}, mat.NewDense(2, 2, nil), 0, "") },
		"points":  func() { f.Points(nil, []float64{1}, "") },
		"styles":  func() { f.Line(nil, nil, "", Style{}, Style{}) },
		"opacity": func() { f.Line(nil, nil, "", Style{Opacity: 2}) },
		"size":    func() { New(Options{Width: 20}) },
		"density": func() { New(Options{Density: 9}) },
		"limits":  func() { New(Options{XLim: Limits{1, 1}}) },
		"grid":    func() { Grid(GridOptions{}) },
		"cells":   func() { Grid(GridOptions{Width: 300}, f, f, f) },
		"steps":   func() { f.Steps([]float64{1}, nil, "") },
		"bars":    func() { f.Bars([]float64{1}, []float64{1}, "") },
		"log bar": func() { New(Options{LogY: true}).Bars(nil, nil, "") },
		"log lim": func() { New(Options{LogY: true, YLim: Limits{-1, 1}}) },
		"format":  func() { f.Encode(io.Discard, Format(9)) },
	} {
		func() {
			defer func() {
				if s, ok := recover().(string); !ok || !strings.HasPrefix(s, "plot: ") {
					t.Errorf("%s: no panic of this package (%q)", name, s)
				}
			}()
			call()
		}()
	}
}

func TestWithTheme(t *testing.T) {
	f := wiggle(Options{Width: 300, Height: 200}, 2)
	before := encode(t, f, PNG)
	g := f.WithTheme(Dark)
	g.HLine(1, "only on g")
	if count(pixels(t, g), Dark.Background()) < 20000 {
		t.Error("the dark figure is not dark")
	}
	if !bytes.Equal(before, encode(t, f, PNG)) {
		t.Error("the light figure changed")
	}
}

// The inputs may change after a series is added.
func TestCopies(t *testing.T) {
	x, y := []float64{0, 1, 2}, []float64{3, 1, 2}
	f := New(Options{})
	f.Line(x, y, "a")
	before := encode(t, f, SVG)
	x[0], y[1] = 9, 9
	if !bytes.Equal(before, encode(t, f, SVG)) {
		t.Error("the figure holds the caller's slice")
	}
}

func BenchmarkEncode(b *testing.B) {
	for name, f := range map[string]*Figure{"regression": wiggle(Options{}, 20), "64x10000": rough(64, 10000)} {
		for format, ending := range []string{"png", "svg"} {
			b.Run(name+"/"+ending, func(b *testing.B) {
				for b.Loop() {
					if err := f.Encode(io.Discard, Format(format)); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
