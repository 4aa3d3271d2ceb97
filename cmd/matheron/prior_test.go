package main

import (
	"math"
	"path/filepath"
	"testing"
)

// Of priors of one parameter the longer name counts, whatever the order of the flags
// and the method: map once took the later one and nuts the longer.
func TestOrderOfPriors(t *testing.T) {
	const long, short = "RBF.lengthscale[0]=lognormal(2,1e-3)", "lengthscale=lognormal(0,1e-3)"
	for _, c := range []struct {
		method string
		args   []string
		member string // of a parameter in the report
	}{
		{"map", nil, "value"},
		{"sparse", []string{"--inducing", "8", "--epochs", "5"}, "value"},
		{"nuts", []string{"--chains", "1", "--warmup", "20", "--draws", "10"}, "mean"},
	} {
		for _, order := range [][2]string{{long, short}, {short, long}} {
			args := []string{
				"fit", "--data", mcycle, "--target", "acceleration_g", "--method", c.method,
				"--prior", order[0], "--prior", order[1], "--out", filepath.Join(t.TempDir(), "m.json"),
			}
			report := succeedJSON(t, append(args, c.args...)...)
			got := report["parameters"].(map[string]any)["RBF.lengthscale[0]"].(map[string]any)[c.member].(float64)
			// Ten standard deviations of the prior; the other prior is 2,000 away.
			if math.Abs(math.Log(got)-2) > 1e-2 {
				t.Errorf("%s, %v: lengthscale %v, its prior is at %v", c.method, order, got, math.Exp(2))
			}
		}
	}
}
