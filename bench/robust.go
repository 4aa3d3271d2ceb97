package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"matheron/gp"
	"matheron/rng"
)

// Methods of the made sets, as tables call them. The names are keys of JSON, too.
const (
	methodMAP  = "MAP"
	methodNUTS = "NUTS"
)

// robustResult is the scores of a made set, by method or peer.
type robustResult struct {
	madeIndex
	Scores map[string]robustScore `json:"scores"`
}

// robustReport is what --robust prints.
type robustReport struct {
	Sets   []robustResult `json:"sets,omitempty"`
	Tables []tableResult  `json:"tables,omitempty"`
}

// runRobust measures the quality of fits: with --tables on the tables of that folder,
// otherwise on made sets.
func (o *options) runRobust(ctx context.Context, out, log io.Writer) error {
	var report robustReport
	var err error
	if o.realTables != "" {
		report.Tables, err = o.runTables(ctx, log)
	} else {
		report.Sets, err = o.runMade(ctx, log)
	}
	if err != nil {
		return err
	}
	if !o.json {
		_, err = io.WriteString(out, report.markdown())
		return err
	}
	text, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n", text)
	return err
}

// markdown returns the tables.
func (r robustReport) markdown() string {
	if r.Tables != nil {
		return tablesMarkdown(r.Tables)
	}
	return madeMarkdown(r.Sets)
}

// runMade fits the made sets by every method and peer.
func (o *options) runMade(ctx context.Context, log io.Writer) ([]robustResult, error) {
	sets, err := chooseSets(madeSets(), o.only)
	if err != nil {
		return nil, err
	}
	results, inputs, splits := make([]robustResult, len(sets)), make([]robustInput, len(sets)), make([]split, len(sets))
	for i, s := range sets {
		if splits[i], err = s.make(); err != nil {
			return nil, err
		}
		results[i] = robustResult{s.index(), map[string]robustScore{}}
		inputs[i] = robustInput{s.name(), robustTask{split: splits[i], kernel: "rbf", scale: s.scale, noise: s.noiseVariance(), raw: o.raw}}
	}
	if o.made != "" {
		if err := writeSets(o.made, sets, splits); err != nil {
			return nil, err
		}
	}
	for _, p := range []robustPeer{robustSklearn, robustBoTorch} {
		scores, err := o.askPeer(ctx, p, inputs, log)
		if err != nil {
			return nil, err
		}
		for i, in := range inputs {
			if s, ok := scores[in.name]; ok {
				results[i].Scores[p.program] = s
			}
		}
	}
	for i, in := range inputs {
		if results[i].Scores[methodMAP], err = in.task.fit(ctx, gp.Fit{Key: rng.New(0)}); err != nil {
			return nil, err
		}
		if !o.skipNUTS {
			s, err := in.task.nuts(ctx)
			if err != nil {
				return nil, err
			}
			say(log, "NUTS: %s: %s s", in.name, number(s.Seconds))
			results[i].Scores[methodNUTS] = s
		}
	}
	return results, nil
}
