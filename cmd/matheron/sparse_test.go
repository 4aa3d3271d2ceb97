package main

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/gp"
	"matheron/gp/sparse"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/rng"
	"matheron/store"
)

// The whole way by a sparse posterior: the fit is that of gp/sparse, predictions
// are those of its posterior, and functions those of pathwise.Sampler.
func TestSparseWorkflow(t *testing.T) {
	for _, standardize := range []bool{false, true} {
		dir := t.TempDir()
		model := filepath.Join(dir, "m.json")
		report := succeedJSON(t, "fit", "--data", mcycle, "--target", "acceleration_g", "--method", "sparse", "--inducing", "12", "--seed", "3",
			"--kernel", "matern52 + white(fixed(variance=0.5))", "--noise-variance", "400", "--jitter", "2", "--prior", "lengthscale=gamma(2,0.5)",
			fmt.Sprintf("--standardize=%v", standardize), "--out", model)
		set, err := data.Load(context.Background(), mcycle, "acceleration_g", nil)
		if err != nil {
			t.Fatal(err)
		}
		units, logSD := set, 0.0
		if standardize {
			s := data.Standardization(set)
			units, logSD = s.Apply(set), math.Log(s.Target.Scale)
		}
		expr, err := kernel.Parse("matern52 + white(fixed(variance=0.5))", set.Inputs)
		if err != nil {
			t.Fatal(err)
		}
		noise, priors := gp.Noise(400), priors{}
		if err := priors.Set("lengthscale=gamma(2,0.5)"); err != nil {
			t.Fatal(err)
		}
		fitted, err := sparse.Fit{KnownNoise: &noise, Inducing: 12, Given: expr.Written, Priors: priors, Key: rng.New(3)}.Run(
			context.Background(), sparse.Prior{Prior: gp.Prior{Kernel: expr.Kernel, Jitter: 2}}, units.X, units.Y)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "elbo", report["elbo"].(float64), fitted.Bound-float64(len(set.Y))*logSD)
		if v, ok := report["log_evidence"]; !ok || v != nil || report["noise_variance"] != 400.0 || report["jitter"] != 2.0 || report["inducing"] != 12.0 || report["rows"] != 133.0 {
			t.Errorf("%v", report)
		}
		for _, p := range fitted.Params {
			near(t, p.Name, report["parameters"].(map[string]any)[p.Name].(map[string]any)["value"].(float64), p.Value)
		}

		m, err := store.LoadModel(model)
		if err != nil {
			t.Fatal(err)
		}
		x := set.X
		if standardize {
			x = m.Scaling.ApplyInputs(nil, x)
		}
		checkSparsePrediction(t, dir, model, m, fitted.Posterior, x)
		checkSparsePaths(t, dir, model, m, fitted.Posterior, x)
	}
}

// checkSparsePrediction compares tables of predict with a posterior.
func checkSparsePrediction(t *testing.T, dir, model string, m *store.Model, post *sparse.Posterior, x *mat.Dense) {
	t.Helper()
	scale, shift := 1.0, 0.0
	if m.Scaling != nil {
		scale, shift = m.Scaling.Target.Scale, m.Scaling.Target.Shift
	}
	mean, variance := post.Mean(nil, x), post.Variance(nil, x)
	for _, observed := range []bool{false, true} {
		out := filepath.Join(dir, "p.csv")
		succeed(t, "", "predict", "--model", model, "--data", mcycle, "--out", out, fmt.Sprintf("--observed=%v", observed))
		_, got := table(t, readFile(t, out))
		for i, mu := range mean {
			sd := math.Sqrt(variance[i])
			if observed {
				sd = math.Sqrt(variance[i] + 400 + 0.5 + 2) // noise, white noise and jitter
			}
			near(t, "mean", got["mean"][i], shift+scale*mu)
			near(t, "sd", got["sd"][i], scale*sd)
			near(t, "q975", got["q975"][i], shift+scale*(mu+normal95*sd))
			near(t, "q500", got["q500"][i], shift+scale*mu)
		}
	}
}

