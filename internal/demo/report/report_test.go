package report

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"

	"matheron/internal/demo"
	"matheron/plot"
)

// told is the worked example of seed 0, its parts and its figures.
var told = sync.OnceValues(func() (*demo.Results, error) {
	return demo.Run(context.Background(), demo.Options{}, nil)
})

func results(t *testing.T) *demo.Results {
	t.Helper()
	r, err := told()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// wellFormed fails unless the text is XML.
func wellFormed(t *testing.T, name string, text []byte) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader(text)); ; {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
	}
}

// Every section has a part with a lead, numbers and a figure; names of figures and
// their descriptions are their own.
func TestPartsAreWhole(t *testing.T) {
	parts := Parts(results(t))
	if len(parts) != len(demo.Sections()) || len(parts) != len(describe()) {
		t.Fatalf("%d parts of %d sections, %d descriptions", len(parts), len(demo.Sections()), len(describe()))
	}
	seen := map[string]bool{}
	for _, p := range parts {
		if p.Lead == "" || len(p.Tables) == 0 || len(p.Figures) == 0 {
			t.Errorf("%s: a lead of %d bytes, %d tables, %d figures", p.Key, len(p.Lead), len(p.Tables), len(p.Figures))
		}
		for _, f := range p.Figures {
			for _, s := range []string{f.Name, f.Alt, f.Caption} {
				if s == "" || seen[s] {
					t.Errorf("%s: %q is empty or not its own", f.Name, s)
				}
				seen[s] = true
			}
			if err := f.Sheet.Err(); err != nil {
				t.Errorf("%s: %v", f.Name, err)
			}
		}
		text := p.Text()
		for _, table := range p.Tables {
			for _, row := range table.lines() {
				if len(table.Head) > 0 && len(row) != len(table.Head) {
					t.Errorf("%s: a row of %d under a head of %d: %q", p.Key, len(row), len(table.Head), row)
				}
				for _, cell := range row {
					if !strings.Contains(text, cell) {
						t.Errorf("%s: %q is not in the text", p.Key, cell)
					}
					if strings.Contains(cell, "NaN") || strings.Contains(cell, "Inf") || strings.Contains(cell, "%!") {
						t.Errorf("%s: a cell %q", p.Key, cell)
					}
				}
			}
		}
	}
}

