package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/gp"
	"matheron/kernel"
	"matheron/rng"
	"matheron/store"
)

// table reads a CSV text: its header, and its columns as numbers. Every number
// must be the shortest text that reads back as it.
func table(t *testing.T, text string) (header []string, columns map[string][]float64) {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	columns = map[string][]float64{}
	for _, r := range records[1:] {
		for j, cell := range r {
			v, err := strconv.ParseFloat(cell, 64)
			if err != nil {
				t.Fatal(err)
			}
			if len(cell) > len(strconv.FormatFloat(v, 'f', -1, 64)) && len(cell) > len(strconv.FormatFloat(v, 'e', -1, 64)) {
				t.Fatalf("%q is not the shortest form of %v", cell, v)
			}
			columns[records[0][j]] = append(columns[records[0][j]], v)
		}
	}
	return records[0], columns
}

// synthetic returns a table of two inputs, a column of text and a target whose
// mean is 0.
func synthetic(n int) string {
	r := rng.New(3).Rand()
	x, y, mean := make([][2]float64, n), make([]float64, n), 0.0
	for i := range n {
		x[i] = [2]float64{10 * r.Float64(), 300 + 50*r.Float64()}
		y[i] = 40*math.Sin(x[i][0]) + 0.3*(x[i][1]-325) + 2*r.NormFloat64()
		mean += y[i] / float64(n)
	}
	var b strings.Builder
	b.WriteString("a,site,b,y\n")
	for i := range n {
		fmt.Fprintf(&b, "%v,north,%v,%v\n", x[i][0], x[i][1], y[i]-mean)
	}
	return b.String()
}

// The spine of the project on real data: every number of predict and eval is that
// of the packages, from the same file.
func TestWorkflow(t *testing.T) {
	for _, standardize := range []bool{false, true} {
		dir, model := fitted(t, fmt.Sprintf("--standardize=%v", standardize))
		ctx := context.Background()
		set, err := data.Load(ctx, mcycle, "acceleration_g", nil)
		if err != nil {
			t.Fatal(err)
		}
		m, err := store.LoadModel(model)
		if err != nil {
			t.Fatal(err)
		}
		rows := m.Kind.(*store.Exact)
		post, err := m.Prior.Condition(rows.X, rows.Y, m.Noise)
		if err != nil {
			t.Fatal(err)
		}

		out := filepath.Join(dir, "p.csv")
		summary := succeed(t, "", "predict", "--model", model, "--data", mcycle, "--observed", "--out", out)
		if !strings.HasPrefix(summary, "133 rows: rmse ") {
			t.Errorf("summary of predict: %q", summary)
		}
		header, got := table(t, readFile(t, out))
		if !slices.Equal(header, []string{"mean", "sd", "q025", "q500", "q975"}) {
			t.Errorf("columns of predict: %v", header)
		}
		x := set.X
		if standardize {
			x = m.Scaling.ApplyInputs(nil, x)
		}
		mean, sd := post.Mean(nil, x), post.Variance(nil, x)
		for i, v := range sd {
			sd[i] = math.Sqrt(v + post.NoiseDiag()[0])
		}
		if standardize {
			m.Scaling.InverseMean(mean, mean)
			m.Scaling.InverseSD(sd, sd)
		}
		for i, mu := range mean {
			lo, hi := mu-normal95*sd[i], mu+normal95*sd[i]
			for name, v := range map[string]float64{"mean": mu, "sd": sd[i], "q025": lo, "q500": mu, "q975": hi} {
				if got[name][i] != v {
					t.Fatalf("row %d: %s is %v, want %v", i, name, got[name][i], v)
				}
			}
		}

		paths, values := filepath.Join(dir, "d.paths"), filepath.Join(dir, "v.csv")
		succeed(t, "", "paths", "--model", model, "--count", "5", "--features", "64", "--seed", "7", "--out", paths)
		succeed(t, "", "eval", "--paths", paths, "--data", mcycle, "--grad", "--out", values)
		header, got = table(t, readFile(t, values))
		names := []string{"path_0", "path_1", "path_2", "path_3", "path_4"}
		for i := range 5 {
			names = append(names, fmt.Sprintf("d_path_%d_d_time_ms", i))
		}
		if !slices.Equal(header, names) {
			t.Errorf("columns of eval: %v", header)
		}
		ps, err := store.LoadPaths(paths)
		if err != nil {
			t.Fatal(err)
		}
		f := ps.InModelUnits.Eval(x)
		grads, err := ps.InModelUnits.Grad(x)
		if err != nil {
			t.Fatal(err)
		}
		for s := range 5 {
			g := grads[s]
			if standardize {
				ps.Scaling.InverseGrad(g, g)
			}
			for i := range set.Y {
				v := f.At(s, i)
				if standardize {
					v = ps.Scaling.InverseMean(nil, []float64{v})[0]
				}
				if got[names[s]][i] != v {
					t.Fatalf("path %d, row %d: %v, want %v", s, i, got[names[s]][i], v)
				}
				if got[names[5+s]][i] != g.At(i, 0) {
					t.Fatalf("gradient of path %d, row %d: %v, want %v", s, i, got[names[5+s]][i], g.At(i, 0))
				}
			}
		}
		// In the data's units: a derivative is the slope of the values nearby. A
		// central difference with step h errs by h^2 f'''/6: some 1e-6 of f' with a
		// lengthscale of 5 and h of 1e-2.
		const h = 1e-2
		near := fmt.Sprintf("time_ms\n%v\n20\n%v\n", 20-h, 20+h)
		_, got = table(t, succeed(t, near, "eval", "--paths", paths, "--data", "-", "--grad", "--out", "-"))
		for s := range 5 {
			v, g := got[names[s]], got[names[5+s]][1]
			if slope := (v[2] - v[0]) / (2 * h); math.Abs(slope-g) > 1e-4*math.Max(1, math.Abs(g)) {
				t.Errorf("path %d at 20: the derivative is %v, the slope %v", s, g, slope)
			}
		}
	}
}

