package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/internal/atomicfile"
	"matheron/internal/demo"
	"matheron/internal/demo/report"
	"matheron/internal/parallel"
)

// demoRun is a run of the worked example: on which table, and where its files go.
type demoRun struct {
	out     string
	seed    uint64
	figures bool
	table   string
	target  string
	json    bool
}

func newDemo() *cobra.Command {
	d := &demoRun{}
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Run the worked example",
		Long: `Run the worked example: 28 readings of sin 3x + 0.3 cos 11x with noise, a Gaussian
process with fixed hyperparameters, one with the hyperparameters drawn by NUTS, one
decoupled over inducing variables, and twelve uses of functions drawn from them.
With --data and --target, the same on a table of one's own with one input.

The numbers are printed as they come. The folder gets report.html, a page with all
figures and numbers that needs no other file; every figure as NAME.png, NAME.svg and,
in a dark palette, NAME-dark.png and NAME-dark.svg; and summary.json.

` + summaryKeys(),
		Example: `  matheron demo
  matheron demo --seed 1 --figures=false --json
  matheron demo --data mcycle.csv --target acceleration_g --out crash`,
		Args: cobra.NoArgs,
		RunE: begin(func(cmd *cobra.Command) error { return d.run(cmd.Context()) }),
	}
	fl := cmd.Flags()
	fl.StringVar(&d.out, "out", "matheron-demo", "`DIR` of the results")
	fl.Uint64Var(&d.seed, "seed", 0, "seed `N` of the readings and of all that is drawn")
	fl.BoolVar(&d.figures, "figures", true, "draw the figures")
	fl.StringVar(&d.table, "data", "", "`FILE` with a table of one's own (default: the readings of the worked example)")
	fl.StringVar(&d.target, "target", "", "`NAME` of its target")
	fl.BoolVar(&d.json, "json", false, "print summary.json and nothing else")
	cmd.MarkFlagsRequiredTogether("data", "target")
	tables(cmd, "data")
	must(cmd.MarkFlagDirname("out"))
	return cmd
}

// summaryKeys says what is in summary.json.
func summaryKeys() string {
	var b strings.Builder
	b.WriteString("summary.json has \"seed\", \"table\", an object for each section and use, \"figures\"\n(their names) and \"seconds\":\n\n")
	for _, s := range demo.Sections() {
		fmt.Fprintf(&b, "  %-16s %s\n", s.Key, s.Title)
	}
	b.WriteString("\ndocs/worked-example.md has the keys of each.")
	return b.String()
}

func (d *demoRun) run(ctx context.Context) error {
	start := time.Now()
	options := demo.Options{Seed: d.seed}
	if d.table != "" {
		table, err := loadOneInput(ctx, d.table, d.target)
		if err != nil {
			return err
		}
		options.Data = table
	}
	if err := os.MkdirAll(d.out, 0o777); err != nil {
		return err
	}
	files := outputs{json: d.json, files: []string{d.path("summary.json"), d.path("report.html")}, inputs: []string{d.table}}
	if err := files.check(); err != nil {
		return err
	}
	results, err := demo.Run(ctx, options, func(s demo.Section, r *demo.Results) error {
		return d.say(ctx, report.Of(r, s).Text()+"\n")
	})
	if err != nil {
		return d.named(err)
	}
	// What was found is printed whether or not it can be stored.
	figures, unsaved := d.write(ctx, results)
	summary := summarize(results, figures, time.Since(start))
	text, err := json.MarshalIndent(summary, "", "  ")
	if err != nil {
		return err
	}
	if unsaved == nil {
		unsaved = d.save("summary.json", append(text, '\n'))
	}
	if d.json {
		return errors.Join(unsaved, printJSON(ctx, summary))
	}
	if unsaved != nil {
		return unsaved
	}
	return d.say(ctx, fmt.Sprintf("%s: summary.json, report.html and %d figures in %.1f s\n", d.out, len(figures), time.Since(start).Seconds()))
}