// checkSparsePaths draws and evaluates functions, and compares them with those
// that the packages draw from the same posterior.
func checkSparsePaths(t *testing.T, dir, model string, m *store.Model, post *sparse.Posterior, x *mat.Dense) {
	t.Helper()
	paths, values, figure := filepath.Join(dir, "d.paths"), filepath.Join(dir, "v.csv"), filepath.Join(dir, "d.svg")
	succeed(t, "", "paths", "--model", model, "--count", "4", "--features", "32", "--seed", "5", "--plot", figure, "--out", paths)
	if text := readFile(t, figure); !strings.Contains(text, "sparse posterior") || !strings.Contains(text, "inducing inputs") {
		t.Error("the figure does not show what the functions are drawn from")
	}
	direct, err := pathwise.Sampler{Posterior: post, Features: 32}.Draw(rng.New(5), 4)
	if err != nil {
		t.Fatal(err)
	}
	succeed(t, "", "eval", "--paths", paths, "--data", mcycle, "--grad", "--out", values)
	_, got := table(t, readFile(t, values))
	want := direct.Eval(x)
	grads, err := direct.Grad(x)
	if err != nil {
		t.Fatal(err)
	}
	if m.Scaling != nil {
		m.Scaling.InverseDraws(want, want)
	}
	for s := range 4 {
		if m.Scaling != nil {
			m.Scaling.InverseGrad(grads[s], grads[s])
		}
		if !slices.Equal(got[fmt.Sprintf("path_%d", s)], want.RawRowView(s)) {
			t.Errorf("path %d has other values", s)
		}
		if !slices.Equal(got[fmt.Sprintf("d_path_%d_d_time_ms", s)], mat.Col(nil, 0, grads[s])) {
			t.Errorf("path %d has other derivatives", s)
		}
	}
}

// Batches reach the neighbourhood of what all rows at once do; defaults have at
// most one inducing input a row.
func TestSparseBatches(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "s.csv"), synthetic(80))
	fit := func(args ...string) map[string]any {
		return succeedJSON(t, append([]string{"fit", "--data", in, "--target", "y", "--inputs", "a,b", "--standardize", "--method", "sparse", "--out", filepath.Join(dir, "m.json")}, args...)...)
	}
	whole := fit()
	if n := whole["inducing"].(float64); n > 80 || n < 20 || whole["batch"] != nil { // fewer where no variance is left
		t.Errorf("defaults: %v inducing inputs, batches of %v", whole["inducing"], whole["batch"])
	}
	few := fit("--inducing", "20", "--batch", "1000")
	if few["batch"] != nil {
		t.Errorf("a batch of more than all rows: %v", few["batch"])
	}
	batches := fit("--inducing", "20", "--batch", "40", "--epochs", "60")
	if batches["batch"] != 40.0 || batches["epochs"].(float64) > 60 {
		t.Errorf("%v", batches)
	}
	// A bound for fewer inducing inputs is not above one for all rows, and batches do
	// not get above the maximum of the same bound, nor in 60 epochs further below it
	// than 0.1 nats a row.
	w, f, b := whole["elbo"].(float64), few["elbo"].(float64), batches["elbo"].(float64)
	if f > w+0.1 || b > f+0.5 || b < f-8 {
		t.Errorf("bounds: %v with all, %v with 20, %v in batches", w, f, b)
	}
}

// Figures of a model without rows: its inputs are known to lie where they did.
func TestSparseFigures(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "s.csv"), synthetic(40))
	for _, standardize := range []bool{false, true} {
		model := filepath.Join(dir, "m.json")
		report := succeedJSON(t, "fit", "--data", in, "--target", "y", "--inputs", "a,b", "--method", "sparse", "--inducing", "8", "--epochs", "1", fmt.Sprintf("--standardize=%v", standardize), "--out", model)
		if w := fmt.Sprint(report["warnings"]); !strings.Contains(w, "ended after 1 epochs") {
			t.Errorf("warnings %s", w)
		}
		p, err := loadPredictor(context.Background(), model)
		if err != nil {
			t.Fatal(err)
		}
		_, columns := table(t, strings.ReplaceAll(readFile(t, in), "north", "0"))
		for j, e := range p.model.Extents() {
			c := columns[p.InputNames()[j]]
			slices.Sort(c)
			near(t, "least "+p.InputNames()[j], e.Min, c[0])
			near(t, "median "+p.InputNames()[j], e.Median, 0.5*(c[19]+c[20]))
			near(t, "greatest "+p.InputNames()[j], e.Max, c[39])
		}
		figure, functions := filepath.Join(dir, "p.svg"), filepath.Join(dir, "f.svg")
		succeed(t, "", "predict", "--model", model, "--data", in, "--plot", figure)
		succeed(t, "", "paths", "--model", model, "--count", "3", "--features", "16", "--plot", functions)
		for _, f := range []string{figure, functions} {
			if text := readFile(t, f); !strings.Contains(text, "inputs at their medians") {
				t.Errorf("%s: no panels", f)
			}
		}
	}
}

// An interrupt of a sparse fit leaves nothing.
func TestInterruptSparse(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "s.csv"), synthetic(3000))
	interrupt(t, dir, nil, "fit", "--data", in, "--target", "y", "--inputs", "a,b", "--method", "sparse", "--batch", "100", "--epochs", "100000", "--out", filepath.Join(dir, "m.json"))
}

// normal95 is the 0.975 quantile of the standard normal distribution.
var normal95 = math.Sqrt2 * math.Erfinv(0.95)
