package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"matheron/data"
	"matheron/gp"
	"matheron/infer/diag"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/prob"
	"matheron/rng"
	"matheron/store"
)

// fittedNUTS draws a little from the motorcycle data, and returns the folder, the model and what fit printed.
func fittedNUTS(t *testing.T, args ...string) (dir, model string, report map[string]any) {
	t.Helper()
	dir = t.TempDir()
	model = filepath.Join(dir, "m.json")
	args = append([]string{"fit", "--data", mcycle, "--target", "acceleration_g", "--method", "nuts", "--json", "--out", model}, args...)
	stdout := succeed(t, "", args...)
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Fatalf("%s: %v", stdout, err)
	}
	return dir, model, report
}

// near fails unless got is want to a relative 1e-12: the same sums in another order.
func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-12*math.Max(1, math.Abs(want))) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// The whole way by NUTS: the report is about the draws in the file, predictions
// are those of the mixture of the posteriors of the draws, and path s has the
// parameters of draw floor(s draws / S).
func TestNUTSWorkflow(t *testing.T) {
	for _, standardize := range []bool{false, true} {
		dir, model, report := fittedNUTS(t, "--chains", "2", "--warmup", "40", "--draws", "15", "--kernel", "matern52", fmt.Sprintf("--standardize=%v", standardize))
		m, err := store.LoadModel(model)
		if err != nil {
			t.Fatal(err)
		}
		k := m.Kind.(*store.Mixture)
		if !slices.Equal(k.Draws.Names, []string{"Matern52.variance", "Matern52.lengthscale", "Mean.constant", "noise_variance"}) || !slices.Equal(k.Draws.Chains, []int{15, 15}) {
			t.Fatalf("draws of %v in chains of %v", k.Draws.Names, k.Draws.Chains)
		}
		posts := make([]*gp.Exact, k.Draws.Len())
		for i := range posts {
			prior, noise := k.Draws.At(i, m.Prior, m.Noise)
			if posts[i], err = prior.Condition(k.X, k.Y, noise); err != nil {
				t.Fatal(err)
			}
		}
		checkNUTSReport(t, report, m, posts)

		set, err := data.Load(context.Background(), mcycle, "acceleration_g", nil)
		if err != nil {
			t.Fatal(err)
		}
		x := set.X
		if m.Scaling != nil {
			x = m.Scaling.ApplyInputs(nil, x)
		}
		f, y := filepath.Join(dir, "f.csv"), filepath.Join(dir, "y.csv")
		succeed(t, "", "predict", "--model", model, "--data", mcycle, "--out", f)
		scored := succeedJSON(t, "predict", "--model", model, "--data", mcycle, "--out", y, "--observed")
		checkMixture(t, readFile(t, f), x, m, posts, false)
		density := checkMixture(t, readFile(t, y), x, m, posts, true)
		nlpd := 0.0
		for i, v := range set.Y {
			nlpd -= density[i].LogProb(v) / float64(len(set.Y))
		}
		near(t, "nlpd", scored["scores"].(map[string]any)["nlpd"].(float64), nlpd)

		checkNUTSPaths(t, dir, model, m, posts, x)
	}
}

// checkNUTSReport compares what fit printed with the draws.
func checkNUTSReport(t *testing.T, report map[string]any, m *store.Model, posts []*gp.Exact) {
	t.Helper()
	if v, ok := report["log_evidence"]; !ok || v != nil || report["method"] != "nuts" {
		t.Errorf("log_evidence %v, method %v", v, report["method"])
	}
	mean := 0.0
	for _, p := range posts {
		l := p.LogEvidence()
		if m.Scaling != nil {
			l -= float64(m.Kind.Rows()) * math.Log(m.Scaling.Target.Scale)
		}
		mean += l / float64(len(posts))
	}
	// The program's evidence, and the sum of log priors that is taken off, are some
	// hundreds each.
	if got := report["log_evidence_mean"].(float64); math.Abs(got-mean) > 1e-9*math.Abs(mean) {
		t.Errorf("mean log evidence %v, want %v", got, mean)
	}
	draws := m.Kind.(*store.Mixture).Draws
	for j, name := range draws.Names {
		v := mat.Col(nil, j, draws.Values)
		chains := [][]float64{v[:15], v[15:]}
		mu, sd := stat.MeanStdDev(v, nil)
		got := report["parameters"].(map[string]any)[name].(map[string]any)
		for key, want := range map[string]float64{
			"mean": mu, "sd": sd, "q5": diag.Quantile(v, 0.05), "q50": diag.Quantile(v, 0.5), "q95": diag.Quantile(v, 0.95),
			"ess_bulk": diag.ESSBulk(chains), "ess_tail": diag.ESSTail(chains), "rhat": diag.RHat(chains),
		} {
			near(t, name+" "+key, got[key].(float64), want)
		}
		if name == gp.NoiseName {
			near(t, "noise_variance", report["noise_variance"].(float64), mu)
		}
	}
	if report["divergences"].(float64) != float64(draws.Divergences) || report["draws"] != 30.0 || report["chains"] != 2.0 || report["warmup"] != 40.0 {
		t.Errorf("%v", report)
	}
}

