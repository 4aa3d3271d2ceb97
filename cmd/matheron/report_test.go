package main

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/infer/diag"
	"matheron/kernel"
	"matheron/rng"
	"matheron/store"
)

// trend returns a table of a wave on a line: 3 + 2 x + sin x, with noise of 0.1, at x up
// to n/5.
func trend(n int) string {
	r := rng.New(5).Rand()
	var b strings.Builder
	b.WriteString("x,y\n")
	for i := range n {
		x := float64(i) / 5
		fmt.Fprintf(&b, "%v,%v\n", x, 3+2*x+math.Sin(x)+0.1*r.NormFloat64())
	}
	return b.String()
}

// methodFlags make each method quick.
var methodFlags = map[string][]string{
	"map":    {"--method", "map"},
	"ml":     {"--method", "ml"},
	"nuts":   {"--method", "nuts", "--warmup", "30", "--draws", "4", "--chains", "2"},
	"sparse": {"--method", "sparse", "--epochs", "1"},
}

// Notes and warnings of every method are in the summary, unless it is quiet, and in
// JSON even then; nothing is on standard error.
func TestNotesAndWarnings(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "c.csv"), "x,c,y\n1,7,1\n2,7,2\n3,7,4\n4,7,3\n5,7,6\n6,7,5\n7,7,6\n")
	for method, flags := range methodFlags {
		args := append([]string{"fit", "--data", in, "--target", "y", "--out", filepath.Join(dir, "m.json")}, flags...)
		want := map[string][]any{}
		report := succeedJSON(t, append(args, "--quiet")...)
		for _, key := range []string{"notes", "warnings"} {
			list, ok := report[key].([]any)
			if !ok {
				t.Errorf("%s: %s are %v", method, key, report[key])
			}
			want[key] = list
		}
		if len(want["notes"])+len(want["warnings"]) == 0 {
			t.Errorf("%s: nothing to say", method)
		}
		if s := fmt.Sprint(want["warnings"]); method != "sparse" && !strings.Contains(s, "c is constant") {
			t.Errorf("%s: warnings %s", method, s)
		}
		loud, quiet := succeed(t, "", args...), succeed(t, "", append(args, "--quiet")...)
		for key, name := range map[string]string{"notes": "note: ", "warnings": "warning: "} {
			if n := strings.Count(loud, "\n"+name); n != len(want[key]) {
				t.Errorf("%s: %d lines of %s, want %d:\n%s", method, n, key, len(want[key]), loud)
			}
			for _, s := range want[key] {
				if !strings.Contains(loud, "\n"+name+s.(string)+"\n") {
					t.Errorf("%s: no %s%v in\n%s", method, name, s, loud)
				}
			}
			if strings.Contains(quiet, name) {
				t.Errorf("%s: not quiet:\n%s", method, quiet)
			}
		}
		if strings.Contains(loud, "evaluations") {
			t.Errorf("%s: starts where nobody asked for them:\n%s", method, loud)
		}
		if verbose := succeed(t, "", append(args, "--verbose")...); (method == "map" || method == "ml") != strings.Contains(verbose, "evaluations") {
			t.Errorf("%s --verbose:\n%s", method, verbose)
		}
	}
}