// The same seed draws the same functions, another one others.
func TestPathsSeed(t *testing.T) {
	dir, model := fitted(t)
	at := func(seed string) string {
		f := filepath.Join(dir, seed+".paths")
		succeed(t, "", "paths", "--model", model, "--count", "3", "--features", "32", "--seed", seed, "--out", f)
		return succeed(t, "time_ms\n1\n30\n", "eval", "--paths", f, "--data", "-", "--out", "-")
	}
	if a, b, c := at("1"), at("1"), at("2"); a != b || a == c {
		t.Errorf("seeds 1, 1, 2 give\n%s%s%s", a, b, c)
	}
}

func TestFitJSON(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "s.csv"), synthetic(60))
	fit := func(args ...string) map[string]any {
		return succeedJSON(t, append([]string{"fit", "--data", in, "--target", "y", "--inputs", "a,b", "--out", filepath.Join(dir, "m.json")}, args...)...)
	}
	v := fit()
	for _, key := range []string{"method", "log_evidence", "noise_variance", "jitter", "parameters", "seconds", "starts", "warnings", "kernel"} {
		if _, ok := v[key]; !ok {
			t.Errorf("no key %q in %v", key, v)
		}
	}
	if v["method"] != "map" || v["kernel"] != "rbf(ard)" {
		t.Errorf("method %v, kernel %v", v["method"], v["kernel"])
	}
	if _, ok := v["standardize"]; ok {
		t.Error("a fit in the data's units has a standardisation")
	}
	params := v["parameters"].(map[string]any)
	for _, name := range []string{"RBF.variance", "RBF.lengthscale[0]", "RBF.lengthscale[1]", "noise_variance"} {
		if _, ok := params[name].(map[string]any)["value"].(float64); !ok {
			t.Errorf("no value of %s in %v", name, params)
		}
	}
	if params["noise_variance"].(map[string]any)["value"] != v["noise_variance"] {
		t.Errorf("noise_variance is %v and %v", params["noise_variance"], v["noise_variance"])
	}

	v = fit("--noise-variance", "4", "--method", "ml", "--kernel", "matern52")
	if _, ok := v["parameters"].(map[string]any)["noise_variance"]; ok || v["noise_variance"] != 4.0 {
		t.Errorf("a fixed noise: %v", v)
	}
	// The prior is so narrow that the parameter can only be where it is.
	v = fit("--prior", "lengthscale[1]=LogNormal(3, 1e-4)", "--prior", "RBF.lengthscale[0]=lognormal(0.5,1e-4)")
	for name, mu := range map[string]float64{"RBF.lengthscale[0]": 0.5, "RBF.lengthscale[1]": 3} {
		got := v["parameters"].(map[string]any)[name].(map[string]any)["value"].(float64)
		if math.Abs(math.Log(got)-mu) > 1e-3 {
			t.Errorf("%s is %v, its prior is at %v", name, got, math.Exp(mu))
		}
	}
}

