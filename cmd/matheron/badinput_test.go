package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// checkFailure runs the binary and checks that it fails as a user may expect: with
// that exit code, one line that starts with "matheron: " and holds every part of
// want, nothing on standard output, and no file in dir but those that were there,
// with what they held.
func checkFailure(t *testing.T, dir, stdin string, code int, want []string, args ...string) {
	t.Helper()
	before := contents(t, dir)
	stdout, stderr, got := command(t, stdin, args...)
	if got != code {
		t.Errorf("exit %d, want %d", got, code)
	}
	if !strings.HasPrefix(stderr, "matheron: ") || strings.Count(stderr, "\n") != 1 || !strings.HasSuffix(stderr, "\n") {
		t.Errorf("standard error is not one line: %q", stderr)
	}
	for _, w := range want {
		if !strings.Contains(stderr, w) {
			t.Errorf("standard error %q does not say %q", stderr, w)
		}
	}
	if stdout != "" {
		t.Errorf("standard output: %q", stdout)
	}
	if after := contents(t, dir); after != before {
		t.Errorf("the folder was\n%s\nand is\n%s", before, after)
	}
}

// contents describes the files of a folder.
func contents(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range entries {
		fmt.Fprintf(&b, "%s", e.Name())
		if e.Type().IsRegular() {
			fmt.Fprintf(&b, ": %x", readFile(t, filepath.Join(dir, e.Name())))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// Tables that cannot be fitted.
func TestBadTables(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
		args []string
	}{
		"NaN":             {"x,y\n1,2\n2,NaN\n", []string{"line 3", `"y"`, "NaN"}, nil},
		"Inf":             {"x,y\n1,2\n-Inf,3\n", []string{"line 3", `"x"`, "-Inf"}, nil},
		"too large":       {"x,y\n1,2\n1e999,3\n", []string{"line 3", `"x"`, "1e999"}, nil},
		"text":            {"x,y\n1,two\n", []string{"line 2", `"y"`, "two"}, nil},
		"empty cell":      {"x,y\n1,\n", []string{"line 2", `"y"`, "empty"}, nil},
		"ragged":          {"x,y\n1,2\n3\n", []string{"line 3"}, nil},
		"empty":           {"", []string{"no header"}, nil},
		"header alone":    {"x,y\n", []string{"no rows"}, nil},
		"missing target":  {"x,z\n1,2\n", []string{`"y"`, `"x", "z"`}, nil},
		"missing input":   {"x,y\n1,2\n", []string{`"q"`, `"x", "y"`}, []string{"--inputs", "q"}},
		"target as input": {"x,y\n1,2\n", []string{`"y"`}, []string{"--inputs", "y"}},
		"input twice":     {"x,y\n1,2\n", []string{`"x"`}, []string{"--inputs", "x,x"}},
		"repeated column": {"x,x,y\n1,2,3\n", []string{`"x"`}, nil},
		"target alone":    {"y\n1\n2\n", nil, nil},
		"open quote":      {"x,y\n1,\"2\n", nil, nil},
		"equal inputs":    {"x,y\n5,1\n1,2\n3,4\n1,3\n", []string{"rows 2 and 4"}, []string{"--noise-variance", "0"}},
		"binary":          {"\x00\x01\x02\xff\xfe", nil, nil},
		"too many rows":   {"x,y\n" + strings.Repeat("1,2\n", 1500000), []string{"1500000 rows", "GB"}, nil},
		"cut gzip":        {"\x1f\x8b\x08\x00", nil, nil},
		"cut parquet":     {"PAR1PAR1", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "too many rows" && runtime.GOOS != "linux" {
				t.Skip("the memory that is there is not known")
			}
			dir := t.TempDir()
			in := writeFile(t, filepath.Join(dir, "in.csv"), c.text)
			args := append([]string{"fit", "--target", "y", "--out", filepath.Join(dir, "m.json")}, c.args...)
			checkFailure(t, dir, "", 1, append(c.want, "in.csv"), append(args, "--data", in)...)
			if !strings.HasPrefix(c.text, "PAR1") {
				checkFailure(t, dir, c.text, 1, append(c.want, "standard input"), append(args, "--data", "-")...)
			}
		})
	}
}

// Command lines that are wrong in themselves.
func TestBadUsage(t *testing.T) {
	dir, model := fitted(t)
	out := filepath.Join(dir, "out.csv")
	writeFile(t, out, "old\n") // what was there stays
	fit := func(args ...string) []string {
		return append([]string{"fit", "--data", mcycle, "--target", "acceleration_g", "--out", out}, args...)
	}
	predict := []string{"predict", "--model", model, "--data", mcycle}
	for name, c := range map[string]struct {
		args []string
		want []string
	}{
		"unknown command":        {[]string{"fitt"}, []string{"fitt", "fit"}},
		"unknown flag":           {fit("--burn-in", "3"), []string{"--burn-in"}},
		"an argument":            {fit("more"), []string{"more"}},
		"no data":                {[]string{"fit", "--target", "y", "--out", out}, []string{"data"}},
		"no target":              {[]string{"fit", "--data", mcycle, "--out", out}, []string{"target"}},
		"no out":                 {[]string{"fit", "--data", mcycle, "--target", "y"}, []string{"out"}},
		"predict without output": {predict, []string{"out"}},
		"paths without count":    {[]string{"paths", "--model", model, "--out", out}, []string{"count"}},
		"kernel that ends":       {fit("--kernel", "rbf +"), []string{"character 6"}},
		"unknown kernel":         {fit("--kernel", "rbf + matern"), []string{"character 7", "matern12"}},
		"empty kernel":           {fit("--kernel", ""), []string{"empty"}},
		"unknown dimension":      {fit("--kernel", "rbf(dims=q)"), []string{"character 10", "q"}},
		"white in a product":     {fit("--kernel", "rbf*white", "--noise-variance", "0"), []string{"white"}},
		"unknown method":         {fit("--method", "mcmc"), []string{"mcmc", "map, ml, nuts or sparse"}},
		"draws without nuts":     {fit("--draws", "10"), []string{"--draws", "--method map", "--method nuts"}},
		"inducing with nuts":     {fit("--method", "nuts", "--inducing", "10"), []string{"--inducing", "--method nuts", "--method sparse"}},
		"negative draws":         {fit("--method", "nuts", "--draws", "-1"), []string{"--draws", "1 or more"}},
		"no warm-up":             {fit("--method", "nuts", "--warmup", "0"), []string{"--warmup", "1 or more"}},
		"negative chains":        {fit("--method", "nuts", "--chains", "-4"), []string{"--chains", "1 or more"}},
		"too many draws":         {fit("--method", "nuts", "--draws", "9223372036854775807"), []string{"9223372036854775807 iterations"}},
		"too many chains":        {fit("--method", "nuts", "--chains", "1000000"), []string{"1000000 chains"}},
		"acceptance of 1":        {fit("--method", "nuts", "--target-accept", "1"), []string{"--target-accept", "between 0 and 1"}},
		"support of a prior":     {fit("--method", "nuts", "--prior", "lengthscale=normal(1,1)"), []string{"RBF.lengthscale[0]", "normal(1, 1)", "positive"}},
		"support of the noise":   {fit("--method", "nuts", "--prior", "noise_variance=uniform(-1,1)"), []string{"noise_variance", "uniform(-1, 1)", "positive"}},
		"nuts: no such name":     {fit("--method", "nuts", "--prior", "lenscale=gamma(1,1)"), []string{"lenscale", "RBF.variance", "noise_variance"}},
		"unknown mean":           {fit("--mean", "nonsense"), []string{"nonsense", "constant, zero or linear"}},
		"map: start not allowed": {fit("--kernel", "rbf(lengthscale=3)", "--prior", "lengthscale=uniform(0,2)"), []string{"RBF.lengthscale", "3", "uniform(0, 2)"}},
		"nothing to draw":        {fit("--method", "nuts", "--mean", "zero", "--noise-variance", "1", "--kernel", "rbf(fixed(variance=1, lengthscale=1))"), []string{"fixed"}},
		"a start not allowed":    {fit("--method", "nuts", "--kernel", "rbf(lengthscale=3)", "--prior", "lengthscale=uniform(0,2)"), []string{"RBF.lengthscale", "3"}},
		"more inducing inputs":   {fit("--method", "sparse", "--inducing", "134"), []string{"--inducing 134", "133 rows"}},
		"sparse: no such name":   {fit("--method", "sparse", "--prior", "lenscale=gamma(1,1)"), []string{"lenscale", "RBF.variance", "noise_variance"}},
		"prior with ml":          {fit("--method", "ml", "--prior", "variance=gamma(1,1)"), []string{"--prior", "ml"}},
		"prior of no parameter":  {fit("--prior", "lenscale=gamma(1,1)"), []string{"lenscale", "RBF.variance", "RBF.lengthscale[0]", "noise_variance"}},
		"prior of a fixed noise": {fit("--noise-variance", "1", "--prior", "noise_variance=gamma(1,1)"), []string{"noise_variance"}},
		"arguments of a prior":   {fit("--prior", "variance=gamma(1)"), []string{"shape, rate", "got 1"}},
		"parameters of a prior":  {fit("--prior", "variance=lognormal(0,-1)"), []string{"sigma"}},
		"unknown prior":          {fit("--prior", "variance=weibull(1,1)"), []string{"weibull", "lognormal"}},
		"prior without a name":   {fit("--prior", "gamma(1,1)"), []string{"NAME="}},
		"negative noise":         {fit("--noise-variance", "-1"), []string{"-1", "noise-variance", "not negative"}},
		"noise that is NaN":      {fit("--noise-variance", "NaN"), []string{"noise-variance"}},
		"infinite jitter":        {fit("--jitter", "inf"), []string{"jitter"}},
		"negative seed":          {fit("--seed", "-1"), []string{"seed"}},
		"no paths":               {[]string{"paths", "--model", model, "--count", "0", "--out", out}, []string{"count"}},
		"too many paths":         {[]string{"paths", "--model", model, "--count", "9999999999", "--out", out}, []string{"9999999999"}},
		"too many features":      {[]string{"paths", "--model", model, "--count", "1", "--features", "9223372036854775807", "--out", out}, []string{"features"}},
		"range of a figure":      {[]string{"paths", "--model", model, "--count", "1", "--out", out, "--from", "2", "--to", "1"}, []string{"--from 2", "--to 1"}},
		"infinite range":         {[]string{"paths", "--model", model, "--count", "1", "--out", out, "--from", "-inf"}, []string{"--from"}},
		"format of a figure":     {append(predict, "--plot", filepath.Join(dir, "f.pdf")), []string{"f.pdf", ".png", ".svg"}},
		"two outputs in one":     {append(predict, "--plot", out+".png", "--out", out+".png"), []string{"twice"}},
		"an input for an output": {[]string{"predict", "--model", model, "--data", mcycle, "--out", model}, []string{"m.json", "lost"}},
		"an empty path":          {[]string{"predict", "--model", "", "--data", mcycle, "--out", out}, []string{"--model"}},
		"empty inputs":           {fit("--inputs", ""), []string{"--inputs"}},
		"json and a table":       {append(predict, "--json", "--out", "-"), []string{"standard output"}},
	} {
		t.Run(name, func(t *testing.T) { checkFailure(t, dir, "", 2, c.want, c.args...) })
	}
}

// Inputs and outputs that are not what they should be.
func TestBadFiles(t *testing.T) {
	dir, model := fitted(t)
	paths, rough := filepath.Join(dir, "d.paths"), filepath.Join(dir, "rough.paths")
	succeed(t, "", "paths", "--model", model, "--count", "2", "--features", "8", "--out", paths)
	roughModel := filepath.Join(dir, "rough.json")
	succeed(t, "", "fit", "--data", mcycle, "--target", "acceleration_g", "--kernel", "rbf + matern12", "--out", roughModel)
	succeed(t, "", "paths", "--model", roughModel, "--count", "2", "--features", "8", "--out", rough)
	out := writeFile(t, filepath.Join(dir, "out.csv"), "old\n") // what was there stays
	other := writeFile(t, filepath.Join(dir, "other.csv"), "time,y\n1,2\n")
	late := writeFile(t, filepath.Join(dir, "late.csv"), "time_ms\n"+strings.Repeat("1\n", 20000)+"x\n")
	empty := writeFile(t, filepath.Join(dir, "empty.csv"), "time_ms\n")
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o777); err != nil {
		t.Fatal(err)
	}
	predict := func(model, table, out string) []string {
		return []string{"predict", "--model", model, "--data", table, "--out", out}
	}
	eval := func(paths, table, out string) []string {
		return []string{"eval", "--paths", paths, "--data", table, "--out", out}
	}
	for name, c := range map[string]struct {
		args []string
		want []string
	}{
		"no model":              {predict(filepath.Join(dir, "none"), mcycle, out), []string{"none", "no such file"}},
		"a table for a model":   {predict(mcycle, mcycle, out), []string{"mcycle.csv", "not a matheron model"}},
		"paths for a model":     {predict(paths, mcycle, out), []string{"d.paths"}},
		"a model for paths":     {eval(model, mcycle, out), []string{"m.json"}},
		"a folder for a model":  {predict(dir, mcycle, out), []string{dir}},
		"no table":              {predict(model, filepath.Join(dir, "none.csv"), out), []string{"none.csv", "no such file"}},
		"a column is missing":   {predict(model, other, out), []string{"other.csv", `"time_ms"`, `"time", "y"`}},
		"eval: a column":        {eval(paths, other, out), []string{"other.csv", `"time_ms"`, `"time", "y"`}},
		"a bad last row":        {predict(model, late, out), []string{"late.csv", "line 20002", `"time_ms"`}},
		"eval: a bad last row":  {eval(paths, late, out), []string{"late.csv", "line 20002", `"time_ms"`}},
		"no rows":               {predict(model, empty, out), []string{"empty.csv", "no rows"}},
		"eval: no rows":         {eval(paths, empty, out), []string{"empty.csv", "no rows"}},
		"no gradient":           {append(eval(rough, mcycle, out), "--grad"), []string{"rough.paths", "Matern12"}},
		"no folder":             {predict(model, mcycle, filepath.Join(dir, "no", "p.csv")), []string{"p.csv", "no such file"}},
		"a file for a folder":   {predict(model, mcycle, filepath.Join(out, "p.csv")), []string{"p.csv"}},
		"a folder for a file":   {eval(paths, mcycle, filepath.Join(dir, "folder")), []string{"folder"}},
		"a figure in no folder": {append(predict(model, mcycle, out), "--plot", filepath.Join(dir, "no", "f.png")), []string{"f.png"}},
		"a demo in a file":      {[]string{"demo", "--out", out}, []string{"out.csv"}},
	} {
		t.Run(name, func(t *testing.T) { checkFailure(t, dir, "", 1, c.want, c.args...) })
	}
}