// Each mean is in the model of each method, among what is printed, and in what is
// predicted and drawn: far from the data there is nothing else.
func TestMeans(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "t.csv"), trend(60))
	far := writeFile(t, filepath.Join(dir, "far.csv"), "x\n1e7\n")
	model, paths := filepath.Join(dir, "m.json"), filepath.Join(dir, "d.paths")
	for method, flags := range methodFlags {
		for mean, names := range map[string][]string{"zero": nil, "constant": {"Mean.constant"}, "linear": {"Mean.intercept", "Mean.slope[0]"}} {
			for _, standardize := range []bool{false, true} {
				args := append([]string{"fit", "--data", in, "--target", "y", "--mean", mean, fmt.Sprintf("--standardize=%v", standardize), "--out", model}, flags...)
				report := succeedJSON(t, args...)
				params := report["parameters"].(map[string]any)
				for _, name := range names {
					if _, ok := params[name]; !ok {
						t.Errorf("%s, %s: no %s in %v", method, mean, name, params)
					}
				}
				if report["mean"] != mean || len(params) != 3+len(names) {
					t.Errorf("%s, %s: mean %v, parameters %v", method, mean, report["mean"], params)
				}
				m, err := store.LoadModel(model)
				if err != nil {
					t.Fatal(err)
				}
				x, shift, scale := 1e7, 0.0, 1.0
				if s := m.Scaling; standardize {
					x, shift, scale = (x-s.Inputs[0].Shift)/s.Inputs[0].Scale, s.Target.Shift, s.Target.Scale
				}
				want := 0.0
				switch m := m.Prior.Mean.(type) {
				case gp.Constant:
					want = m.Value
				case gp.Linear:
					want = m.Intercept + x*m.Slopes[0]
				}
				_, got := table(t, succeed(t, "", "predict", "--model", model, "--data", far, "--out", "-"))
				// That of a model of draws is the mean of the draws, and so is its mean.
				if v := shift + scale*want; math.Abs(got["mean"][0]-v) > 1e-9*math.Max(1, math.Abs(v)) {
					t.Errorf("%s, %s, standardize %v: %v far away, want %v", method, mean, standardize, got["mean"][0], v)
				}
				if method == "nuts" {
					continue
				}
				succeed(t, "", "paths", "--model", model, "--count", "2", "--features", "8", "--out", paths)
				_, drawn := table(t, succeed(t, "", "eval", "--paths", paths, "--data", far, "--out", "-"))
				sd := got["sd"][0]
				for s := range 2 {
					// Eight features are no normal law, but their variance is right; beyond 6 sd
					// is not chance.
					if v := drawn[fmt.Sprintf("path_%d", s)][0]; math.Abs(v-got["mean"][0]) > 6*sd+1e-9*math.Max(1, math.Abs(v)) {
						t.Errorf("%s, %s: path %d is %v far away, the mean %v, the sd %v", method, mean, s, v, got["mean"][0], sd)
					}
				}
			}
		}
	}
}

// A mean that is held, since the kernel has a level of its own, is said.
func TestHeldMean(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "s.csv"), "x,y\n1,10\n2,12\n3,11\n4,13\n5,14\n6,12\n")
	out := succeed(t, "", "fit", "--data", in, "--target", "y", "--kernel", "rbf + constant", "--out", filepath.Join(dir, "m.json"))
	if !strings.Contains(out, "mean          constant, held at 12\n") || strings.Contains(out, "Mean.constant") {
		t.Errorf("%s", out)
	}
}

// Rows that repeat others, with a noise that is known to be 0, are not in the evidence,
// nor in what brings it to the data's units: 10 rows twice are as good as once.
func TestStandardizedRepeats(t *testing.T) {
	dir := t.TempDir()
	var once strings.Builder
	for i := range 10 {
		fmt.Fprintf(&once, "%v,%v\n", i, 100*math.Sin(2*float64(i)))
	}
	a := writeFile(t, filepath.Join(dir, "a.csv"), "x,y\n"+once.String())
	b := writeFile(t, filepath.Join(dir, "b.csv"), "x,y\n"+once.String()+once.String())
	// The units of twice the rows are the same: mean and variance divide by N.
	for method, flags := range methodFlags {
		if method == "sparse" {
			continue // its bound has all rows
		}
		key := "log_evidence"
		if method == "nuts" {
			key = "log_evidence_mean"
		}
		fit := func(in string) float64 {
			return succeedJSON(t, append([]string{"fit", "--data", in, "--target", "y", "--standardize", "--noise-variance", "0", "--kernel", "matern32(fixed(variance=1, lengthscale=1))", "--out", filepath.Join(dir, "m.json")}, flags...)...)[key].(float64)
		}
		// Eight draws of one mean are apart by some tenths of a nat; ten rows that count
		// double would be 10 log 70 = 42 away.
		if one, two := fit(a), fit(b); math.Abs(one-two) > 3 {
			t.Errorf("%s: %s is %v of rows, and %v of the rows twice", method, key, one, two)
		}
	}
}

// A table that is too large says which method it is not too large for.
func TestMemoryOfMethods(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "in.csv"), "x,y\n"+strings.Repeat("1,2\n", 1500000))
	if _, ok := availableMemory("/proc/meminfo"); !ok {
		t.Skip("the memory that is there is not known")
	}
	for _, method := range []string{"map", "ml", "nuts"} {
		checkFailure(t, dir, "", 1, []string{"1500000 rows need", "--method sparse needs less"}, "fit", "--data", in, "--target", "y", "--method", method, "--out", filepath.Join(dir, "m.json"))
	}
}