// The log evidence of a standardised fit is that of the data: it is the one that
// gp computes in the data's units, with the parameters brought there.
func TestStandardize(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "s.csv"), synthetic(80))
	fit := func(args ...string) map[string]any {
		return succeedJSON(t, append([]string{"fit", "--data", in, "--target", "y", "--inputs", "a,b", "--method", "ml", "--out", filepath.Join(dir, "m.json")}, args...)...)
	}
	plain, v := fit(), fit("--standardize")
	value := func(name string) float64 {
		return v["parameters"].(map[string]any)[name].(map[string]any)["value"].(float64)
	}
	s := v["standardize"].(map[string]any)
	target := s["target"].([]any)
	sd := target[1].(float64)
	scale := func(input string) float64 { return s["inputs"].(map[string]any)[input].([]any)[1].(float64) }

	set, err := data.Load(context.Background(), in, "y", []string{"a", "b"})
	if err != nil {
		t.Fatal(err)
	}
	k := kernel.RBF{
		Variance:    value("RBF.variance") * sd * sd,
		Lengthscale: kernel.ARD(value("RBF.lengthscale[0]")*scale("a"), value("RBF.lengthscale[1]")*scale("b")),
	}
	prior := gp.Prior{Kernel: k, Mean: gp.Constant{Value: target[0].(float64) + sd*value("Mean.constant")}}
	post, err := prior.Condition(set.X, set.Y, gp.Noise(v["noise_variance"].(float64)*sd*sd))
	if err != nil {
		t.Fatal(err)
	}
	got, want := v["log_evidence"].(float64), post.LogEvidence()
	if math.Abs(got-want) > 1e-8*math.Abs(want) {
		t.Errorf("log evidence %v, in the data's units it is %v", got, want)
	}
	// The target's mean is 0, so that both fits have the same models to choose from;
	// they stop within a relative 1e-9 of a step of the maximum.
	if p := plain["log_evidence"].(float64); math.Abs(p-got) > 1e-4 {
		t.Errorf("maximum log evidence %v, standardised %v", p, got)
	}
}

// An observation has everything that is on the diagonal: noise, white noise and
// jitter.
func TestObserved(t *testing.T) {
	dir, model := fitted(t, "--kernel", "rbf + white(fixed(variance=100))", "--noise-variance", "250", "--jitter", "30")
	f, y := filepath.Join(dir, "f.csv"), filepath.Join(dir, "y.csv")
	succeed(t, "", "predict", "--model", model, "--data", mcycle, "--out", f)
	succeed(t, "", "predict", "--model", model, "--data", mcycle, "--out", y, "--observed")
	_, of := table(t, readFile(t, f))
	_, observed := table(t, readFile(t, y))
	for i := range of["sd"] {
		if d := observed["sd"][i]*observed["sd"][i] - of["sd"][i]*of["sd"][i]; math.Abs(d-380) > 1e-9*380 {
			t.Fatalf("row %d: the noise is %v, want 250 + 100 + 30", i, d)
		}
		if of["mean"][i] != observed["mean"][i] {
			t.Fatalf("row %d: means %v and %v", i, of["mean"][i], observed["mean"][i])
		}
	}
}

// The scores are those of the table that predict writes.
func TestScores(t *testing.T) {
	dir, model := fitted(t)
	out := filepath.Join(dir, "p.csv")
	v := succeedJSON(t, "predict", "--model", model, "--data", mcycle, "--observed", "--out", out)["scores"].(map[string]any)
	_, p := table(t, readFile(t, out))
	_, in := table(t, readFile(t, mcycle))
	want := map[string]float64{}
	for i, y := range in["acceleration_g"] {
		e, sd, lo, hi := y-p["mean"][i], p["sd"][i], p["q025"][i], p["q975"][i]
		want["rmse"] += e * e / 133
		want["nlpd"] -= math.Log(math.Exp(-e*e/(2*sd*sd))/(sd*math.Sqrt(2*math.Pi))) / 133
		score := hi - lo
		switch {
		case y < lo:
			score += 40 * (lo - y)
		case y > hi:
			score += 40 * (y - hi)
		default:
			want["coverage95"] += 1.0 / 133
		}
		want["interval_score"] += score / 133
	}
	want["rmse"] = math.Sqrt(want["rmse"])
	for name, w := range want {
		if got := v[name].(float64); math.Abs(got-w) > 1e-12*math.Max(1, w) {
			t.Errorf("%s is %v, want %v", name, got, w)
		}
	}
}

