package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"matheron/gp"
	"matheron/store"
)

// climbed is the outcome of the methods map and ml.
type climbed struct{ *gp.Fitted }

// climb maximises the evidence, or its product with the priors.
func climb(ctx context.Context, t task) (outcome, *store.Model, error) {
	gf := t.fit()
	if t.options.method == methodML {
		gf.Method = gp.MaximumEvidence
	}
	// The evidence and its gradient hold the covariance and its inverse.
	if err := checkMemory(len(t.units.Y), 2); err != nil {
		return nil, nil, instead(err, "--method sparse needs less")
	}
	if err := t.sayTime(ctx); err != nil {
		return nil, nil, err
	}
	bar := newBar(-1, "fit", "")
	defer bar.done()
	gf.Progress = bar.update
	fitted, err := await(ctx, func() (*gp.Fitted, error) { return gf.Run(ctx, t.prior(), t.units.X, t.units.Y) })
	if err != nil {
		return nil, nil, err
	}
	post := fitted.Posterior
	prior := post.Prior()
	prior.Jitter = post.Jitter()
	return climbed{fitted}, t.model(prior, post.Noise(), fitted.Params, t.logDensity(fitted.LogEvidence, post.Len())), nil
}

func (c climbed) json(f *fit) object {
	starts := make([]object, len(c.Starts))
	for i, s := range c.Starts {
		starts[i] = object{
			{"rows", s.Rows},
			{"objective", number(s.Objective)},
			{"log_evidence", number(s.LogEvidence)},
			{"status", s.Status},
			{"evaluations", s.Evaluations},
			{"best", i == c.Best},
			{"from", numbers(s.From)},
			{"to", numbers(s.To)},
		}
	}
	optima := make([]object, len(c.Optima))
	for i, o := range c.Optima {
		optima[i] = object{
			{"objective", number(o.Objective)},
			{"log_evidence", number(o.LogEvidence)},
			{"weight", number(o.Weight)},
			{"starts", o.Starts},
			{"parameters", numbers(o.Params)},
		}
	}
	return object{
		{"log_evidence", number(f.model.Fit.LogEvidence)},
		{"parameters", values(c.Params)},
		{"starts", starts},
		{"optima", optima},
	}
}

func (climbed) head(f *fit, line func(string, any)) {
	line("log evidence", formatNumber(f.model.Fit.LogEvidence))
}

func (c climbed) body(f *fit, verbose bool) string {
	var b strings.Builder
	f.values(&b, c.Params)
	if verbose {
		c.starts(&b, f.options.method)
	}
	return b.String()
}

func (c climbed) notes() []string { return c.Notes }

func (c climbed) warnings() []string { return c.Warnings }

func (climbed) end(string) error { return nil }

// starts lists where every start began and ended.
func (c climbed) starts(b *strings.Builder, m method) {
	var w strings.Builder
	objective := "objective"
	if m == methodML {
		objective = "log evidence"
	}
	fmt.Fprintf(&w, "start\trows\t%s\tevaluations\tended\n", objective)
	for i, s := range c.Starts {
		mark := ""
		if i == c.Best {
			mark = " (kept)"
		}
		fmt.Fprintf(&w, "%d%s\t%d\t%.8g\t%d\t%s\n", i+1, mark, s.Rows, s.Objective, s.Evaluations, cmp.Or(s.Status, "no status"))
	}
	b.WriteString("\n" + aligned(w.String()) + "\n")
	w.Reset()
	w.WriteString("start\tparameter\tfrom\tto\n")
	for i, s := range c.Starts {
		for j, p := range c.Params {
			to := ""
			if j < len(s.To) {
				to = formatNumber(s.To[j])
			}
			fmt.Fprintf(&w, "%d\t%s\t%s\t%s\n", i+1, p.Name, formatNumber(s.From[j]), to)
		}
	}
	b.WriteString(aligned(w.String()))
}
