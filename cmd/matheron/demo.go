package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"matheron/internal/atomicfile"
)

// demo is a run of the worked example: where its files go and what it has said.
type demo struct {
	out     string
	seed    uint64
	figures bool
	log     io.Writer
	summary object
}

// section is a part of the worked example: it writes files into the folder, tells
// the log what it does, and returns its part of summary.json.
type section struct {
	name string // key in summary.json
	run  func(context.Context, *demo) (object, error)
}

// sections are the parts of the worked example, in order.
func sections() []section {
	return []section{{"co2", demoCO2}}
}

func newDemo() *cobra.Command {
	d := &demo{}
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Run the worked example",
		Long: `Fit carbon dioxide at Mauna Loa (the data are in the binary) with six of its
years left out, score the forecast and the gaps, fit all years, and draw 64
functions ten years past the end. Figures (PNG and SVG), the models, the functions
and summary.json go to a folder.

summary.json has "co2": {"holdout", "forecast", "gaps", "all", "paths"}: the fit
without the six years as fit --json prints it, the scores of the last of them and
of the five before as predict --json does, the fit of all years, and the functions
as paths --json does; and "seconds".`,
		Example: "  matheron demo\n  matheron demo --out /tmp/co2 --figures=false --json",
		Args:    cobra.NoArgs,
		RunE: begin(func(cmd *cobra.Command) error {
			start := time.Now()
			if err := os.MkdirAll(d.out, 0o777); err != nil {
				return err
			}
			if err := probe(d.path("summary.json")); err != nil {
				return err
			}
			d.log = os.Stdout
			if asJSON {
				d.log = io.Discard
			}
			for _, s := range sections() {
				part, err := s.run(cmd.Context(), d)
				if err != nil {
					return err
				}
				d.summary = d.summary.with(s.name, part)
			}
			d.summary = d.summary.with("seconds", number(time.Since(start).Seconds()))
			if err := d.save("summary.json"); err != nil {
				return err
			}
			if asJSON {
				return printJSON(d.summary)
			}
			return printText(fmt.Sprintf("%s: everything in %.1f s\n", d.out, time.Since(start).Seconds()))
		}),
	}
	fl := cmd.Flags()
	fl.StringVar(&d.out, "out", "matheron-demo", "`DIR` of the results")
	fl.Uint64Var(&d.seed, "seed", 0, "seed `N` of the fits and of the functions")
	fl.BoolVar(&d.figures, "figures", true, "draw the figures")
	fl.BoolVar(&asJSON, "json", false, "print summary.json and nothing else")
	must(cmd.MarkFlagDirname("out"))
	return cmd
}

// path returns where a file of the folder is.
func (d *demo) path(name string) string { return filepath.Join(d.out, name) }

// say tells the person what is being done.
func (d *demo) say(format string, args ...any) error {
	_, err := fmt.Fprintf(d.log, format+"\n", args...)
	return err
}

// save writes the summary, readable by people.
func (d *demo) save(name string) error {
	text, err := json.MarshalIndent(d.summary, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.WriteFile(d.path(name), func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
}

// draw saves a figure as PNG and as SVG, unless figures are switched off.
func (d *demo) draw(name string, make func() (figure, error)) error {
	if !d.figures {
		return nil
	}
	f, err := make()
	if err != nil {
		return err
	}
	for _, format := range []string{".png", ".svg"} {
		if err := f.Save(d.path(name + format)); err != nil {
			return err
		}
	}
	return d.say("  %s, .svg", d.path(name+".png"))
}
