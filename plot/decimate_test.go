package plot

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/plot/vg"
)

// rough is a figure of random walks: no path is smooth at any scale.
func rough(paths, n int) *Figure {
	r := rand.New(rand.NewPCG(7, 8))
	x, ys := make([]float64, n), mat.NewDense(paths, n, nil)
	for i := range n {
		x[i] = float64(i)
		for s := range paths {
			if i > 0 {
				ys.Set(s, i, ys.At(s, i-1)+r.NormFloat64())
			}
		}
	}
	f := New(Options{X: "t", Y: "walk"})
	f.Paths(x, ys, 0, "walks")
	return f
}

func TestDecimateKeepsExtremes(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	const n = 10000
	pts := make([]vg.Point, n)
	for i := range pts {
		pts[i] = vg.Point{X: vg.Length(i) * 500 / n, Y: vg.Length(r.NormFloat64())}
	}
	pts[3333].Y, pts[7777].Y = 100, -100
	got := decimate(slices.Clone(pts), 0.75, tolerance)
	// Two points a column of 0.75 in a width of 500, and the two ends.
	if most := 2*(500*4/3+1) + 2; len(got) > most {
		t.Errorf("%d points, want at most %d", len(got), most)
	}
	if !slices.Contains(got, pts[3333]) || !slices.Contains(got, pts[7777]) {
		t.Error("an extreme was lost")
	}
	if got[0] != pts[0] || got[len(got)-1] != pts[n-1] {
		t.Error("an end was lost")
	}
	// What is kept is data, in its order.
	at := 0
	for _, p := range got {
		for at < n && pts[at] != p {
			at++
		}
		if at == n {
			t.Fatal("a point that is not in the data, or out of order")
		}
	}
}

// No point of a smooth curve is farther from the drawn line than the
// tolerance, plus what a column hides.
func TestDecimateError(t *testing.T) {
	const n, column = 4000, 0.375
	pts := make([]vg.Point, n)
	for i := range pts {
		x := 500 * float64(i) / (n - 1)
		pts[i] = vg.Point{X: vg.Length(x), Y: vg.Length(60 * math.Sin(x/20))}
	}
	got := decimate(slices.Clone(pts), column, tolerance)
	if len(got) > n/10 {
		t.Errorf("%d of %d points of a smooth curve kept", len(got), n)
	}
	worst := vg.Length(0)
	for _, p := range pts {
		near := vg.Length(math.Inf(1))
		for i := 1; i < len(got); i++ {
			near = min(near, distance(p, got[i-1], got[i]))
		}
		worst = max(worst, near)
	}
	// Within a column the curve, of slope 3 at most and curvature 0.15, departs
	// from the chord of its lowest and highest point by less than 0.15
	// column^2/8 unless it turns; there by less than column.
	if limit := tolerance + 0.15*column*column; worst > limit {
		t.Errorf("off by %g, want at most %g", worst, limit)
	}
}

// x need not increase: a closed curve keeps its shape.
func TestDecimateCurve(t *testing.T) {
	var pts []vg.Point
	for i := range 2001 {
		s, c := math.Sincos(2 * math.Pi * float64(i) / 2000)
		pts = append(pts, vg.Point{X: vg.Length(100 * c), Y: vg.Length(100 * s)})
	}
	got := decimate(slices.Clone(pts), 0.75, tolerance)
	var area vg.Length
	for i := 1; i < len(got); i++ {
		area += (got[i-1].X*got[i].Y - got[i].X*got[i-1].Y) / 2
	}
	// An inscribed polygon off by e at most loses at most e times the circumference.
	if lost := math.Pi*1e4 - float64(area); lost < 0 || lost > (float64(tolerance)+0.1)*2*math.Pi*100 {
		t.Errorf("lost an area of %g with %d points", lost, len(got))
	}
}

func TestDecimateShort(t *testing.T) {
	for n := range 3 {
		pts := make([]vg.Point, n)
		if got := decimate(pts, 1, tolerance); len(got) != n {
			t.Errorf("%d points became %d", n, len(got))
		}
	}
	same := make([]vg.Point, 10)
	if got := decimate(same, 1, tolerance); len(got) != 2 {
		t.Errorf("ten equal points became %d", len(got))
	}
}

// 64 paths of 10,000 points: files stay small, and do not grow with N.
func TestLargeSeries(t *testing.T) {
	small, large := rough(64, 2000), rough(64, 10000)
	svg := encode(t, large, SVG)
	// At most two points a pixel column of 14 bytes each, 64 times 660: 1.2 MB.
	if n := len(svg); n > 1_200_000 {
		t.Errorf("svg of %d bytes", n)
	}
	if a, b := len(encode(t, small, SVG)), len(svg); float64(b) > 1.3*float64(a) {
		t.Errorf("five times the points: %d bytes become %d", a, b)
	}
	if n := len(encode(t, large, PNG)); n > 1_500_000 {
		t.Errorf("png of %d bytes", n)
	}
}

// A single spike among 10,000 points reaches its height on the page.
func TestSpikeSurvives(t *testing.T) {
	const n = 10000
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = float64(i)
	}
	y[4321] = 1
	f := New(Options{YLim: Limits{0, 1}})
	f.Line(x, y, "spike")
	highest, lowest := math.Inf(-1), math.Inf(1)
	svg := string(encode(t, f, SVG))
	path := svg[:strings.LastIndex(svg, "stroke:#0072B2")] // the swatch is as blue, but comes first
	path = path[strings.LastIndex(path, `d="`)+3:]
	path = path[:strings.Index(path, `"`)]
	for _, p := range strings.FieldsFunc(path, func(r rune) bool { return r == 'M' || r == 'L' }) {
		_, ys, _ := strings.Cut(p, ",")
		v, err := strconv.ParseFloat(ys, 64)
		if err != nil {
			t.Fatal(err)
		}
		highest, lowest = math.Max(highest, v), math.Min(lowest, v)
	}
	q := &panel{f: f, xr: f.xRange(), yr: f.yRange(f.xRange()), titleSize: titleSize}
	place([]*panel{q}, 1, vg.Rectangle{Max: vg.Point{X: 700 * px, Y: 300 * px}})
	// Coordinates have five digits: within 0.005 above 100.
	if math.Abs(highest-float64(q.Max.Y)) > 0.01 || math.Abs(lowest-float64(q.Min.Y)) > 0.01 {
		t.Errorf("the line spans %g..%g of %g..%g", lowest, highest, q.Min.Y, q.Max.Y)
	}
}

func TestDistinct(t *testing.T) {
	pts := []vg.Point{{X: 0.1, Y: 0.1}, {X: 0.2, Y: 0.2}, {X: 1, Y: 1}, {X: -0.1, Y: 0.1}}
	if got := distinct(pts, 0.5); len(got) != 3 {
		t.Errorf("%v", got)
	}
}

func BenchmarkDecimate(b *testing.B) {
	f := rough(1, 10000)
	p := &pen{column: 0.375}
	fr := newFrame(vg.Rectangle{Max: vg.Point{X: 500, Y: 200}}, f.xRange(), f.yRange(f.xRange()))
	for b.Loop() {
		p.curve(fr, f.series[0].x, f.series[0].rows[0])
	}
}