// checkMixture compares a table of predict with the mixture of posteriors, and
// returns the mixtures.
func checkMixture(t *testing.T, text string, x *mat.Dense, m *store.Model, posts []*gp.Exact, observed bool) []prob.NormalMixture {
	t.Helper()
	_, got := table(t, text)
	n, _ := x.Dims()
	out := make([]prob.NormalMixture, n)
	shift, scale := 0.0, 1.0
	if m.Scaling != nil {
		shift, scale = m.Scaling.Target.Shift, m.Scaling.Target.Scale
	}
	for _, p := range posts {
		mean, variance := p.Mean(nil, x), p.Variance(nil, x)
		for i := range out {
			if observed {
				variance[i] += p.NoiseDiag()[0]
			}
			out[i].Means = append(out[i].Means, shift+scale*mean[i])
			out[i].SDs = append(out[i].SDs, scale*math.Sqrt(variance[i]))
		}
	}
	for i, d := range out {
		mean, variance := d.Moments()
		near(t, "mean", got["mean"][i], mean)
		near(t, "sd", got["sd"][i], math.Sqrt(variance))
		for name, p := range map[string]float64{"q025": 0.025, "q500": 0.5, "q975": 0.975} {
			near(t, name, d.CDF(got[name][i]), p)
		}
	}
	return out
}

