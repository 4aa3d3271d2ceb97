package main

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"matheron/infer/diag"
	"matheron/plot"
)

// calibrationRanks are written by the study itself:
//
//	go test ./hyper -run CalibrationLong -long -update
//
//go:embed calibration.json
var calibrationRanks []byte

// coverage is the probability that the ranks of one quantity stay in the band
// everywhere if they are uniform: all four do with at least 95%.
const coverage = 1 - 0.05/4

// quantities are those of the study, in the order of the legend.
var quantities = []string{"RBF.variance", "RBF.lengthscale", "noise_variance", "log density"}

// calibration shows the distribution functions of the study's ranks less that of
// the uniform distribution, and the same for an inference with a mistake in it.
func calibration() (*plot.Sheet, error) {
	var study map[string]map[string]diag.Ranks
	if err := json.Unmarshal(calibrationRanks, &study); err != nil {
		return nil, err
	}
	panels := []struct{ name, title string }{
		{"right", "NUTS on the model"},
		{"wrong", "With a fourth of the log evidence"},
	}
	var figures []*plot.Figure
	for _, p := range panels {
		f := plot.New(plot.Options{Title: p.title, X: "share of the ranks", Y: "ECDF − uniform", Width: 450, YLim: plot.Limits{Lo: -0.12, Hi: 0.12}})
		for i, name := range quantities {
			r, ok := study[p.name][name]
			if !ok {
				return nil, fmt.Errorf("calibration.json: no ranks of %s, %s", p.name, name)
			}
			e := r.ECDF(coverage)
			if i == 0 {
				f.Band(e.At, e.Lower, e.Upper, "95%: all four, if uniform")
			}
			f.Line(e.At, e.Difference, name)
		}
		figures = append(figures, f)
	}
	return plot.Row(figures...), nil
}
