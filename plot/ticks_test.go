package plot

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/image/font/sfnt"
	"gonum.org/v1/plot/vg"
)

func TestTickLabels(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		most   int
		labels string
		unit   string
	}{
		{0, 1, 6, "0.0 0.2 0.4 0.6 0.8 1.0", ""},
		{-1, 1, 5, "−1.0 −0.5 0.0 0.5 1.0", ""},
		{1958, 2012, 8, "1960 1970 1980 1990 2000 2010", ""},
		{1999.2, 2001.1, 5, "1999.5 2000.0 2000.5 2001.0", ""},
		{0, 450000, 6, "0 100000 200000 300000 400000", ""},
		{0, 1e9, 6, "0.0 0.2 0.4 0.6 0.8 1.0", " (×10^9)"},
		{-3e7, 0, 4, "−30 −20 −10 0", " (×10^6)"},
		{0, 5e-9, 6, "0 1 2 3 4 5", " (×10^−9)"},
		{0.0006, 0.0041, 4, "0.001 0.002 0.003 0.004", ""},
		{1e9, 1e9 + 1, 6, "0.0 0.2 0.4 0.6 0.8 1.0", " − 1000000000"},
		{-1e9 - 1, -1e9, 3, "9.0 9.5 10.0", " + 1000000010"},
		{1e200, 1e200 + 1e191, 3, "0 50 100", " − 1e+200 (×10^189)"},
		{0.1234560, 0.1234566, 3, "0 500", " − 0.123456 (×10^−9)"},
	} {
		got := chooseTicks(c.lo, c.hi, c.most, func(ticks) bool { return true })
		if strings.Join(got.labels, " ") != c.labels || got.unit != c.unit {
			t.Errorf("%g..%g: %q%s, want %q%s", c.lo, c.hi, got.labels, got.unit, c.labels, c.unit)
		}
	}
}

// For any range: two marks at least, no more than asked for (but five where the
// next coarser step, 2.5 times as long, would leave one), increasing and
// inside, labels all different, of one number of decimals, and short.
func TestTicksOfAnyRange(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for range 5000 {
		mid := (2*r.Float64() - 1) * math.Pow(10, 600*r.Float64()-300)
		half := math.Max(math.Abs(mid)*math.Pow(10, -11*r.Float64()), 1e-299)
		if r.IntN(3) == 0 {
			mid = 0
		}
		lo, hi := mid-half, mid+half
		if constant(lo, hi) || !drawable(lo) || !drawable(hi) {
			continue
		}
		most := 2 + r.IntN(9)
		got := chooseTicks(lo, hi, most, func(ticks) bool { return true })
		if n := len(got.values); n < 2 || n > max(most, 5) {
			t.Fatalf("%g..%g: %d marks, at most %d wanted", lo, hi, n, most)
		}
		decimals := -1
		for i, v := range got.values {
			if v < lo || v > hi || i > 0 && v <= got.values[i-1] {
				t.Fatalf("%g..%g: marks %v", lo, hi, got.values)
			}
			label := got.labels[i]
			_, after, _ := strings.Cut(label, ".")
			if decimals >= 0 && len(after) != decimals || utf8.RuneCountInString(label) > 8 || slices.Contains(got.labels[:i], label) {
				t.Fatalf("%g..%g: labels %q%s", lo, hi, got.labels, got.unit)
			}
			decimals = len(after)
		}
	}
}

// Labels along an axis never touch.
func TestXTicksFit(t *testing.T) {
	face := regular(tickSize)
	for _, l := range []Limits{{0, 1}, {1958, 2020}, {-123456, 123456}, {0.00123, 0.00124}} {
		for length := vg.Length(60); length < 800; length += 13 {
			got := xTicks(l, length)
			s := scale{l, 0, length}
			for i := 1; i < len(got.values); i++ {
				room := s.at(got.values[i]) - s.at(got.values[i-1]) - (face.Width(got.labels[i])+face.Width(got.labels[i-1]))/2
				if room <= 0 {
					t.Errorf("%v over %g: %q touch", l, length, got.labels)
				}
			}
		}
	}
}

// The fonts have every sign that this package writes of itself.
func TestGlyphs(t *testing.T) {
	var buf sfnt.Buffer
	for i, f := range parsedFonts() {
		for _, r := range "0123456789e.−+×^…()" {
			if g, err := f.GlyphIndex(&buf, r); err != nil || g == 0 {
				t.Errorf("font %d has no %q", i, r)
			}
		}
	}
}

func TestConstantRanges(t *testing.T) {
	for _, v := range []float64{0, 1, -4.5, 1e-9, 1e9, 1e-305, 1e300, -1e300} {
		l := notConstant(Limits{v, v})
		if !(l.Lo < v && v < l.Hi) || constant(l.Lo, l.Hi) || math.IsInf(l.Hi-l.Lo, 0) {
			t.Errorf("%g: %v", v, l)
		}
	}
}
