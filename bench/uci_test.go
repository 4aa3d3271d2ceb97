package main

import (
	"compress/gzip"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"matheron/gp"
	"matheron/rng"
)

func writeGzip(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(f)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// synthetic writes a set of 60 rows, y = offset + scale (sin(3 a) + b + 0.1 z).
func synthetic(t *testing.T, folder, name string, offset, scale float64) {
	t.Helper()
	r := rng.New(7).Rand()
	var table, mask strings.Builder
	for i := range 60 {
		a, b := 100*r.Float64(), r.Float64()
		y := offset + scale*(math.Sin(3*a/100)+b+0.1*r.NormFloat64())
		fmt.Fprintf(&table, "%v,%v,%v\n", a, b, y)
		test := 0
		if i%10 == 3 {
			test = 1
		}
		fmt.Fprintf(&mask, "%d,%d\n", test, 1-test)
	}
	writeGzip(t, filepath.Join(folder, name+".data.csv.gz"), table.String())
	writeGzip(t, filepath.Join(folder, name+".test_mask.csv.gz"), mask.String())
}

func TestUCI(t *testing.T) {
	folder := t.TempDir()
	for _, name := range uciSets {
		synthetic(t, folder, name, 0, 1)
	}
	code, out, log := call(t, "--uci", folder)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, log)
	}
	// A head of two lines, and a line a set and method.
	if lines := strings.Count(out, "\n"); lines != 2+len(uciSets)*len(uciMethods) {
		t.Errorf("%d lines:\n%s", lines, out)
	}
}

// Scores are in the units of the data: of a target scale times as large and
// shifted, the RMSE is scale times as large and the NLPD larger by log scale. The
// two standardised tables differ by rounding, which a fit may amplify to its
// tolerance, relative 2e-9 of the objective: 1e-4 of parameters, where it is flat.
func TestScoresAreInTheUnitsOfTheData(t *testing.T) {
	const scale = 1000
	folder := t.TempDir()
	synthetic(t, folder, "plain", 0, 1)
	synthetic(t, folder, "scaled", 5e4, scale)
	var got []score
	for _, name := range []string{"plain", "scaled"} {
		s, err := readUCI(t.Context(), folder, name, 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(s.test.Y) != 6 || len(s.train.Y) != 54 {
			t.Fatalf("%d test rows, %d training rows", len(s.test.Y), len(s.train.Y))
		}
		f, err := s.fit(t.Context(), gp.MaximumEvidence)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, f)
	}
	if ratio := got[1].RMSE / got[0].RMSE / scale; math.Abs(ratio-1) > 1e-3 {
		t.Errorf("RMSE %v and %v", got[0].RMSE, got[1].RMSE)
	}
	if more := got[1].NLPD - got[0].NLPD - math.Log(scale); math.Abs(more) > 1e-3 {
		t.Errorf("NLPD %v and %v", got[0].NLPD, got[1].NLPD)
	}
	// The noise has standard deviation 0.1; six rows of it give an RMSE within
	// [0.03, 0.2] but for one in a thousand, and what f adds to it is less.
	if got[0].RMSE < 0.03 || got[0].RMSE > 0.25 {
		t.Errorf("RMSE %v", got[0].RMSE)
	}
}

func TestPredictionScores(t *testing.T) {
	rmse, nlpd := predictionScores([]float64{1, 2}, []float64{0, 2}, []float64{1, 4})
	if want := math.Sqrt(0.5); math.Abs(rmse-want) > 1e-15 {
		t.Errorf("RMSE %v, want %v", rmse, want)
	}
	// -log N(1; 0, 1) = log(2 pi)/2 + 1/2 and -log N(2; 2, 4) = log(2 pi)/2 + log 2.
	if want := (math.Log(2*math.Pi) + 0.5 + math.Ln2) / 2; math.Abs(nlpd-want) > 1e-15 {
		t.Errorf("NLPD %v, want %v", nlpd, want)
	}
}

func TestUCIWithoutTheSets(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "none")
	if code, out, log := call(t, "--uci", folder); code != 0 || out != "" || !strings.Contains(log, "skipped") {
		t.Errorf("exit %d, %q, %q", code, out, log)
	}
}

func TestUCIErrors(t *testing.T) {
	for _, c := range []struct{ name, table, mask, want string }{
		{"text", "1,2\n3,x\n", "0\n1\n", `data.csv.gz: row 2, column 2: "x" is not a finite number`},
		{"nan", "1,NaN\n3,1\n", "0\n1\n", "row 1, column 2"},
		{"ragged", "1,2\n3\n", "0\n1\n", "wrong number of fields"},
		{"short mask", "1,2\n3,4\n", "0\n", "1 rows for a table of 2"},
		{"bad mask", "1,2\n3,4\n", "0\n2\n", "row 2: 2 is neither 0 nor 1"},
		{"no test row", "1,2\n3,4\n", "0\n0\n", "0 test rows"},
		{"empty", "", "0\n", "EOF"},
		{"one column", "1\n2\n", "0\n1\n", "single column"},
	} {
		folder := t.TempDir()
		writeGzip(t, filepath.Join(folder, "energy.data.csv.gz"), c.table)
		writeGzip(t, filepath.Join(folder, "energy.test_mask.csv.gz"), c.mask)
		if code, out, log := call(t, "--uci", folder); code != exitFailure || out != "" || !strings.Contains(log, c.want) {
			t.Errorf("%s: exit %d, %q, %q", c.name, code, out, log)
		}
	}
	if code, _, log := call(t, "--uci", t.TempDir()); code != exitFailure || !strings.Contains(log, "energy.data.csv.gz") {
		t.Errorf("an empty folder: exit %d, %s", code, log)
	}
}
