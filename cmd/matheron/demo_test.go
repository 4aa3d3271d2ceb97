package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"matheron/internal/long"
)

// The table in the binary is the one in the repository, and the years that are
// left out are whole.
func TestDemoData(t *testing.T) {
	set, err := loadCO2(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Y) != 2225 || set.X.At(0, 0) != 1958.2384 || set.Y[0] != 316.1 {
		t.Errorf("%d rows, the first at %v with %v", len(set.Y), set.X.At(0, 0), set.Y[0])
	}
	left := choose(set, func(i int) bool { return slices.Contains(co2Left(), int(set.X.At(i, 0))) })
	years := map[int]int{}
	for i := range left.Y {
		years[int(left.X.At(i, 0))]++
	}
	for _, y := range co2Left() {
		if years[y] < 48 {
			t.Errorf("%d weeks of %d", years[y], y)
		}
	}
	if len(years) != len(co2Left()) {
		t.Errorf("years %v", years)
	}
}

// The whole example, as one command: it reaches the fit that the same model has
// at its optimum elsewhere (0.39 ppm and 97% in the gaps).
func TestDemo(t *testing.T) {
	long.Only(t)
	dir := filepath.Join(t.TempDir(), "out")
	succeed(t, "", "demo", "--out", dir)
	for _, f := range []string{"forecast.png", "forecast.svg", "paths.png", "paths.svg", "holdout.json", "model.json", "co2.paths"} {
		if info, err := os.Stat(filepath.Join(dir, f)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", f, err)
		}
	}
	var s struct {
		CO2 struct {
			Gaps struct {
				RMSE     float64 `json:"rmse"`
				Coverage float64 `json:"coverage95"`
			} `json:"gaps"`
			Paths struct {
				Count int `json:"count"`
			} `json:"paths"`
		} `json:"co2"`
	}
	if err := json.Unmarshal([]byte(readFile(t, filepath.Join(dir, "summary.json"))), &s); err != nil {
		t.Fatal(err)
	}
	// Half of the last digit that is given there.
	if g := s.CO2.Gaps; g.RMSE > 0.395 || g.Coverage < 0.965 {
		t.Errorf("gaps: %+v", g)
	}
	if s.CO2.Paths.Count != co2Paths {
		t.Errorf("%d paths", s.CO2.Paths.Count)
	}
}
