package main

import "fmt"

// job is one run of a peer's script: its argument, and which figure each of its
// results is.
type job struct {
	program string
	script  string
	needs   []string // packages
	table   size     // of the problem that it works on; zero if it needs none
	args    func(*session) map[string]any
	results []result
}

// result is one result of a script.
type result struct {
	key    string // in the script's output
	figure string // that it is a value of
	note   string // after the program's name, where it has several values
}

// jobs returns the work of the peers.
func jobs() []job {
	var out []job
	for _, p := range []job{
		{program: "NumPy", script: "paths_numpy.py", needs: []string{"scipy"}},
		{program: "BoTorch", script: "paths_botorch.py", needs: []string{"botorch"}},
	} {
		out = append(out,
			p.paths(large, 256, evalPoints, result{key: "draw", figure: "draw_2000x8_256_s"}, result{key: "eval", figure: "eval_2000x8_256_ns"}),
			p.paths(small, 64, evalPoints, result{key: "eval", figure: "eval_200x2_64_ns"}),
			p.paths(large, 64, gradPoints, result{key: "grad", figure: "grad_2000x8_64_ns"}))
	}
	for _, p := range []job{
		{program: "JAX", script: "fit_jax.py", needs: []string{"jax", "scipy"}},
		{program: "PyTorch", script: "fit_torch.py", needs: []string{"torch", "scipy"}},
	} {
		out = append(out,
			p.fit(large, result{key: "evidence", figure: "evidence_2000x8_s"}, result{key: "fit", figure: "fit_2000x8_s"},
				result{key: "evidence_per_row", figure: "fit_2000x8_evidence_per_row"}),
			p.fit(mid, result{key: "evidence", figure: "evidence_500x4_s"}))
	}
	sklearn := job{program: "scikit-learn", script: "fit_sklearn.py", needs: []string{"scikit-learn"}}
	out = append(out,
		sklearn.fit(large, result{key: "evidence", figure: "evidence_2000x8_s"}),
		sklearn.fit(mid, result{key: "evidence", figure: "evidence_500x4_s"}),
		numpyro(nutsSmall, "nuts_28x1"), numpyro(nutsLarge, "nuts_200x4"), gpytorch(),
		algebra("dgemm", 2048), algebra("dgemm", 512), algebra("dpotrf", 2000), algebra("dpotrf", 512),
		numpyRow("exp", "exp_ns", ""), numpyRow("cos", "sincos_ns", ", cosine alone"))
	return out
}

// paths is the job of drawing, evaluating and differentiating functions.
func (j job) paths(of size, count, points int, results ...result) job {
	j.table, j.results = of, results
	j.args = func(s *session) map[string]any {
		return map[string]any{"paths": s.of(count), "points": s.of(points), "features": s.of(features),
			"lengthscale": lengthscale, "noise": noiseVariance}
	}
	return j
}

// fit is the job of the evidence and of its maximum.
func (j job) fit(of size, results ...result) job {
	j.table, j.results = of, results
	j.args = func(*session) map[string]any { return map[string]any{"start": startPoint(of.inputs)} }
	return j
}

// algebra is the job of a dense operation.
func algebra(op string, n int) job {
	return job{program: "OpenBLAS", script: "linalg.py", needs: []string{"scipy"},
		args:    func(s *session) map[string]any { return map[string]any{"op": op, "n": s.of(n)} },
		results: []result{{key: "gflops", figure: fmt.Sprintf("%s_%d_gflops", op, n)}}}
}

// numpyRow is the job of a function of a row.
func numpyRow(op, figure, note string) job {
	return job{program: "NumPy", script: "linalg.py", needs: []string{"scipy"},
		args:    func(s *session) map[string]any { return map[string]any{"op": op, "n": s.of(elements)} },
		results: []result{{"ns", figure, note}}}
}

// numpyro is the job of a sampler's run: the first in a process, which compiles
// the model, and the next.
func numpyro(of size, figure string) job {
	return job{program: "NumPyro", script: "nuts_numpyro.py", needs: []string{"numpyro"}, table: of,
		args: func(s *session) map[string]any {
			return map[string]any{"chains": chains, "iterations": s.of(iterations), "acceptance": acceptance, "jitter": gpJitter}
		},
		results: []result{{"cold", figure, ", with compilation"}, {"warm", figure, ""}}}
}

// gpytorch is the job of the steps of a sparse fit.
func gpytorch() job {
	return job{program: "GPyTorch", script: "svgp_gpytorch.py", needs: []string{"gpytorch"}, table: svgpTable(8),
		args: func(s *session) map[string]any {
			return map[string]any{"inducing": s.of(inducing), "batch": s.of(batch), "lengthscale": lengthscale, "noise": noiseVariance, "rate": sparseRate}
		},
		results: []result{{key: "step", figure: "svgp_step_256_1024x8_ms"}}}
}
