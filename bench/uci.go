package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"matheron/data"
	"matheron/gp"
	"matheron/kernel"
	"matheron/rng"
)

// score is how a fit predicts the test rows.
type score struct {
	RMSE float64 `json:"rmse"` // units of the target
	// NLPD is the mean of -log p(y) of an observation: with mean m and variance s^2,
	//
	//	1/2 log(2 pi s^2) + (y - m)^2 / (2 s^2),
	//
	// in the units of the target too, nats for a density by that unit.
	NLPD           float64 `json:"nlpd"`
	EvidencePerRow float64 `json:"evidence_per_row"` // of the standardised training targets
	Seconds        float64 `json:"seconds"`          // of the fit
}

// uciResult is the scores of one program and method on the sets.
type uciResult struct {
	Program string           `json:"program"`
	Method  string           `json:"method"`
	Scores  map[string]score `json:"scores"`
}

// Methods of gp.Fit that are compared, as tables call them.
var uciMethods = []struct {
	name   string
	method gp.Method
}{{"maximum evidence", gp.MaximumEvidence}, {"MAP, default priors", gp.MAP}}

// runUCI fits the sets of a folder, with --peers by scikit-learn too. A folder that
// is not there is no error: the sets do not come with the project.
func (o *options) runUCI(ctx context.Context, out, log io.Writer) error {
	if _, err := os.Stat(o.uci); errors.Is(err, os.ErrNotExist) {
		say(log, "%s is not there: the UCI sets are skipped", o.uci)
		return nil
	} else if err != nil {
		return err
	}
	var results []uciResult
	for _, m := range uciMethods {
		r := uciResult{Program: "Matheron", Method: m.name, Scores: map[string]score{}}
		for _, name := range uciSets {
			s, err := readUCI(ctx, o.uci, name, 0)
			if err != nil {
				return err
			}
			say(log, "fitting %s by %s", name, m.name)
			if r.Scores[name], err = s.fit(ctx, m.method); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		results = append(results, r)
	}
	if o.peers {
		r, err := o.sklearnUCI(ctx, log)
		if err != nil {
			return err
		}
		results = append(results, r)
	}
	return o.printTable(out, "uci", results, func() string { return uciMarkdown(results) })
}

// fit fits a Matern-3/2 kernel with a lengthscale an input, and noise, to the
// training rows in standardised units, and scores it on the test rows in the
// units of the data.
func (s split) fit(ctx context.Context, m gp.Method) (score, error) {
	scaling := data.Standardization(s.train)
	train := scaling.Apply(s.train)
	scales := make([]float64, len(train.Inputs))
	for i := range scales {
		scales[i] = 1 // structure alone: the fit chooses its starts
	}
	prior := gp.Prior{Kernel: kernel.Matern32{Variance: 1, Lengthscale: kernel.ARD(scales...)}}
	began := time.Now()
	fitted, err := gp.Fit{Method: m, Key: rng.New(0)}.Run(ctx, prior, train.X, train.Y)
	if err != nil {
		return score{}, err
	}
	seconds := time.Since(began).Seconds()
	post := fitted.Posterior
	x := scaling.ApplyInputs(nil, s.test.X)
	mean := scaling.InverseMean(nil, post.Mean(nil, x))
	variance := post.Variance(nil, x)
	noise := post.NoiseDiag()[0] // the same for all rows
	for i := range variance {
		variance[i] += noise
	}
	out := score{EvidencePerRow: fitted.LogEvidence / float64(len(train.Y)), Seconds: seconds}
	out.RMSE, out.NLPD = predictionScores(s.test.Y, mean, scaling.InverseVariance(nil, variance))
	return out, nil
}

// predictionScores returns the root mean square error and the mean of -log p(y).
func predictionScores(y, mean, variance []float64) (rmse, nlpd float64) {
	for i, v := range variance {
		e2 := (y[i] - mean[i]) * (y[i] - mean[i])
		rmse += e2
		nlpd += 0.5*math.Log(2*math.Pi*v) + e2/(2*v)
	}
	n := float64(len(y))
	return math.Sqrt(rmse / n), nlpd / n
}

// sklearnUCI does the same by scikit-learn.
func (o *options) sklearnUCI(ctx context.Context, log io.Writer) (uciResult, error) {
	r := uciResult{Program: "scikit-learn", Method: fmt.Sprintf("maximum evidence, %d more starts", o.restarts)}
	e, err := openEnvironment(ctx, o.venv, o.torch, log)
	if err != nil {
		return r, err
	}
	folder, err := os.MkdirTemp("", "matheron-peers-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(folder) // what stays is in the folder for temporary files
	out, err := e.script(ctx, "uci_sklearn.py", folder, map[string]any{"dir": o.uci, "sets": uciSets, "restarts": o.restarts}, log)
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(out, &r.Scores); err != nil {
		return r, fmt.Errorf("uci_sklearn.py: its output: %w", err)
	}
	for _, name := range uciSets {
		if _, ok := r.Scores[name]; !ok {
			return r, fmt.Errorf("uci_sklearn.py: its output has no %q", name)
		}
	}
	return r, nil
}

// uciMarkdown returns the scores as a table.
func uciMarkdown(results []uciResult) string {
	var b strings.Builder
	b.WriteString("| set | program | method | test RMSE | test NLPD | log evidence a row | seconds |\n| --- | --- | --- | ---: | ---: | ---: | ---: |\n")
	for _, name := range uciSets {
		for _, r := range results {
			s := r.Scores[name]
			fmt.Fprintf(&b, "| %s | %s | %s | %.4f | %.4f | %.4f | %s |\n", name, r.Program, r.Method, s.RMSE, s.NLPD, s.EvidencePerRow, number(s.Seconds))
		}
	}
	return b.String()
}
