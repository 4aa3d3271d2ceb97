package main

import (
	"fmt"
	"strings"

	"matheron/gp"
	"matheron/kernel"
)

// json returns what fit prints with --json.
func (f *fit) json() object {
	m := f.model
	out := object{
		{"method", f.options.method.name},
		{"kernel", f.kernel},
		{"mean", f.options.mean.String()},
		{"target", m.Target},
		{"inputs", m.Inputs},
		{"rows", f.model.Kind.Rows()},
		{"noise_variance", number(m.Noise.At(0))},
		{"jitter", number(m.Prior.Jitter)},
	}
	if m.Scaling != nil {
		out = out.with("standardize", m.Scaling)
	}
	out = append(out, f.outcome.json(f)...)
	return out.with("notes", texts(f.outcome.notes())).with("warnings", texts(f.outcome.warnings())).with("seconds", number(f.seconds))
}

// texts is lines as JSON, an empty list for none.
func texts(lines []string) []string {
	if lines == nil {
		return []string{}
	}
	return lines
}

// values returns parameters that have a value each, as a JSON object.
func values(params []kernel.Param) object {
	out := object{}
	for _, p := range params {
		out = out.with(p.Name, object{{"value", number(p.Value)}})
	}
	return out
}

// summary returns what fit prints for a person.
func (f *fit) summary(verbose bool) string {
	var head strings.Builder
	m := f.model
	line := func(name string, value any) { fmt.Fprintf(&head, "%s\t%v\n", name, value) }
	line("kernel", f.kernel)
	line("mean", f.meanText())
	line("target", m.Target)
	line("inputs", strings.Join(m.Inputs, ", "))
	line("rows", f.model.Kind.Rows())
	line("method", f.options.method.name)
	f.outcome.head(f, line)
	if j := m.Prior.Jitter; j > 0 {
		line("jitter", formatNumber(j))
	}
	line("seconds", fmt.Sprintf("%.2f", f.seconds))
	var b strings.Builder
	b.WriteString(aligned(head.String()) + "\n")
	b.WriteString(f.outcome.body(f, verbose))
	if f.options.quiet {
		return b.String()
	}
	before := "\n"
	for _, list := range []struct {
		what  string
		lines []string
	}{{"note", f.outcome.notes()}, {"warning", f.outcome.warnings()}} {
		for _, s := range list.lines {
			fmt.Fprintf(&b, "%s%s: %s\n", before, list.what, s)
			before = ""
		}
	}
	return b.String()
}

// values prints parameters that have a value each, and a noise that was given.
func (f *fit) values(b *strings.Builder, params []kernel.Param) {
	var w strings.Builder
	fmt.Fprintf(&w, "parameter\t%s\n", f.inUnits("value"))
	for _, p := range params {
		fmt.Fprintf(&w, "%s\t%s\n", p.Name, formatNumber(p.Value))
	}
	if f.options.noise.set {
		fmt.Fprintf(&w, "%s\t%s\n", gp.NoiseName, f.fixedNoise())
	}
	b.WriteString(aligned(w.String()))
}

// inUnits adds to a heading the units of parameters, where they are not the data's.
func (f *fit) inUnits(heading string) string {
	if f.model.Scaling != nil {
		heading += " (standardised units)"
	}
	return heading
}

func (f *fit) fixedNoise() string { return formatNumber(f.options.noise.value) + " (fixed)" }
