package plot

import (
	"image/color"
	"math"
	"testing"
)

func linear(c color.NRGBA) [3]float64 {
	var out [3]float64
	for i, v := range []uint8{c.R, c.G, c.B} {
		s := float64(v) / 255
		if s <= 0.04045 { // sRGB, IEC 61966-2-1
			out[i] = s / 12.92
		} else {
			out[i] = math.Pow((s+0.055)/1.055, 2.4)
		}
	}
	return out
}

// contrast is the ratio of WCAG 2.1.
func contrast(a, b color.NRGBA) float64 {
	lum := func(c color.NRGBA) float64 {
		l := linear(c)
		return 0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2]
	}
	la, lb := lum(a), lum(b)
	return (math.Max(la, lb) + 0.05) / (math.Min(la, lb) + 0.05)
}

func TestContrast(t *testing.T) {
	for _, theme := range []Theme{Light, Dark} {
		for c := Blue; c < numColors; c++ {
			// WCAG asks 4.5 of text. Lines are thick, named in the legend, and have
			// the published colours, of which orange on white is the faintest, 2.2.
			least := 2.0
			if c == Ink || c == Muted {
				least = 4.5
			}
			if got := contrast(theme.RGB(c), theme.Background()); got < least {
				t.Errorf("theme %d, colour %d: contrast %.2f, want %g", theme, c, got, least)
			}
		}
	}
}

// lab converts linear sRGB to CIE L*a*b* under D65.
func lab(l [3]float64) [3]float64 {
	f := func(t float64) float64 {
		if t > 216.0/24389 {
			return math.Cbrt(t)
		}
		return (24389.0/27*t + 16) / 116
	}
	x := f((0.4124564*l[0] + 0.3575761*l[1] + 0.1804375*l[2]) / 0.95047)
	y := f(0.2126729*l[0] + 0.7151522*l[1] + 0.0721750*l[2])
	z := f((0.0193339*l[0] + 0.1191920*l[1] + 0.9503041*l[2]) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// No two series colours look alike without red or green cones: simulated after
// Machado, Oliveira, Fernandes, A physiologically-based model for simulation of
// color vision deficiency, IEEE TVCG 15:1291 (2009), severity 1, they differ by
// 10 in CIE76, several times what the eye can just tell apart (2.3).
func TestColourBlindSafe(t *testing.T) {
	sees := map[string][3][3]float64{
		"all cones":    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
		"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
		"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	}
	for name, m := range sees {
		for _, theme := range []Theme{Light, Dark} {
			at := func(c Color) [3]float64 {
				l, out := linear(theme.RGB(c)), [3]float64{}
				for i := range out {
					for j := range l {
						out[i] += m[i][j] * l[j]
					}
					out[i] = math.Min(1, math.Max(0, out[i]))
				}
				return lab(out)
			}
			for a := Blue; a <= Sky; a++ {
				for b := Blue; b < a; b++ {
					p, q := at(a), at(b)
					if d := math.Hypot(math.Hypot(p[0]-q[0], p[1]-q[1]), p[2]-q[2]); d < 10 {
						t.Errorf("%s, theme %d: colours %d and %d differ by %.1f", name, theme, b, a, d)
					}
				}
			}
		}
	}
}