// checkNUTSPaths draws and evaluates functions, and compares them with those that
// the packages draw from the same posteriors.
func checkNUTSPaths(t *testing.T, dir, model string, m *store.Model, posts []*gp.Exact, x *mat.Dense) {
	t.Helper()
	const count = 7
	paths, values := filepath.Join(dir, "d.paths"), filepath.Join(dir, "v.csv")
	succeed(t, "", "paths", "--model", model, "--count", "7", "--features", "32", "--seed", "5", "--plot", filepath.Join(dir, "d.svg"), "--out", paths)
	set, err := store.LoadPaths(paths)
	if err != nil {
		t.Fatal(err)
	}
	mixture := set.InModelUnits
	if mixture.Len() != count || len(mixture.Parts()) != count {
		t.Fatalf("%d paths in %d parts", mixture.Len(), len(mixture.Parts()))
	}
	for s, part := range mixture.Parts() {
		want, _ := m.Kind.(*store.Mixture).Draws.At(s*len(posts)/count, m.Prior, m.Noise)
		if !slices.Equal(kernel.Params(part.Kernel()), kernel.Params(want.Kernel)) {
			t.Errorf("path %d has %v, want %v", s, kernel.Params(part.Kernel()), kernel.Params(want.Kernel))
		}
	}
	exact := make([]gp.Posterior, len(posts))
	for i, p := range posts {
		exact[i] = p
	}
	direct, err := pathwise.Sampler{Posterior: gp.NewMixture(exact...), Features: 32}.Draw(rng.New(5), count)
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
	for s := range count {
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

// The same seed makes the same draws, whatever the number of processors, and
// another one others. A fixed noise is not drawn.
func TestNUTSSeed(t *testing.T) {
	draws := func(seed string) (*store.Draws, map[string]any) {
		_, model, report := fittedNUTS(t, "--chains", "2", "--warmup", "12", "--draws", "4", "--noise-variance", "500", "--seed", seed)
		m, err := store.LoadModel(model)
		if err != nil {
			t.Fatal(err)
		}
		if m.Noise.At(0) != 500 || report["noise_variance"] != 500.0 {
			t.Errorf("noise %v, reported %v", m.Noise.At(0), report["noise_variance"])
		}
		return m.Kind.(*store.Mixture).Draws, report
	}
	a, report := draws("1")
	t.Setenv("GOMAXPROCS", "1")
	if b, _ := draws("1"); !mat.Equal(a.Values, b.Values) {
		t.Error("seed 1 made two sets of draws")
	}
	if c, _ := draws("2"); mat.Equal(a.Values, c.Values) {
		t.Error("seeds 1 and 2 made the same draws")
	}
	if _, ok := report["parameters"].(map[string]any)["noise_variance"]; ok || slices.Contains(a.Names, "noise_variance") {
		t.Errorf("a fixed noise is among %v", a.Names)
	}
	// So few draws are not enough, which is said.
	if w := fmt.Sprint(report["warnings"]); !strings.Contains(w, "effective sample size") {
		t.Errorf("warnings %v", w)
	}
}

// Draws of numbers that are written start there; a prior given replaces the
// default one, so that a narrow one pins its parameter.
func TestNUTSPriors(t *testing.T) {
	_, model, _ := fittedNUTS(t, "--chains", "1", "--warmup", "30", "--draws", "10", "--kernel", "rbf(lengthscale=5)", "--prior", "variance=lognormal(7, 0.01)")
	m, err := store.LoadModel(model)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range mat.Col(nil, 0, m.Kind.(*store.Mixture).Draws.Values) {
		if math.Abs(math.Log(v)-7) > 0.06 { // 6 standard deviations
			t.Errorf("variance %v, its prior is at %v", v, math.Exp(7))
		}
	}
}

// An interrupt while the chains draw keeps the draws so far, and says so; one in
// the warm-up leaves nothing.
func TestInterruptNUTS(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no interrupt to send")
	}
	dir := t.TempDir()
	model := filepath.Join(dir, "m.json")
	fit := []string{"fit", "--data", mcycle, "--target", "acceleration_g", "--method", "nuts", "--chains", "2", "--quiet", "--out", model}
	interrupt(t, dir, nil, append(fit, "--warmup", "1000000")...)

	// Long enough for a warm-up of 5 even where the machine is busy: try again later
	// if the interrupt came before the first draw.
	for wait := time.Second; ; wait *= 2 {
		cmd := exec.Command(program, append(fit, "--warmup", "5", "--draws", "1000000")...)
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(wait)
		if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
			t.Fatalf("exit %d: %s", code, &stderr)
		}
		if stderr.String() == "matheron: interrupted\n" && wait < 30*time.Second {
			continue
		}
		m, err := store.LoadModel(model)
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("matheron: interrupted: %d of 2000000 draws are in %s\n", m.Kind.(*store.Mixture).Draws.Len(), model)
		if !strings.HasSuffix(stderr.String(), want) {
			t.Errorf("standard error %q does not end in %q", &stderr, want)
		}
		if !strings.Contains(stdout.String(), "r_hat") {
			t.Errorf("no summary: %q", &stdout)
		}
		succeed(t, "", "predict", "--model", model, "--data", mcycle, "--out", filepath.Join(dir, "p.csv"))
		return
	}
}

// White noise beside a fitted noise is an error of the kernel, and equal inputs
// without noise one of the table.
func TestNUTSBadModels(t *testing.T) {
	dir := t.TempDir()
	fit := []string{"fit", "--data", mcycle, "--target", "acceleration_g", "--method", "nuts", "--out", filepath.Join(dir, "m.json")}
	checkFailure(t, dir, "", 1, []string{"sum.1.White", "noise_variance"}, append(fit, "--kernel", "rbf + white")...)
	checkFailure(t, dir, "", 1, []string{"mcycle.csv: rows 11 and 12: equal inputs"}, append(fit, "--noise-variance", "0")...)
	var smooth strings.Builder
	smooth.WriteString("x,y\n")
	for i := range 120 {
		fmt.Fprintf(&smooth, "%v,%v\n", float64(i)/10, math.Sin(float64(i)/10))
	}
	in := writeFile(t, filepath.Join(dir, "smooth.csv"), smooth.String())
	fit = []string{"fit", "--data", in, "--target", "y", "--method", "nuts", "--noise-variance", "0", "--out", filepath.Join(dir, "m.json")}
	checkFailure(t, dir, "", 1, []string{"evidence is zero", "--jitter"}, fit...)
}
