package report

import (
	"bytes"
	"context"
	"fmt"

	"matheron/internal/parallel"
	"matheron/plot"
)

// Drawn is a figure as files, in both palettes.
type Drawn struct {
	Light, Dark Files
}

// Files are a figure in one palette.
type Files struct {
	PNG, SVG []byte
}

// Draw draws the figures of all parts, by name, as many at a time as there are
// processors. The error is that of ctx, which it looks at before each drawing, or
// names the figure whose numbers cannot be drawn.
func Draw(ctx context.Context, parts []Part) (map[string]*Drawn, error) {
	type drawing struct {
		name   string
		sheet  *plot.Sheet
		format plot.Format
		to     *[]byte
	}
	out := map[string]*Drawn{}
	var all []drawing
	for _, p := range parts {
		for _, f := range p.Figures {
			d := &Drawn{}
			out[f.Name] = d
			for _, theme := range []struct {
				theme plot.Theme
				files *Files
			}{{plot.Light, &d.Light}, {plot.Dark, &d.Dark}} {
				sheet := f.Sheet.WithTheme(theme.theme)
				all = append(all, drawing{f.Name, sheet, plot.PNG, &theme.files.PNG}, drawing{f.Name, sheet, plot.SVG, &theme.files.SVG})
			}
		}
	}
	errs := make([]error, len(all))
	parallel.Do(0, len(all), func(_, i int) {
		if ctx.Err() != nil {
			return
		}
		var b bytes.Buffer
		errs[i] = all[i].sheet.Encode(&b, all[i].format)
		*all[i].to = b.Bytes()
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("figure %s: %w", all[i].name, err)
		}
	}
	return out, nil
}
