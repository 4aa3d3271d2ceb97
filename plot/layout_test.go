package plot

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/recorder"
)

type written struct {
	text string
	vg.Rectangle
}

// writing draws a sheet on a recorder and returns where its text lies: from
// the baseline to the height of a capital, 0.72 of the size.
func writing(s *Sheet) []written {
	var c recorder.Canvas
	s.draw(&c, px, 0)
	var out []written
	upright := false
	for _, a := range c.Actions {
		switch a := a.(type) {
		case *recorder.Push:
			upright = false
		case *recorder.Pop:
			upright = false
		case *recorder.Rotate:
			upright = true
		case *recorder.FillString:
			size := 0.72 * a.Size
			face := regular(a.Size)
			if a.Font == bold(a.Size).Font {
				face = bold(a.Size)
			}
			w := face.Width(a.String)
			r := vg.Rectangle{Min: a.Point, Max: a.Point.Add(vg.Point{X: w, Y: size})}
			if upright {
				r = vg.Rectangle{Min: vg.Point{X: -a.Point.Y - size, Y: a.Point.X}, Max: vg.Point{X: -a.Point.Y, Y: a.Point.X + w}}
			}
			out = append(out, written{a.String, r})
		}
	}
	return out
}

func sheetOf(f interface{ Save(string) error }) *Sheet {
	if s, ok := f.(*Sheet); ok {
		return s
	}
	return f.(*Figure).alone()
}

func overlap(a, b vg.Rectangle) bool {
	return a.Min.X < b.Max.X && b.Min.X < a.Max.X && a.Min.Y < b.Max.Y && b.Min.Y < a.Max.Y
}

// In every sample no text covers another, data, or the edge of the page.
func TestTextIsClear(t *testing.T) {
	for name, f := range samples() {
		s := sheetOf(f)
		_, panels := s.layout()
		w, h := s.size()
		page := vg.Rectangle{Max: vg.Point{X: w, Y: h}}
		texts := writing(s)
		if len(texts) < 6 {
			t.Errorf("%s: %d texts only", name, len(texts))
		}
		for i, a := range texts {
			if a.Min.X < page.Min.X || a.Min.Y < page.Min.Y || a.Max.X > page.Max.X || a.Max.Y > page.Max.Y {
				t.Errorf("%s: %q leaves the page: %v", name, a.text, a.Rectangle)
			}
			for _, b := range texts[:i] {
				if overlap(a.Rectangle, b.Rectangle) {
					t.Errorf("%s: %q covers %q", name, a.text, b.text)
				}
			}
			for _, p := range panels {
				if overlap(a.Rectangle, p.Rectangle) {
					t.Errorf("%s: %q lies on the data", name, a.text)
				}
			}
		}
		for _, p := range panels {
			if size := p.Rectangle.Size(); size.X < 0.5*p.cell.Size().X || size.Y < 0.2*p.cell.Size().Y {
				t.Errorf("%s: a plotting area of %v in a cell of %v", name, size, p.cell.Size())
			}
			if n := len(p.xt.values); n < 2 {
				t.Errorf("%s: %d marks on the x axis", name, n)
			}
			if n := len(p.yt.values); n < 2 {
				t.Errorf("%s: %d marks on the y axis", name, n)
			}
		}
	}
}

// Axes are never without a label.
func TestAxesAreLabelled(t *testing.T) {
	found := map[string]bool{}
	for _, w := range writing(New(Options{}).alone()) {
		found[w.text] = true
	}
	if !found["x"] || !found["y"] {
		t.Errorf("texts %v", found)
	}
}

// Plotting areas of a grid line up.
func TestGridIsAligned(t *testing.T) {
	s := samples()["grid"].(*Sheet)
	_, p := s.layout()
	if p[0].Min.X != p[2].Min.X || p[0].Max.X != p[2].Max.X || p[1].Min.X != p[3].Min.X {
		t.Error("columns do not line up")
	}
	// Equal but for the rounding of the sums that place the cells.
	for _, row := range [][2]int{{0, 1}, {2, 3}} {
		if a, b := p[row[0]], p[row[1]]; math.Abs(float64(a.Min.Y-b.Min.Y)) > 1e-9 || math.Abs(float64(a.Max.Y-b.Max.Y)) > 1e-9 {
			t.Errorf("row of panels %v does not line up", row)
		}
	}
}

func TestSharedLegend(t *testing.T) {
	texts := func(s *Sheet) map[string]int {
		n := map[string]int{}
		for _, w := range writing(s) {
			n[w.text]++
		}
		return n
	}
	if n := texts(samples()["row"].(*Sheet)); n["median"] != 1 {
		t.Errorf("equal legends are drawn %d times", n["median"])
	}
	if n := texts(samples()["grid"].(*Sheet)); n["median"] != 4 {
		t.Errorf("a legend of their own is drawn by %d of 4 panels", n["median"])
	}
}