// loadOneInput reads a table of one input: one that has more is refused for that, and
// not for what stands in them.
func loadOneInput(ctx context.Context, file, target string) (*demo.Table, error) {
	return await(ctx, func() (*demo.Table, error) {
		r, err := data.Open(file)
		if err != nil {
			return nil, err
		}
		defer r.Close() // it is read only
		inputs := slices.DeleteFunc(slices.Clone(r.Columns()), func(name string) bool { return name == target })
		switch n := len(inputs); {
		case n == 0:
			return nil, fmt.Errorf("%s: the worked example takes one input, and there is no column besides %q", nameOf(file), target)
		case n > 1 && n < len(r.Columns()):
			return nil, fmt.Errorf("%s: the worked example takes one input, and there are %d besides %q: %s", nameOf(file), n, target, strings.Join(inputs, ", "))
		}
		rows, err := r.Select([]string{inputs[0], target})
		if err != nil {
			return nil, err
		}
		m, err := rows.ReadAll(ctx)
		if err != nil {
			return nil, err
		}
		return &demo.Table{Input: inputs[0], Target: target, X: mat.Col(nil, 0, m), Y: mat.Col(nil, 1, m)}, nil
	})
}

// named puts the table's name before an error that only says the rows.
func (d *demoRun) named(err error) error {
	var bad *demo.TableError
	if errors.As(err, &bad) {
		return fmt.Errorf("%s: %w", nameOf(d.table), err)
	}
	return inFile(nameOf(d.table), err)
}

// write draws the figures, unless they are switched off, and writes them and the
// page; it returns the figures' names in order.
func (d *demoRun) write(ctx context.Context, r *demo.Results) ([]string, error) {
	parts := report.Parts(r)
	var drawn map[string]*report.Drawn
	names := []string{}
	if d.figures {
		var err error
		if drawn, err = report.Draw(ctx, parts); err != nil {
			return nil, err
		}
		for _, p := range parts {
			for _, f := range p.Figures {
				names = append(names, f.Name)
			}
		}
	}
	type output struct {
		name string
		text []byte
	}
	var files []output
	for _, name := range names {
		f := drawn[name]
		files = append(files, output{name + ".png", f.Light.PNG}, output{name + ".svg", f.Light.SVG},
			output{name + "-dark.png", f.Dark.PNG}, output{name + "-dark.svg", f.Dark.SVG})
	}
	// Each file is synced: many at a time wait for the disk together.
	errs := make([]error, len(files))
	parallel.Do(len(files), len(files), func(_, i int) {
		if errs[i] = ctx.Err(); errs[i] == nil {
			errs[i] = d.save(files[i].name, files[i].text)
		}
	})
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return names, atomicfile.WriteFile(d.path("report.html"), func(w io.Writer) error {
		return report.WritePage(w, r, parts, drawn)
	})
}

// summarize returns summary.json.
func summarize(r *demo.Results, figures []string, took time.Duration) object {
	t := r.Example.Table
	head := object{
		{"seed", r.Example.Seed},
		{"table", object{{"input", t.Input}, {"target", t.Target}, {"rows", len(t.X)}}},
	}
	sections := plain(reflect.ValueOf(r)).(object)
	return append(append(head, sections...), object{{"figures", figures}, {"seconds", number(took.Seconds())}}...)
}

// path returns where a file of the folder is.
func (d *demoRun) path(name string) string { return filepath.Join(d.out, name) }

// say tells the person what has been found, unless the summary alone is asked for.
func (d *demoRun) say(ctx context.Context, text string) error {
	if d.json {
		return nil
	}
	return printSummary(ctx, d.out, text)
}

// save writes a file of the folder, unless it is the table.
func (d *demoRun) save(name string, text []byte) error {
	if d.table != "" && placeOf(d.table, os.Stdin).same(placeOf(d.path(name), os.Stdout)) {
		return usagef("%s is read and would be lost: use another folder", d.table)
	}
	return atomicfile.WriteFile(d.path(name), func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}
