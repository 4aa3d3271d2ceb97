package plot

import (
	"bytes"
	"fmt"
	"html"
	"image/png"
	"io"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"matheron/internal/atomicfile"
)

// Format is a file format of figures.
type Format uint8

const (
	PNG Format = iota // pixels: Width x Height times Density
	SVG               // curves, and text as text
)

// FormatOf returns the format that a file's ending names, in upper or lower
// case. Any other ending is an *UnknownFormat: a command asks before it starts
// long work.
func FormatOf(path string) (Format, error) {
	ending := filepath.Ext(path)
	switch strings.ToLower(ending) {
	case ".png":
		return PNG, nil
	case ".svg":
		return SVG, nil
	}
	return 0, &UnknownFormat{Path: path, Ending: ending}
}

// UnknownFormat reports a file name whose ending names no format of figures.
type UnknownFormat struct {
	Path   string
	Ending string // with its dot; empty when the name has none
}

func (e *UnknownFormat) Error() string {
	if e.Ending == "" {
		return fmt.Sprintf("%s: a figure's name ends in .png or .svg", e.Path)
	}
	return fmt.Sprintf("%s: cannot write %s figures: the name must end in .png or .svg", e.Path, e.Ending)
}

// Save writes the sheet to a file whose ending, .png or .svg, names the
// format. The file appears whole or not at all.
func (s *Sheet) Save(path string) error {
	format, err := FormatOf(path)
	if err != nil {
		return err
	}
	if err := s.Err(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return atomicfile.WriteFile(path, func(w io.Writer) error { return s.Encode(w, format) })
}

// Encode writes the sheet in the given format. Nothing is written when the
// figure holds a number that cannot be drawn. It panics on an unknown format.
func (s *Sheet) Encode(w io.Writer, format Format) error {
	if err := s.Err(); err != nil {
		return err
	}
	switch format {
	case PNG:
		return s.encodePNG(w)
	case SVG:
		return s.encodeSVG(w)
	}
	panic(fmt.Sprintf("plot: no format %d", format))
}

func (s *Sheet) encodePNG(w io.Writer) error {
	width, height := s.size()
	const dpi = 96 // of logical pixels
	c := vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(dpi*s.opt.Density))
	s.draw(c, px/vg.Length(s.opt.Density), 0)
	// The default level takes twice the time, for files that are a fifth smaller.
	e := png.Encoder{CompressionLevel: png.BestSpeed}
	return e.Encode(w, c.Image())
}

func (s *Sheet) encodeSVG(w io.Writer) error {
	width, height := s.size()
	c := vgsvg.New(width, height)
	s.draw(c, px, 0.01)
	var raw bytes.Buffer
	if _, err := c.WriteTo(&raw); err != nil {
		return err
	}
	_, err := w.Write(s.finish(raw.Bytes()))
	return err
}

// finish edits what vgsvg writes: the size in CSS pixels, a description for
// those who cannot see the figure, and the font said once, with others of the
// same widths for where Liberation Sans is not installed. A quote in a label is
// escaped, so the patterns match nowhere else.
func (s *Sheet) finish(raw []byte) []byte {
	title := s.opt.Title
	if title == "" {
		title = s.figures[0].opt.Title
	}
	if title == "" {
		title = s.figures[0].opt.Y + " by " + s.figures[0].opt.X
	}
	head, body, _ := bytes.Cut(raw, []byte("<svg "))
	_, body, _ = bytes.Cut(body, []byte(" viewBox="))
	open, rest, _ := bytes.Cut(body, []byte(">"))
	const face = `style="font-family:Liberation Sans;font-variant:normal;font-weight:`
	rest = bytes.ReplaceAll(rest, []byte(face+`normal;font-style:normal;`), []byte(`style="`))
	rest = bytes.ReplaceAll(rest, []byte(face+`bold;font-style:normal;`), []byte(`style="font-weight:bold;`))

	var out bytes.Buffer
	out.Write(head)
	fmt.Fprintf(&out, `<svg width="%d" height="%d" role="img" font-family="'Liberation Sans',Arial,Helvetica,sans-serif" font-weight="normal" font-style="normal" viewBox=%s>`, s.opt.Width, s.opt.Height, open)
	fmt.Fprintf(&out, "\n<title>%s</title>", html.EscapeString(title))
	out.Write(rest)
	return out.Bytes()
}