// A long run says so before it starts, unless it is to be quiet. The time of many draws
// is long on any machine; the run is interrupted.
func TestTimeOfDraws(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no interrupt to send")
	}
	dir := t.TempDir()
	fit := []string{"fit", "--data", mcycle, "--target", "acceleration_g", "--method", "nuts", "--warmup", "2000000", "--out", filepath.Join(dir, "m.json")}
	for _, quiet := range []bool{false, true} {
		cmd := exec.Command(program, append(fit, fmt.Sprintf("--quiet=%v", quiet))...)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		got := stderr.String()
		said := strings.HasPrefix(got, "matheron: note: 4 chains of 2000250 iterations on 133 rows take about ") && strings.Contains(got, "--method map takes about ")
		if said == quiet {
			t.Errorf("quiet %v: standard error %q", quiet, got)
		}
	}
}

func TestAbout(t *testing.T) {
	for seconds, want := range map[float64]string{
		0.01: "1 second", 1.4: "1 second", 61: "61 seconds", 95: "2 minutes", 720: "12 minutes", 3 * 3600: "3 hours", 1e6: "12 days",
	} {
		if got := about(seconds); got != want {
			t.Errorf("%v seconds are %q, want %q", seconds, got, want)
		}
	}
}

// A chain goes to a mode that has at least half of a chain's part.
func TestAllocate(t *testing.T) {
	for _, c := range []struct {
		weights []float64
		chains  int
		want    string
	}{
		{[]float64{1}, 4, "[0 0 0 0]"},
		{[]float64{0.53, 0.47}, 4, "[0 0 1 1]"},
		{[]float64{0.75, 0.18, 0.02, 0.05}, 4, "[0 0 0 1]"},
		{[]float64{0.9, 0.1}, 4, "[0 0 0 0]"},
		{[]float64{0.6, 0.4}, 1, "[0]"},
		{[]float64{math.NaN(), math.NaN()}, 2, "[0 1]"},
	} {
		var optima []gp.Optimum
		for _, w := range c.weights {
			optima = append(optima, gp.Optimum{Weight: w})
		}
		if got := fmt.Sprint(allocate(optima, c.chains)); got != c.want {
			t.Errorf("%v: %s, want %s", c.weights, got, c.want)
		}
	}
}

// So does a long fit. That of 3,000 rows, which is timed, would have to take 20 ms for
// one of 16,000 to be short.
func TestTimeOfFit(t *testing.T) {
	const rows = 16_000
	if err := checkMemory(rows, 2); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "t.csv"), trend(rows))
	cmd := exec.Command(program, "fit", "--data", in, "--target", "y", "--out", filepath.Join(dir, "m.json"))
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stderr).ReadString('\n')
	if err != nil {
		t.Error(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if !strings.HasPrefix(line, "matheron: note: a fit of 16000 rows takes about ") || !strings.HasSuffix(line, " here: --method sparse takes less\n") {
		t.Errorf("standard error %q", line)
	}
}

// Chains that start in two modes and do not agree are not told to draw more.
func TestWarningsOfModes(t *testing.T) {
	optimum := func(lengthscale, level, weight float64) gp.Optimum {
		return gp.Optimum{Params: []float64{lengthscale, level}, Weight: weight}
	}
	fitted := &gp.Fitted{
		Params: []kernel.Param{{Name: "RBF.lengthscale", Upper: math.Inf(1)}, {Name: "Mean.constant", Lower: math.Inf(-1), Upper: math.Inf(1)}},
		Optima: []gp.Optimum{optimum(2, 1e-9, 0.74), optimum(1, 0.1, 0.25), optimum(3, 0, 0.01)},
	}
	s := &sampled{
		modes: &modes{fitted, allocate(fitted.Optima, 4)},
		draws: &store.Draws{Chains: []int{9, 9, 9, 9}, Values: mat.NewDense(36, 1, nil)},
		table: diag.Table{{Name: "RBF.lengthscale", RHat: 1.8, ESSBulk: 6, ESSTail: 6}},
	}
	said := strings.Join(append(s.notes(), s.warnings()...), "\n")
	for _, want := range []string{
		"RBF.lengthscale near 1 in place of 2 and about 25% of the mass: 1 of 4 chains start there",
		"RBF.lengthscale near 3 in place of 2 and about 1% of the mass: no chain starts there",
		"R-hat of 1.800", "start in different modes", "effective sample size of 6, below 100 a chain",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in\n%s", want, said)
		}
	}
	if strings.Contains(said, "take more") {
		t.Errorf("%s", said)
	}
	s.modes = &modes{fitted, []int{0, 0}}
	if said := strings.Join(s.warnings(), "\n"); !strings.Contains(said, "more --warmup") || !strings.Contains(said, "take more --draws") {
		t.Errorf("one mode: %s", said)
	}
}
