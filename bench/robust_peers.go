package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// robustPeer is a program that fits the same sets.
type robustPeer struct {
	program string
	script  string
	needs   []string
}

var (
	robustSklearn = robustPeer{"scikit-learn", "robust_sklearn.py", []string{"numpy", "scikit-learn"}}
	robustBoTorch = robustPeer{"BoTorch", "robust_botorch.py", []string{"numpy", "torch", "gpytorch", "botorch"}}
)

// robustInput is a task under a name.
type robustInput struct {
	name string
	task robustTask
}

// mark identifies a table beyond its name, so that a stored result of another one is
// not taken for its own. It has few digits: processors differ in the last ones.
func (t robustTask) mark() string {
	mean := 0.0
	for _, y := range t.train.Y {
		mean += y / float64(len(t.train.Y))
	}
	n, d := t.train.X.Dims()
	return fmt.Sprintf("%d x %d, %s, mean %.5g", n, d, t.kernel, mean)
}

// peerResult is a peer's result on a table.
type peerResult struct {
	Mark string `json:"mark"`
	robustScore
}

// peerResults are results by program and table, as --peer-results keeps them.
type peerResults map[string]map[string]peerResult

// readPeerResults reads a file of results; one that is not there has none.
func readPeerResults(file string) (peerResults, error) {
	out := peerResults{}
	if file == "" {
		return out, nil
	}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	} else if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &out); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return out, nil
}

// scores returns what there is for a program of some inputs.
func (r peerResults) scores(p robustPeer, inputs []robustInput) map[string]robustScore {
	out := map[string]robustScore{}
	for _, in := range inputs {
		if v, ok := r[p.program][in.name]; ok && v.Mark == in.task.mark() {
			out[in.name] = v.robustScore
		}
	}
	return out
}

// askPeer returns a peer's scores: those of the file of --peer-results, and with
// --peers those that it lacks, which then go there. A peer that is not installed is
// left out with a message.
func (o *options) askPeer(ctx context.Context, p robustPeer, inputs []robustInput, log io.Writer) (map[string]robustScore, error) {
	stored, err := readPeerResults(o.peerResults)
	if err != nil {
		return nil, err
	}
	have := stored.scores(p, inputs)
	var missing []robustInput
	for _, in := range inputs {
		if _, ok := have[in.name]; !ok {
			missing = append(missing, in)
		}
	}
	if !o.peers || len(missing) == 0 {
		return have, nil
	}
	e, ok, err := o.robustEnvironment(ctx, p, log)
	if err != nil || !ok {
		return have, err
	}
	made, err := p.run(ctx, e, missing, o.restarts, log)
	if err != nil {
		return nil, err
	}
	if stored[p.program] == nil {
		stored[p.program] = map[string]peerResult{}
	}
	for _, in := range missing {
		have[in.name] = made[in.name]
		stored[p.program][in.name] = peerResult{in.task.mark(), made[in.name]}
	}
	if o.peerResults != "" {
		return have, writeJSONFile(o.peerResults, stored)
	}
	return have, nil
}

// robustEnvironment returns the environment of --venv if it is there and has what a
// peer needs. It installs nothing: the fits go on without the peer.
func (o *options) robustEnvironment(ctx context.Context, p robustPeer, log io.Writer) (environment, bool, error) {
	e := environmentIn(o.venv)
	if _, err := os.Stat(e.python); errors.Is(err, fs.ErrNotExist) {
		say(log, "%s is left out: no Python environment in %s; --peers --torch without --robust makes one", p.program, o.venv)
		return e, false, nil
	} else if err != nil {
		return e, false, err
	}
	lacking, err := e.lacking(ctx, p.needs)
	if err != nil {
		return e, false, err
	}
	if len(lacking) > 0 {
		say(log, "%s is left out: no %s in %s", p.program, strings.Join(lacking, ", "), o.venv)
		return e, false, nil
	}
	return e, true, nil
}

// peerPrediction is what a script says of a table, in the units of the table.
type peerPrediction struct {
	Mean, Variance []float64 // of an observation, a test row
	NoiseVariance  float64   `json:"noise_variance"`
	Evidence       float64
	Seconds        float64
	Error          string
}

// run has the peer fit all inputs in one process.
func (p robustPeer) run(ctx context.Context, e environment, inputs []robustInput, restarts int, log io.Writer) (map[string]robustScore, error) {
	folder, err := os.MkdirTemp("", "matheron-peers-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder) // what stays is in the folder for temporary files
	var tables []map[string]string
	for i, in := range inputs {
		// A file name of our own: a table's may be anything.
		file := fmt.Sprintf("%04d", i)
		tables = append(tables, map[string]string{"name": in.name, "file": file, "kernel": in.task.kernel})
		if err := writeCSV(filepath.Join(folder, file+"_train.csv"), in.task.train); err != nil {
			return nil, err
		}
		if in.task.test == nil {
			continue
		}
		if err := writeCSV(filepath.Join(folder, file+"_test.csv"), in.task.test); err != nil {
			return nil, err
		}
	}
	text, err := e.scriptLogged(ctx, p.script, folder, map[string]any{"dir": folder, "sets": tables, "restarts": restarts}, log)
	if err != nil {
		return nil, err
	}
	var got map[string]peerPrediction
	if err := json.Unmarshal(text, &got); err != nil {
		return nil, fmt.Errorf("%s: its output: %w", p.script, err)
	}
	out := map[string]robustScore{}
	for _, in := range inputs {
		r, ok := got[in.name]
		if !ok {
			return nil, fmt.Errorf("%s: its output has no %q", p.script, in.name)
		}
		if out[in.name], err = in.task.judge(r); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", p.script, in.name, err)
		}
	}
	return out, nil
}

// judge scores what a peer predicts.
func (t robustTask) judge(r peerPrediction) (robustScore, error) {
	if r.Error != "" {
		return robustScore{Failed: r.Error}, nil
	}
	var out robustScore
	if t.test != nil {
		if n := len(t.test.Y); len(r.Mean) != n || len(r.Variance) != n {
			return out, fmt.Errorf("%d means and %d variances for %d test rows", len(r.Mean), len(r.Variance), n)
		}
		out = predictive{[][]float64{r.Mean}, [][]float64{r.Variance}}.score(t.test.Y, t.scale)
	}
	out.NoiseRatio, out.Evidence, out.Seconds = t.noiseRatio(r.NoiseVariance), r.Evidence, r.Seconds
	return out, nil
}
