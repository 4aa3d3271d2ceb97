package main

import (
	"cmp"
	"fmt"
	"strings"
	"text/tabwriter"

	"matheron/gp"
)

// json returns what fit prints with --json.
func (f *fit) json() object {
	fd, o := f.fitted, f.options
	params := object{}
	for _, p := range fd.Params {
		params = params.with(p.Name, object{{"value", number(p.Value)}})
	}
	out := object{
		{"method", o.method.String()},
		{"kernel", f.kernel},
		{"target", f.model.Target},
		{"inputs", f.model.Inputs},
		{"rows", len(f.model.Y)},
		{"log_evidence", number(f.model.Fit.LogEvidence)},
		{"noise_variance", number(fd.Posterior.Noise().At(0))},
		{"jitter", number(fd.Posterior.Jitter())},
		{"parameters", params},
	}
	if f.model.Scaling != nil {
		out = out.with("standardize", f.model.Scaling)
	}
	starts := make([]object, len(fd.Starts))
	for i, s := range fd.Starts {
		starts[i] = object{
			{"rows", s.Rows},
			{"objective", number(s.Objective)},
			{"log_evidence", number(s.LogEvidence)},
			{"status", s.Status},
			{"evaluations", s.Evaluations},
			{"best", i == fd.Best},
			{"from", numbers(s.From)},
			{"to", numbers(s.To)},
		}
	}
	warnings := fd.Warnings
	if warnings == nil {
		warnings = []string{}
	}
	return out.with("starts", starts).with("warnings", warnings).with("seconds", number(f.seconds))
}

// summary returns what fit prints for a person.
func (f *fit) summary(verbose bool) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fd, m := f.fitted, f.model
	line := func(name string, value any) { fmt.Fprintf(w, "%s\t%v\n", name, value) }
	line("kernel", f.kernel)
	line("target", m.Target)
	line("inputs", strings.Join(m.Inputs, ", "))
	line("rows", len(m.Y))
	line("method", f.options.method.String())
	line("log evidence", formatNumber(m.Fit.LogEvidence))
	if j := fd.Posterior.Jitter(); j > 0 {
		line("jitter", formatNumber(j))
	}
	line("seconds", fmt.Sprintf("%.2f", f.seconds))
	fmt.Fprintln(w)
	heading := "value"
	if m.Scaling != nil {
		heading = "value (standardised units)"
	}
	line("parameter", heading)
	for _, p := range fd.Params {
		line(p.Name, formatNumber(p.Value))
	}
	if f.options.noise.set {
		line(gp.NoiseName, formatNumber(f.options.noise.value)+" (fixed)")
	}
	w.Flush()
	b.WriteByte('\n')
	f.starts(&b, verbose)
	for _, s := range fd.Warnings {
		fmt.Fprintf(&b, "warning: %s\n", s)
	}
	return b.String()
}

// starts lists where every start ended.
func (f *fit) starts(b *strings.Builder, verbose bool) {
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	objective := "objective"
	if gp.Method(f.options.method) == gp.MaximumEvidence {
		objective = "log evidence"
	}
	fmt.Fprintf(w, "start\trows\t%s\tevaluations\tended\n", objective)
	for i, s := range f.fitted.Starts {
		mark := ""
		if i == f.fitted.Best {
			mark = " (kept)"
		}
		fmt.Fprintf(w, "%d%s\t%d\t%.8g\t%d\t%s\n", i+1, mark, s.Rows, s.Objective, s.Evaluations, cmp.Or(s.Status, "no status"))
	}
	w.Flush()
	if !verbose {
		return
	}
	b.WriteByte('\n')
	w = tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "start\tparameter\tfrom\tto")
	for i, s := range f.fitted.Starts {
		for j, p := range f.fitted.Params {
			to := ""
			if j < len(s.To) {
				to = formatNumber(s.To[j])
			}
			fmt.Fprintf(w, "%d\t%s\t%s\t%s\n", i+1, p.Name, formatNumber(s.From[j]), to)
		}
	}
	w.Flush()
}