func TestSameY(t *testing.T) {
	a, b := New(Options{}), New(Options{})
	a.Line([]float64{0, 1}, []float64{0, 1}, "a")
	b.Line([]float64{0, 1}, []float64{5, 10}, "b")
	_, p := Grid(GridOptions{SameY: true}, a, b).layout()
	if p[0].yr != p[1].yr || p[0].yr.Lo > 0 || p[0].yr.Hi < 10 {
		t.Errorf("ranges %v and %v", p[0].yr, p[1].yr)
	}
}

func TestLegendOverflow(t *testing.T) {
	f := New(Options{Width: 300, Height: 200})
	for i := range 26 {
		f.Line([]float64{0, 1}, []float64{0, float64(i)}, "a line called "+string(rune('a'+i)))
	}
	shown, said := 0, 0
	for _, row := range strip(f.legendOf(), 200, 3) {
		for _, e := range row {
			if e.series != nil {
				shown++
			} else if _, err := fmt.Sscanf(e.text, "and %d more", &said); err != nil {
				t.Errorf("%q: %v", e.text, err)
			}
			if e.x+e.width() > 200 {
				t.Errorf("%q ends at %g of 200", e.text, e.x+e.width())
			}
		}
	}
	if shown == 0 || said == 0 || shown+said != 26 {
		t.Errorf("%d entries shown, %d announced, of 26", shown, said)
	}
}

func TestRanges(t *testing.T) {
	f := New(Options{})
	f.Line([]float64{0, 10}, []float64{1, 3}, "")
	if x := f.xRange(); x != (Limits{0, 10}) {
		t.Errorf("x %v: a line reaches the edges", x)
	}
	if y := f.yRange(f.xRange()); math.Abs(y.Lo-0.9) > 1e-12 || math.Abs(y.Hi-3.1) > 1e-12 {
		t.Errorf("y %v, want 5%% on either side of 1..3", y)
	}
	f.Points([]float64{0}, []float64{2}, "")
	if x := f.xRange(); x.Lo >= 0 || x.Hi != 10 {
		t.Errorf("x %v: a dot at the left edge needs room there alone", x)
	}
	// Limits cut the line between its points: y there is 1.6..2.2.
	g := New(Options{XLim: Limits{3, 6}})
	g.Line([]float64{0, 10}, []float64{1, 3}, "")
	if y := g.yRange(g.xRange()); math.Abs(y.Lo-1.57) > 1e-12 || math.Abs(y.Hi-2.23) > 1e-12 {
		t.Errorf("y %v within limits of x", y)
	}
	h := New(Options{})
	h.Histogram([]float64{1, 2, 2, 3}, 3, "")
	if y := h.yRange(h.xRange()); y.Lo != 0 {
		t.Errorf("bars stand on %g", y.Lo)
	}
}

func TestWrap(t *testing.T) {
	face := regular(labelSize)
	long := "a long label of many words that has to be broken somewhere between them"
	for width := vg.Length(40); width < 500; width += 7 {
		lines := wrap(face, long, width, 2)
		if len(lines) > 2 {
			t.Fatalf("%d lines", len(lines))
		}
		for _, s := range lines {
			if face.Width(s) > width {
				t.Errorf("%q is %g wide, not %g", s, face.Width(s), width)
			}
		}
	}
	if got := wrap(face, "short", 200, 2); len(got) != 1 || got[0] != "short" {
		t.Errorf("%q", got)
	}
	if got := wrap(face, "", 200, 2); len(got) != 0 {
		t.Errorf("%q", got)
	}
	if got := wrap(face, "incomprehensibilities", 40, 2); len(got) != 1 || got[0][len(got[0])-3:] != "…" {
		t.Errorf("%q", got)
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"a\tb\n c ": "a b c", "CO₂ (ppm)": "CO₂ (ppm)", "m² s⁻¹": "m2 s−1", "m²": "m²", "e\u0301": "é",
		"λ, θ": "λ, θ", "": "", "\x00\x1b": "", "\xff": "\uFFFD", "漢": "漢",
	} {
		if got := clean(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// Any finite numbers within 1e300 make a figure, with no NaN or infinity in it.
func TestExtremeMagnitudes(t *testing.T) {
	for _, y := range [][]float64{
		{-1e300, 1e300}, {0, 1e-300}, {0, 5e-324}, {1e300, 1e300}, {1, 1 + 1e-15}, {-1e-9, 1e300}, {0, 0}, {1e16, 1e16 + 2}, {1e9, 1e9 + 1e-3},
	} {
		f := New(Options{})
		f.Line(y, y, "line")
		f.Points(y, y, "points")
		f.Band(y, []float64{y[0], y[0]}, y, "band")
		f.Shade(math.Inf(-1), math.Inf(1), "everywhere")
		f.HLine(y[1], "mark")
		zoomed := New(Options{XLim: Limits{1e-12, 2e-12}, YLim: Limits{-1, 1}})
		zoomed.Line(y, y, "line")
		zoomed.Band(y, y, y, "band")
		for _, g := range []*Figure{f, zoomed} {
			svg := string(encode(t, g, SVG))
			if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
				t.Errorf("%g: not a number in the figure", y)
			}
			texts(t, []byte(svg))
			encode(t, g, PNG)
		}
	}
}