// Both files, of models of every method, are refused when they are cut short, when
// one bit is changed, and when a later version wrote them.
func TestAlteredFiles(t *testing.T) {
	for method, flags := range map[string][]string{
		"map":    nil,
		"nuts":   {"--warmup", "10", "--draws", "3", "--chains", "1"},
		"sparse": {"--inducing", "3", "--epochs", "2"},
	} {
		t.Run(method, func(t *testing.T) {
			dir := t.TempDir()
			model, paths := filepath.Join(dir, "m.json"), filepath.Join(dir, "d.paths")
			fit := append([]string{"fit", "--data", mcycle, "--target", "acceleration_g", "--method", method, "--out", model}, flags...)
			if _, stderr, code := command(t, "", fit...); code != 0 {
				t.Fatal(stderr)
			}
			succeed(t, "", "paths", "--model", model, "--count", "2", "--features", "4", "--out", paths)
			out, altered := filepath.Join(dir, "out.csv"), filepath.Join(dir, "altered")
			for kind, args := range map[string][]string{
				model: {"predict", "--model", altered, "--data", mcycle, "--out", out},
				paths: {"eval", "--paths", altered, "--data", mcycle, "--out", out},
			} {
				text := readFile(t, kind)
				const parts = 13
				for i := range parts {
					at := i * (len(text) - 1) / (parts - 1)
					writeFile(t, altered, text[:at])
					checkFailure(t, dir, "", 1, []string{"altered: "}, args...)
					b := []byte(text)
					b[at] ^= 1 << (i % 8)
					writeFile(t, altered, string(b))
					checkFailure(t, dir, "", 1, []string{"altered: "}, args...)
				}
				writeFile(t, altered, newerVersion(text))
				checkFailure(t, dir, "", 1, []string{"newer version"}, args...)
			}
		})
	}
}

