package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Two small sets by MAP, as JSON: a set of 50 rows whose noise is a hundredth of the
// variance is predicted nearly as well as by the truth, and one of noise alone no
// better than by it. The margins are wide: this is a check that scores arrive.
func TestRobustByMAP(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "made")
	code, out, log := call(t, "--robust", "--skip-nuts", "--only", "3,30", "--json", "--made", folder)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, log)
	}
	var report robustReport
	if err := json.Unmarshal([]byte(out), &report); err != nil || len(report.Sets) != 2 {
		t.Fatalf("%v: %s", err, out)
	}
	for _, r := range report.Sets {
		s := r.Scores[methodMAP]
		if s.TestRows != madeTestRows || s.NLPD < r.floor()-0.2 || s.NLPD > r.floor()+0.5 || s.NoiseRatio <= 0 || s.Seconds <= 0 || s.Evidence == 0 {
			t.Errorf("%s: %+v, floor %v", r.Name, s, r.floor())
		}
	}
	for _, file := range []string{"03_train.csv", "30_test.csv", "index.json"} {
		if _, err := os.Stat(filepath.Join(folder, file)); err != nil {
			t.Error(err)
		}
	}
}

// The sampler on the smallest set: its mixture is no worse than a normal of the
// targets' own mean and variance, which has an NLPD of about 1.42.
func TestRobustByNUTS(t *testing.T) {
	if testing.Short() {
		t.Skip("some seconds")
	}
	s := madeSets()[0]
	made, err := s.make()
	if err != nil {
		t.Fatal(err)
	}
	got, err := robustTask{split: made, kernel: "rbf", scale: s.scale, noise: s.noiseVariance()}.nuts(t.Context())
	if err != nil || !got.ok() || got.NLPD > 1 || got.Coverage < 0.8 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestRobustTable(t *testing.T) {
	score := func(nlpd float64) robustScore {
		return robustScore{TestRows: 500, NLPD: nlpd, Coverage: 0.94, RMSE: 0.5, NoiseRatio: 1.25, Seconds: 2}
	}
	r := []robustResult{
		{madeIndex{Name: "01-rbf", Rows: 20, Inputs: 5, Relevant: 2, R2: 0.5}, map[string]robustScore{
			methodMAP: score(1.5), methodNUTS: score(1.25), robustBoTorch.program: {Failed: "no convergence"}}},
		{madeIndex{Name: "02-rbf", Rows: 30, Inputs: 1, Relevant: 1, R2: 0}, map[string]robustScore{
			methodMAP: score(1.5), methodNUTS: score(1.75)}},
	}
	out := madeMarkdown(r)
	// Floors: log(2 pi e)/2 = 1.419 and 0.347 less.
	for _, line := range []string{
		"| set | rows | inputs | R2 | floor | MAP | NUTS | BoTorch | MAP 95% coverage | MAP noise / true | MAP - best |",
		"| 01-rbf | 20 | 5 (2) | 0.5 | 1.072 | 1.500 | 1.250 | failed | 0.940 | 1.25 | +0.250 |",
		"| 02-rbf | 30 | 1 | 0 | 1.419 | 1.500 | 1.750 |  | 0.940 | 1.25 | -0.250 |",
		"| MAP | 2 | 0 | 0.254 | 0.428 | 0.500 | 0.940 | 0.940 | 1.25, 1.25, 1.25 | 4 |",
		"| BoTorch | 0 | 1 | | | | | | | |",
		"MAP is behind the best of the others by more than 0.1 nats a row on 1 of 2 sets.",
		"- 01-rbf: by 0.250",
		"- 01-rbf, BoTorch failed: no convergence",
	} {
		if !strings.Contains(out, line+"\n") {
			t.Errorf("no line %q in\n%s", line, out)
		}
	}
}

// Peers' results are read from the file, and those of another table of the same name
// are not taken.
func TestRobustPeerResults(t *testing.T) {
	s := madeSets()[2]
	made, err := s.make()
	if err != nil {
		t.Fatal(err)
	}
	task := robustTask{split: made, kernel: "rbf", scale: s.scale, noise: s.noiseVariance()}
	file := filepath.Join(t.TempDir(), "peers.json")
	results := peerResults{"BoTorch": {s.name(): {task.mark(), robustScore{TestRows: 1, NLPD: -0.5}}}, "scikit-learn": {s.name(): {"another", robustScore{}}}}
	if err := writeJSONFile(file, results); err != nil {
		t.Fatal(err)
	}
	none := filepath.Join(t.TempDir(), "none")
	code, out, log := call(t, "--robust", "--skip-nuts", "--only", "3", "--peers", "--venv", none, "--peer-results", file)
	if code != 0 || !strings.Contains(out, "| -0.500 |") || strings.Contains(out, "scikit-learn") {
		t.Errorf("exit %d: %s\n%s", code, out, log)
	}
	if !strings.Contains(log, "scikit-learn is left out: no Python environment") {
		t.Errorf("no message: %s", log)
	}
	if code, _, log := call(t, "--robust", "--only", "3", "--peer-results", write(t, "bad.json", "[")); code != exitFailure || !strings.Contains(log, "bad.json") {
		t.Errorf("exit %d: %s", code, log)
	}
}

func TestRobustJudgesPeers(t *testing.T) {
	made, err := madeSets()[0].make()
	if err != nil {
		t.Fatal(err)
	}
	task := robustTask{split: made, scale: 1}
	if _, err := task.judge(peerPrediction{Mean: []float64{1}, Variance: []float64{1}}); err == nil {
		t.Error("no error for one prediction of 500")
	}
	if s, err := task.judge(peerPrediction{Error: "singular"}); err != nil || s.Failed != "singular" {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestRobustOptions(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--tables", "x"}, "go with --robust"},
		{[]string{"--robust", "--uci", "x"}, "one at a time"},
		{[]string{"--robust", "--seeds", "2"}, "--seeds goes with --tables"},
		{[]string{"--robust", "--tables", "x", "--skip-nuts"}, "neither --skip-nuts nor --made"},
		{[]string{"--robust", "--update", "x"}, "neither --update"},
		{[]string{"--robust", "--only", "none"}, "no made set"},
	} {
		if code, _, log := call(t, c.args...); code != exitUsage || !strings.Contains(log, c.want) {
			t.Errorf("%v: exit %d: %s", c.args, code, log)
		}
	}
}
