package plot

import (
	"image/color"
	"math"
	"strings"
	"sync"
	"unicode"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	xfont "golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/text/unicode/norm"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// px is a logical (CSS) pixel in the points that vg measures in: 72/96.
const px vg.Length = 0.75

// Sizes of the text, chosen to be legible in a figure of 700 x 300.
const (
	titleSize      = 15 * px
	panelTitleSize = 13 * px // under the title of a sheet
	noteSize       = 12 * px
	legendSize     = 12 * px
	labelSize      = 12.5 * px
	tickSize       = 11.5 * px
)

// parsedFonts reads the two fonts when the first figure is drawn and not when the program starts.
var parsedFonts = sync.OnceValue(func() [2]*opentype.Font {
	var out [2]*opentype.Font
	for i, ttf := range [][]byte{liberationsansregular.TTF, liberationsansbold.TTF} {
		f, err := opentype.Parse(ttf)
		if err != nil {
			panic("plot: a font that is part of the program does not parse: " + err.Error())
		}
		out[i] = f
	}
	return out
})

func regular(size vg.Length) *font.Face {
	return &font.Face{Font: font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}, Face: parsedFonts()[0]}
}

func bold(size vg.Length) *font.Face {
	return &font.Face{Font: font.Font{Typeface: "Liberation", Variant: "Sans", Weight: xfont.WeightBold, Size: size}, Face: parsedFonts()[1]}
}

// lineHeight is the distance of baselines.
func lineHeight(f *font.Face) vg.Length { return 1.3 * f.Font.Size }

// align places text relative to a point: 0 starts there, 0.5 is centred, 1 ends there.
type align vg.Length

// write draws one line of text with its baseline through at, turned by a quarter to the left if upright.
func write(c vg.Canvas, f *font.Face, clr color.Color, at vg.Point, a align, upright bool, s string) {
	if s == "" {
		return
	}
	c.SetColor(clr)
	back := vg.Length(a) * f.Width(s)
	if !upright {
		c.FillString(*f, vg.Point{X: at.X - back, Y: at.Y}, s)
		return
	}
	c.Push()
	c.Rotate(math.Pi / 2)
	c.FillString(*f, vg.Point{X: at.Y - back, Y: -at.X}, s)
	c.Pop()
}

// wrap breaks text at spaces into at most lines lines of the given width; what
// does not fit ends in an ellipsis.
func wrap(f *font.Face, s string, width vg.Length, lines int) []string {
	words := strings.Fields(s)
	var out []string
	for len(words) > 0 {
		if len(out) == lines-1 {
			return append(out, shorten(f, strings.Join(words, " "), width))
		}
		n := 1
		for n < len(words) && f.Width(strings.Join(words[:n+1], " ")) <= width {
			n++
		}
		out = append(out, shorten(f, strings.Join(words[:n], " "), width))
		words = words[n:]
	}
	return out
}

// shorten cuts s to width, an ellipsis at its end.
func shorten(f *font.Face, s string, width vg.Length) string {
	if f.Width(s) <= width {
		return s
	}
	r := []rune(s)
	for len(r) > 0 && f.Width(strings.TrimRight(string(r), " ")+"…") > width {
		r = r[:len(r)-1]
	}
	return strings.TrimRight(string(r), " ") + "…"
}

// clean makes text safe for one line of a figure and for XML. Where the font
// lacks a sign that has a plain form, the text takes it: m² s⁻¹ becomes m2 s−1.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) || r == 0xFFFE || r == 0xFFFF {
			return ' '
		}
		return r
	}, norm.NFC.String(strings.ToValidUTF8(s, "\uFFFD")))
	s = strings.Join(strings.Fields(s), " ")
	if plain := norm.NFKC.String(s); !printable(s) && printable(plain) {
		return plain
	}
	return s
}

// printable says whether the font has all signs of s.
func printable(s string) bool {
	for _, r := range s {
		if g, err := parsedFonts()[0].GlyphIndex(nil, r); err != nil || g == 0 {
			return false
		}
	}
	return true
}