// newerVersion returns a file with a version number that is not there yet.
func newerVersion(text string) string {
	if strings.HasPrefix(text, "{") {
		return regexp.MustCompile(`"version":\d`).ReplaceAllString(text, `"version":3`)
	}
	b := []byte(text)
	binary.LittleEndian.PutUint64(b[16:], 3) // see docs/formats.md
	return string(b)
}

// A full disk is an error of the write, whoever made it. What was found is printed.
func TestFullDisk(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full here")
	}
	t.Setenv("TMPDIR", t.TempDir()) // for what is kept
	_, model := fitted(t)
	for _, args := range [][]string{
		{"fit", "--data", mcycle, "--target", "acceleration_g", "--out", "/dev/full"},
		{"predict", "--model", model, "--data", mcycle, "--out", "/dev/full"},
		{"paths", "--model", model, "--count", "2", "--out", "/dev/full"},
	} {
		stdout, stderr, code := command(t, "", args...)
		if code != 1 || stdout == "" || !strings.HasPrefix(stderr, "matheron: write /dev/full: no space left") || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%v: exit %d, standard output %q, standard error %q", args, code, stdout, stderr)
		}
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	for _, args := range [][]string{
		{"version"},
		{"predict", "--model", model, "--data", mcycle, "--json"},
		{"predict", "--model", model, "--data", mcycle, "--out", "-"},
	} {
		cmd := exec.Command(program, args...)
		var stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = full, &stderr
		if err := cmd.Run(); cmd.ProcessState.ExitCode() != 1 || !strings.Contains(stderr.String(), "no space left") {
			t.Errorf("%v on a full disk: %v, %q", args, err, stderr.String())
		}
	}
}
