package plot

import "image/color"

// Theme is the set of colours that a figure is drawn in.
type Theme uint8

const (
	Light Theme = iota // dark ink on white
	Dark               // light ink on near-black
)

// Color names a colour of the palette; each theme has its own shade of it.
type Color uint8

const (
	Auto Color = iota // the series' own choice
	Blue
	Orange
	Green
	Vermillion
	Purple
	Sky
	Ink   // the colour of text
	Muted // the colour of notes and marks
	numColors
)

// cycle is the order in which lines take their colours.
func cycle(i int) Color {
	order := [...]Color{Blue, Orange, Green, Vermillion, Purple, Sky}
	return order[i%len(order)]
}

// RGB returns the shade of c in this theme, opaque. It panics on Auto.
func (t Theme) RGB(c Color) color.NRGBA {
	if c == Auto || c >= numColors {
		panic("plot: no such colour")
	}
	if t == Dark {
		return darkShade(c)
	}
	return lightShade(c)
}

// lightShade holds the values printed by Okabe and Ito (2008).
func lightShade(c Color) color.NRGBA {
	switch c {
	case Blue:
		return rgb(0x0072B2)
	case Orange:
		return rgb(0xE69F00)
	case Green:
		return rgb(0x009E73)
	case Vermillion:
		return rgb(0xD55E00)
	case Purple:
		return rgb(0xCC79A7)
	case Sky:
		return rgb(0x56B4E9)
	case Ink:
		return rgb(0x1B1F23)
	}
	return rgb(0x5C6670)
}

// darkShade keeps the hues, and raises the lightness of those that would not stand
// out from the background.
func darkShade(c Color) color.NRGBA {
	switch c {
	case Blue:
		return rgb(0x3D9BE0)
	case Orange:
		return rgb(0xF0B429)
	case Green:
		return rgb(0x1FBF92)
	case Vermillion:
		return rgb(0xF2743A)
	case Purple:
		return rgb(0xDE94C0)
	case Sky:
		return rgb(0x9AD6FA)
	case Ink:
		return rgb(0xE8EAED)
	}
	return rgb(0xA0A8B0)
}

// Background returns the colour behind figures of this theme, for a page that has them.
func (t Theme) Background() color.NRGBA {
	if t == Dark {
		return rgb(0x14181D)
	}
	return rgb(0xFFFFFF)
}

func (t Theme) grid() color.NRGBA {
	if t == Dark {
		return rgb(0x2B323A)
	}
	return rgb(0xE7E9EC)
}

func (t Theme) axis() color.NRGBA {
	if t == Dark {
		return rgb(0x6B747E)
	}
	return rgb(0x8A929A)
}

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 255}
}

func withOpacity(c color.NRGBA, opacity float64) color.NRGBA {
	c.A = uint8(opacity*255 + 0.5)
	return c
}
