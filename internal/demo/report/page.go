package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"strings"

	"matheron/internal/demo"
)

//go:embed page.html
var pageText string

// page is the template of the page. Minus signs of numbers become true ones.
var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"minus": minus,
}).Parse(pageText))

// pageData is what the template shows.
type pageData struct {
	Title, Subtitle string
	Seed            uint64
	Figures         bool
	Parts           []pagePart
}

type pagePart struct {
	Part
	Number       string // Roman for the sections before the uses
	Drawings     []pageDrawing
	Beside, Wide []Table // beside the figures, and below them
}

type pageDrawing struct {
	Figure
	Light, Dark template.HTML
}

// sections are the numbers of what comes before the uses.
var sections = [...]string{"I", "II", "III"}

// widest is how many signs of a table's columns have a place beside a figure.
const widest = 62

// WritePage writes all parts as one page that needs nothing from elsewhere: the
// figures are drawn into it, in both palettes, and a button or the reader's own
// setting says which shows. drawn may be nil: the page then has the numbers alone.
func WritePage(w io.Writer, r *demo.Results, parts []Part, drawn map[string]*Drawn) error {
	table := r.Example.Table
	d := pageData{Title: "Posterior functions you can call", Seed: r.Example.Seed, Figures: len(drawn) > 0}
	if r.Example.Truth != nil {
		d.Subtitle = fmt.Sprintf("The worked example: %d readings of sin 3x + 0.3 cos 11x with noise of sd 0.15", len(table.X))
	} else {
		d.Subtitle = fmt.Sprintf("The worked example, on a table of %d rows: %s by %s", len(table.X), table.Target, table.Input)
	}
	for i, p := range parts {
		q := pagePart{Part: p, Number: strconv.Itoa(i + 1 - len(sections))}
		if i < len(sections) {
			q.Number = sections[i]
		}
		for _, t := range p.Tables {
			if t.width() > widest {
				q.Wide = append(q.Wide, t)
			} else {
				q.Beside = append(q.Beside, t)
			}
		}
		for _, f := range p.Figures {
			if files, ok := drawn[f.Name]; ok {
				q.Drawings = append(q.Drawings, pageDrawing{f, inline(files.Light.SVG), inline(files.Dark.SVG)})
			}
		}
		d.Parts = append(d.Parts, q)
	}
	return page.Execute(w, d)
}

// inline returns the element of an SVG file.
func inline(svg []byte) template.HTML {
	if i := bytes.Index(svg, []byte("<svg")); i >= 0 {
		svg = svg[i:]
	}
	return template.HTML(svg)
}

// minus gives numbers the sign of their own: a hyphen before a digit that begins a
// word or an exponent.
func minus(s string) string {
	var b strings.Builder
	for i, r := range s {
		if r == '-' && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9' && (i == 0 || strings.ContainsRune(" (e,", rune(s[i-1]))) {
			r = '−'
		}
		b.WriteRune(r)
	}
	return b.String()
}
