package main

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

//go:embed peers/*.py
var scripts embed.FS

// job is one run of a peer's script: what it is told, and which figure each of
// its results is.
type job struct {
	program string
	script  string
	needs   []string // packages
	table   size     // of the problem that it works on; zero if it needs none
	args    func(*session) map[string]any
	results map[string]string // name in the script's output to name of the figure
}

// jobs returns the work of the peers.
func jobs() []job {
	out := []job{}
	algebra := func(op string, n int) {
		args := func(s *session) map[string]any { return map[string]any{"op": op, "n": s.of(n)} }
		out = append(out, job{"OpenBLAS", "linalg.py", []string{"scipy"}, size{}, args,
			map[string]string{"gflops": fmt.Sprintf("%s_%d_gflops", op, n)}})
	}
	paths := func(program, script string, needs []string, of size, count, points int, results map[string]string) {
		args := func(s *session) map[string]any {
			return map[string]any{"paths": s.of(count), "points": s.of(points), "features": s.of(features),
				"lengthscale": lengthscale, "noise": noiseVariance}
		}
		out = append(out, job{program, script, needs, of, args, results})
	}
	fit := func(program, script string, needs []string, of size, results map[string]string) {
		args := func(*session) map[string]any { return map[string]any{"start": startPoint(of.inputs)} }
		out = append(out, job{program, script, needs, of, args, results})
	}
	for _, p := range []struct {
		program, script string
		needs           []string
	}{{"NumPy", "paths_numpy.py", []string{"scipy"}}, {"BoTorch", "paths_botorch.py", []string{"botorch"}}} {
		paths(p.program, p.script, p.needs, large, 256, evalPoints, map[string]string{"draw": "draw_2000x8_256_s", "eval": "eval_2000x8_256_ns"})
		paths(p.program, p.script, p.needs, small, 64, evalPoints, map[string]string{"eval": "eval_200x2_64_ns"})
		paths(p.program, p.script, p.needs, large, 64, gradPoints, map[string]string{"grad": "grad_2000x8_64_ns"})
	}
	for _, p := range []struct {
		program, script string
		needs           []string
	}{{"JAX", "fit_jax.py", []string{"jax", "scipy"}}, {"PyTorch", "fit_torch.py", []string{"torch", "scipy"}}} {
		fit(p.program, p.script, p.needs, large, map[string]string{"evidence": "evidence_2000x8_s", "fit": "fit_2000x8_s", "evidence_per_row": "fit_2000x8_evidence_per_row"})
		fit(p.program, p.script, p.needs, mid, map[string]string{"evidence": "evidence_500x4_s"})
	}
	fit("scikit-learn", "fit_sklearn.py", []string{"scikit-learn"}, large, map[string]string{"evidence": "evidence_2000x8_s"})
	fit("scikit-learn", "fit_sklearn.py", []string{"scikit-learn"}, mid, map[string]string{"evidence": "evidence_500x4_s"})
	algebra("dgemm", 2048)
	algebra("dgemm", 512)
	algebra("dpotrf", 2000)
	algebra("dpotrf", 512)
	return out
}

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
	defer os.RemoveAll(folder)
	s, out, want := &session{runs: o.runs, quick: o.quick}, comparison{}, map[string]bool{}
	for _, f := range chosen {
		want[f.name] = true
	}
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
			fmt.Fprintf(log, "%s is left out: no %s in %s\n", j.program, strings.Join(lacking, ", "), o.venv)
			left[j.program] = true
			continue
		}
		v, err := j.run(ctx, e, s, folder, log)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", j.program, j.script, err)
		}
		out.set(j.program, v)
	}
	return out, nil
}

// only returns the job without the results that are not wanted.
func (j job) only(want map[string]bool) job {
	results := map[string]string{}
	for key, name := range j.results {
		if want[name] {
			results[key] = name
		}
	}
	j.results = results
	return j
}

// run writes the table, runs the script, and names its results.
func (j job) run(ctx context.Context, e environment, s *session, folder string, log io.Writer) (values, error) {
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
	for key := range j.results {
		want = append(want, key)
	}
	args["want"] = want
	out, err := e.script(ctx, j.script, folder, args, log)
	if err != nil {
		return nil, err
	}
	var got map[string]float64
	if err := json.Unmarshal(out, &got); err != nil {
		return nil, fmt.Errorf("its output: %w", err)
	}
	v := values{}
	for key, name := range j.results {
		value, ok := got[key]
		if !ok {
			return nil, fmt.Errorf("its output has no %q", key)
		}
		v[name] = value
	}
	return v, nil
}

// script runs one of the scripts with its argument, from a folder, and returns
// what it printed.
func (e environment) script(ctx context.Context, name, folder string, args map[string]any, log io.Writer) ([]byte, error) {
	text, err := scripts.ReadFile("peers/" + name)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return nil, err
	}
	argument, err := json.Marshal(args)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(log, "running %s\n", name)
	return output(ctx, e.python, path, string(argument))
}