// Streams, compression and Parquet carry the same numbers as plain files.
func TestFormats(t *testing.T) {
	dir, model := fitted(t)
	text := succeed(t, readFile(t, mcycle), "predict", "--model", model, "--data", "-", "--out", "-")
	_, want := table(t, text)
	if got := succeed(t, "", "predict", "--model", model, "--data", mcycle, "--out", "/dev/stdout"); got != text {
		t.Error("standard input and a file differ")
	}
	for _, name := range []string{"p.csv", "p.csv.gz", "p.parquet"} {
		path := filepath.Join(dir, name)
		succeed(t, "", "predict", "--model", model, "--data", mcycle, "--out", path)
		in, err := data.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := in.Select(in.Columns())
		if err != nil {
			t.Fatal(err)
		}
		m, err := rows.ReadAll(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		in.Close()
		for j, c := range predictColumns() {
			if !slices.Equal(mat.Col(nil, j, m), want[c]) {
				t.Errorf("%s: column %s differs", name, c)
			}
		}
		// What was written is read again: mean stands for the input.
		model2 := filepath.Join(dir, "again.json")
		succeed(t, "", "fit", "--data", path, "--target", "sd", "--inputs", "mean", "--out", model2)
	}
	if info, err := os.Stat("/dev/stdout"); err == nil && info.Mode().IsRegular() {
		t.Error("/dev/stdout was replaced")
	}
}

// Predictions need the inputs alone: a target without numbers costs the scores.
func TestPredictWithoutScores(t *testing.T) {
	dir, model := fitted(t)
	in := writeFile(t, filepath.Join(dir, "new.csv"), "note,acceleration_g,time_ms\na,,1\nb,?,2\n")
	v := succeedJSON(t, "predict", "--model", model, "--data", in, "--out", filepath.Join(dir, "p.csv"))
	if _, ok := v["scores"]; ok || v["rows"] != 2.0 {
		t.Errorf("%v", v)
	}
	if w := fmt.Sprint(v["warnings"]); !strings.Contains(w, `new.csv: line 2, column "acceleration_g"`) {
		t.Errorf("warnings: %v", w)
	}
	succeed(t, readFile(t, in), "predict", "--model", model, "--data", "-", "--out", "-")
}

func TestFigures(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "s.csv"), synthetic(40))
	two, one := filepath.Join(dir, "two.json"), filepath.Join(dir, "one.json")
	succeed(t, "", "fit", "--data", in, "--target", "y", "--inputs", "a,b", "--out", two)
	succeed(t, "", "fit", "--data", in, "--target", "y", "--inputs", "a", "--standardize", "--out", one)
	for _, model := range []string{one, two} {
		for _, ending := range []string{".png", ".svg"} {
			p, q := model+".p"+ending, model+".q"+ending
			succeed(t, "", "predict", "--model", model, "--data", in, "--plot", p)
			succeed(t, "", "paths", "--model", model, "--count", "4", "--features", "16", "--plot", q)
			for _, f := range []string{p, q} {
				text := readFile(t, f)
				if ending == ".png" && !strings.HasPrefix(text, "\x89PNG") || ending == ".svg" && !strings.Contains(text, "<svg") {
					t.Errorf("%s is no figure", f)
				}
				if ending == ".svg" && !strings.Contains(text, "median") {
					t.Errorf("%s has no legend", f)
				}
			}
			if text := readFile(t, q); ending == ".svg" && !strings.Contains(text, "Wasserstein") {
				t.Errorf("%s does not say how far to trust it", q)
			}
		}
	}
	svg := filepath.Join(dir, "far.svg")
	v := succeedJSON(t, "paths", "--model", one, "--count", "2", "--from", "5", "--to", "60", "--plot", svg)
	if !strings.Contains(readFile(t, svg), "beyond the data") {
		t.Error("what lies beyond the data is not shaded")
	}
	// 50 is many lengthscales from the data: f is its prior there.
	if share := v["trust"].(map[string]any)["beyond_sd_over_prior_sd"].(float64); math.Abs(share-1) > 0.01 {
		t.Errorf("far beyond the data the sd of f is %v of the prior's", share)
	}
}

// One row, a constant target, a constant input and replicated rows are legal.
func TestLegalInput(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"one":        "x,y\n1,2\n",
		"constant":   "x,y\n1,2\n2,2\n3,2\n",
		"replicated": "x,y\n1,2\n1,2\n1,2.5\n2,4\n",
		"input":      "x,y\n1,2\n1,3\n1,2.5\n",
		"crlf":       "\ufeffx,y\r\n1,2\r\n 2 ,\"3\"\r\n",
	} {
		for _, standardize := range []bool{false, true} {
			in := writeFile(t, filepath.Join(dir, name+".csv"), text)
			model, paths := filepath.Join(dir, name+".json"), filepath.Join(dir, name+".paths")
			v := succeedJSON(t, "fit", "--data", in, "--target", "y", "--out", model, fmt.Sprintf("--standardize=%v", standardize))
			if warned := len(v["warnings"].([]any)) > 0; name == "constant" && !warned {
				t.Errorf("%s: no warning", name)
			}
			predict := []string{"predict", "--model", model, "--data", in, "--out", filepath.Join(dir, "p.csv")}
			draw := []string{"paths", "--model", model, "--count", "2", "--features", "16", "--out", paths}
			if !standardize {
				predict = append(predict, "--plot", filepath.Join(dir, "p.svg"))
				draw = append(draw, "--plot", filepath.Join(dir, "q.svg"))
			}
			succeed(t, "", predict...)
			succeed(t, "", draw...)
			succeed(t, "", "eval", "--paths", paths, "--data", in, "--grad", "--out", filepath.Join(dir, "v.csv"))
		}
	}
}