func TestDraw(t *testing.T) {
	parts := Parts(results(t))[:2]
	drawn, err := Draw(context.Background(), parts)
	if err != nil {
		t.Fatal(err)
	}
	for name, d := range drawn {
		for _, f := range []Files{d.Light, d.Dark} {
			if _, err := png.Decode(bytes.NewReader(f.PNG)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			wellFormed(t, name, f.SVG)
		}
		if bytes.Equal(d.Light.SVG, d.Dark.SVG) || bytes.Equal(d.Light.PNG, d.Dark.PNG) {
			t.Errorf("%s is the same in both palettes", name)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Draw(ctx, parts); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	bad := plot.New(plot.Options{})
	bad.VLine(1/zero, "")
	if _, err := Draw(context.Background(), []Part{{Figures: []Figure{{Name: "bad", Sheet: one(bad)}}}}); err == nil || !strings.HasPrefix(err.Error(), "figure bad: series") {
		t.Errorf("a number that cannot be drawn: %v", err)
	}
}

var zero float64

// outside is what would be fetched from elsewhere.
var outside = regexp.MustCompile(`(?i)(\b(src|href|action|data|poster)\s*=\s*["']?(https?:|//|file:)|url\(|@import|<link|<iframe|<img|fetch\(|XMLHttpRequest)`)

// The page is whole with and without figures, well formed, and needs nothing from
// elsewhere.
func TestPage(t *testing.T) {
	r := results(t)
	parts := Parts(r)
	drawn, err := Draw(context.Background(), parts)
	if err != nil {
		t.Fatal(err)
	}
	var with, without bytes.Buffer
	if err := WritePage(&with, r, parts, drawn); err != nil {
		t.Fatal(err)
	}
	if err := WritePage(&without, r, parts, nil); err != nil {
		t.Fatal(err)
	}
	for name, page := range map[string]string{"with figures": with.String(), "without": without.String()} {
		if m := outside.FindString(page); m != "" {
			t.Errorf("%s: the page asks for %q", name, m)
		}
		for _, p := range parts {
			if strings.Count(page, `id="`+p.Key+`"`) != 1 || !strings.Contains(page, `href="#`+p.Key+`"`) {
				t.Errorf("%s: no section %s, or no link to it", name, p.Key)
			}
		}
		for _, element := range []string{"section", "table", "figure", "svg", "div", "tr", "td", "nav", "main"} {
			open, closed := regexp.MustCompile("<"+element+`[ >]`).FindAllString(page, -1), strings.Count(page, "</"+element+">")
			if len(open) != closed {
				t.Errorf("%s: %d of %s begin and %d end", name, len(open), element, closed)
			}
		}
	}
	figures := 0
	for _, p := range parts {
		figures += len(p.Figures)
	}
	if n := strings.Count(with.String(), "<svg "); n != 2*figures {
		t.Errorf("%d drawings of %d figures in two palettes", n, figures)
	}
	if strings.Contains(without.String(), "<svg ") {
		t.Error("a drawing on a page without figures")
	}
}

// A user's own names reach the figures and the page, whatever signs they have.
func TestPageOfAUsersTable(t *testing.T) {
	table := demo.Table{Input: `t <s> & "x"`, Target: "</script>"}
	for i := range 12 {
		x := float64(i)
		table.X, table.Y = append(table.X, x), append(table.Y, 3*x-0.2*x*x+float64(i*i%3))
	}
	r, err := demo.Run(context.Background(), demo.Options{Data: &table}, nil)
	if err != nil {
		t.Fatal(err)
	}
	parts := Parts(r)
	drawn, err := Draw(context.Background(), parts[:4]) // the others are left out
	if err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := WritePage(&page, r, parts, drawn); err != nil {
		t.Fatal(err)
	}
	if strings.Count(page.String(), "</script>") != 1 || !strings.Contains(page.String(), "&lt;/script&gt; by t &lt;s&gt;") {
		t.Error("names are not escaped")
	}
	for name, d := range drawn {
		wellFormed(t, name, d.Light.SVG)
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{number(0), "0"}, {number(1234.5), "1234"}, {number(-0.0123456), "-0.01235"}, {number(1.5e-7), "1.500e-7"}, {number(12345678), "1.235e7"},
		{significant(0.0225, 3), "0.0225"}, {significant(99.96, 3), "100.0"}, {significant(1, 3), "1.00"},
		{estimate(demo.Estimate{Value: -14.1568, SE: 0.1196}), "-14.16 ± 0.12"},
		{estimate(demo.Estimate{Value: 3, SE: 0}), "3.000"},
		{estimate(demo.Estimate{Value: 57.1, SE: 6.02}), "57.1 ± 6.0"},
		{estimate(demo.Estimate{Value: 5712, SE: 120}), "5712 ± 120"},
		{estimate(demo.Estimate{Value: 2e-7, SE: 1e-8}), "2.00e-7 ± 1.0e-8"},
		{chance(demo.Chance{Value: 0.531, Lower: 0.411, Upper: 0.648}), "53% (41 to 65)"},
		{list([]float64{-2, 0, 1.66667}), "-2.00, 0, 1.67"},
		{minus("-1.5 ± 2.0e-7, (-3) to x-ray, non-3"), "−1.5 ± 2.0e−7, (−3) to x-ray, non-3"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func BenchmarkDraw(b *testing.B) {
	r, err := told()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Draw(context.Background(), Parts(r)); err != nil {
			b.Fatal(err)
		}
	}
}
