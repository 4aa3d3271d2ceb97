package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"matheron/gp"
	"matheron/store"
)

func mapMethod() method {
	return method{
		name: "map",
		about: []string{
			"the best numbers: evidence times priors. Parameters without a prior get",
			"a weakly informative one, scaled to the data",
		},
		model: "the exact posterior at these numbers",
		run: func(ctx context.Context, t task) (outcome, *store.Model, error) {
			return fitNumbers(ctx, t, gp.MAP)
		},
	}
}

func mlMethod() method {
	return method{
		name:  "ml",
		about: []string{"the best numbers by the evidence alone"},
		model: "the exact posterior at these numbers",
		check: func(o *fitOptions) error {
			if len(o.priors) > 0 {
				return usagef("--prior has no effect with --method ml: use --method map")
			}
			return nil
		},
		run: func(ctx context.Context, t task) (outcome, *store.Model, error) {
			return fitNumbers(ctx, t, gp.MaximumEvidence)
		},
	}
}

// numbersFitted is the outcome of the methods map and ml.
type numbersFitted struct {
	*gp.Fitted
	method gp.Method
}

// fitNumbers maximises the evidence, or its product with the priors.
func fitNumbers(ctx context.Context, t task, m gp.Method) (outcome, *store.Model, error) {
	gf := t.fit()
	gf.Method = m
	evaluations := fitEvaluations
	if m == gp.MaximumEvidence {
		evaluations *= 2 // it goes on from the optima of map
	}
	// The evidence and its gradient hold the covariance and its inverse.
	if err := checkMemory(len(t.units.Y), 2); err != nil {
		return nil, nil, instead(err, "--method sparse needs less")
	}
	if err := t.sayTime(ctx, float64(evaluations)); err != nil {
		return nil, nil, err
	}
	bar := newBar(-1, "fit", "")
	defer bar.done()
	gf.Progress = bar.update
	found, err := await(ctx, func() (*gp.Fitted, error) { return gf.Run(ctx, t.prior(), t.units.X, t.units.Y) })
	if err != nil {
		return nil, nil, err
	}
	post := found.Posterior
	prior := post.Prior()
	prior.Jitter = post.Jitter()
	return numbersFitted{found, m}, t.model(prior, post.Noise(), found.Params, t.logDensity(found.LogEvidence, post.Len())), nil
}

func (c numbersFitted) json(f *fit) object {
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

func (numbersFitted) head(f *fit, line func(string, any)) {
	line("log evidence", formatNumber(f.model.Fit.LogEvidence))
}

func (c numbersFitted) body(f *fit, verbose bool) string {
	var b strings.Builder
	f.values(&b, c.Params)
	if verbose {
		c.starts(&b)
	}
	return b.String()
}

func (c numbersFitted) notes() []string { return c.Notes }

func (c numbersFitted) warnings() []string { return c.Warnings }

func (numbersFitted) end(string) error { return nil }

// starts lists where every start began and ended.
func (c numbersFitted) starts(b *strings.Builder) {
	var w strings.Builder
	objective := "objective"
	if c.method == gp.MaximumEvidence {
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
