package main

import (
	"bytes"
	"context"
	"embed"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed peers/*.py
var scripts embed.FS

// runPeers runs the jobs that give a chosen figure. A peer that is not installed
// is left out with a message; one that fails is an error.
func (o *options) runPeers(ctx context.Context, chosen []figure, log io.Writer) (comparison, error) {
	e, err := openEnvironment(ctx, o.venv, o.torch, log)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "matheron-peers-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder) // what stays is in the folder for temporary files
	s, out, want := &session{runs: o.runs, quick: o.quick}, comparison{}, map[string]bool{}
	for _, f := range chosen {
		want[f.name] = true
	}
	out.addQuoted(want)
	left := map[string]bool{} // programs left out
	for _, j := range jobs() {
		j = j.only(want)
		if len(j.results) == 0 || left[j.program] {
			continue
		}
		lacking, err := e.lacking(ctx, j.needs)
		if err != nil {
			return nil, err
		}
		if len(lacking) > 0 {
			say(log, "%s is left out: no %s in %s", j.program, strings.Join(lacking, ", "), o.venv)
			left[j.program] = true
			continue
		}
		v, err := j.run(ctx, e, s, folder, log)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", j.program, j.script, err)
		}
		for program, values := range v {
			out.set(program, values)
		}
	}
	return out, nil
}

// only returns the job without the results that are not wanted.
func (j job) only(want map[string]bool) job {
	j.results = slices.DeleteFunc(slices.Clone(j.results), func(r result) bool { return !want[r.figure] })
	return j
}

// run writes the table, runs the script, and names its results.
func (j job) run(ctx context.Context, e environment, s *session, folder string, log io.Writer) (comparison, error) {
	args, want := j.args(s), []string{}
	args["runs"] = s.runs
	if j.table != (size{}) {
		p := s.problem(j.table)
		file, err := os.Create(filepath.Join(folder, "table.f64"))
		if err != nil {
			return nil, err
		}
		if err := errors.Join(p.write(file), file.Close()); err != nil {
			return nil, err
		}
		args["file"], args["n"], args["d"] = file.Name(), len(p.y), j.table.inputs
	}
	for _, r := range j.results {
		want = append(want, r.key)
	}
	args["want"], args["draws"] = want, filepath.Join(folder, "draws")
	out, err := e.script(ctx, j.script, folder, args, log)
	if err != nil {
		return nil, err
	}
	var got map[string]json.RawMessage
	if err := json.Unmarshal(out, &got); err != nil {
		return nil, fmt.Errorf("its output: %w", err)
	}
	all := comparison{}
	for _, r := range j.results {
		text, ok := got[r.key]
		if !ok {
			return nil, fmt.Errorf("its output has no %q", r.key)
		}
		v, err := readResult(text)
		if err != nil {
			return nil, fmt.Errorf("its output: %q: %w", r.key, err)
		}
		all.set(j.program+r.note, values{r.figure: v})
	}
	return all, nil
}

// readResult reads a number, or what is known of a run of a sampler and the file
// of its draws, whose effective sample size is found as that of ours.
func readResult(text json.RawMessage) (value, error) {
	if !bytes.HasPrefix(text, []byte("{")) {
		var v value
		return v, json.Unmarshal(text, &v)
	}
	var run struct {
		sampling
		Chains, Iterations int
		Draws              string
	}
	if err := json.Unmarshal(text, &run); err != nil {
		return value{}, err
	}
	raw, err := os.ReadFile(run.Draws)
	if err != nil {
		return value{}, err
	}
	numbers := make([]float64, len(raw)/8)
	if err := binary.Read(bytes.NewReader(raw), binary.LittleEndian, numbers); err != nil {
		return value{}, err
	}
	params, err := cutDraws(numbers, run.Chains, run.Iterations)
	if err != nil {
		return value{}, err
	}
	run.MinESS = minESS(params)
	return value{chain: &run.sampling}, nil
}

// script runs one of the scripts with its argument, from a folder, and returns
// what it printed.
func (e environment) script(ctx context.Context, name, folder string, args map[string]any, log io.Writer) ([]byte, error) {
	path, argument, err := prepareScript(name, folder, args)
	if err != nil {
		return nil, err
	}
	say(log, "running %s", name)
	return output(ctx, e.python, path, argument)
}

// scriptLogged is script for one that takes long, and whose standard error goes to log
// as it comes.
func (e environment) scriptLogged(ctx context.Context, name, folder string, args map[string]any, log io.Writer) ([]byte, error) {
	path, argument, err := prepareScript(name, folder, args)
	if err != nil {
		return nil, err
	}
	return outputLogged(ctx, log, e.python, path, argument)
}

// prepareScript writes a script into a folder and returns its path and its argument.
func prepareScript(name, folder string, args map[string]any) (path, argument string, err error) {
	text, err := scripts.ReadFile("peers/" + name)
	if err != nil {
		return "", "", err
	}
	encoded, err := json.Marshal(args)
	if err != nil {
		return "", "", err
	}
	path = filepath.Join(folder, name)
	return path, string(encoded), os.WriteFile(path, text, 0o600)
}
