package calibrate_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/calibrate"
)

func TestRecalibrationOfNarrowPredictions(t *testing.T) {
	// Half the sd: the transforms pile up at the ends. Maps fitted to one half of
	// the observations are tried on the other.
	const n = 4000
	u := transforms(t, normals(2, 99, n, 0, 0.5), normals(1, 1, n, 0, 1).RawRowView(0))
	beta, err := calibrate.FitBeta(context.Background(), u[:n/2])
	if err != nil {
		t.Fatal(err)
	}
	if beta.A >= 1 || beta.B >= 1 {
		t.Errorf("a Beta distribution of %g, %g for narrow predictions", beta.A, beta.B)
	}
	empirical, err := calibrate.NewEmpirical(u[:n/2])
	if err != nil {
		t.Fatal(err)
	}
	before := calibrate.KolmogorovSmirnov(u[n/2:]).Statistic
	for name, m := range map[string]calibrate.Map{"beta": beta, "empirical": empirical} {
		v := make([]float64, n/2)
		for i := range v {
			v[i] = m.Forward(u[n/2+i])
		}
		// Both halves have an error of 1.36/sqrt(2000) = 0.03 at 5%, of which sqrt 2 is
		// 0.043; the Beta family is off the distribution by 0.02.
		if d := calibrate.KolmogorovSmirnov(v).Statistic; d > 0.07 || d > before/2 {
			t.Errorf("%s: distance %g, before %g", name, d, before)
		}
		for _, p := range []float64{0, 0.01, 0.3, 0.77, 0.999, 1} {
			within(t, name, m.Forward(m.Inverse(p)), p, 1e-9)
		}
		// A prediction N(0, 1/4), whose quantile is 0.42, becomes about N(0, 1): as well
		// as probabilities are right, 0.02 or 0.05 over the density of 0.28 there.
		tol := map[string]float64{"beta": 0.18, "empirical": 0.07}[name]
		x := mat.Col(nil, 0, normals(5, 20001, 1, 0, 0.5))
		within(t, name+" quantile", calibrate.Recalibrated(m, x, 0.8), 0.8416, tol)
	}
}

// JSON wrote a map as {} and read back one that panics.
func TestEmpiricalSurvivesStorage(t *testing.T) {
	u := transforms(t, normals(2, 99, 300, 0, 0.5), normals(1, 1, 300, 0, 1).RawRowView(0))
	for n := 2; n < 300; n += 7 {
		m, err := calibrate.NewEmpirical(u[:n])
		if err != nil {
			continue // of two that are equal
		}
		text, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		var back calibrate.Empirical
		if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(&back, m) {
			t.Fatalf("%v is read back as %v, error %v", m, back, err)
		}
	}
	for _, bad := range []string{
		`{}`, `null`, `[]`, `{"u": [0, 1]}`, `{"u": [0, 1], "p": [0]}`, `{"u": [0], "p": [0]}`, `{"u": [0, 1], "p": [0, 1], "q": 1}`,
		`{"u": [0, 0.5, 0.5, 1], "p": [0, 0.2, 0.3, 1]}`, `{"u": [0, 0.5, 1], "p": [0, 1, 1]}`, `{"u": [0.1, 1], "p": [0, 1]}`,
		`{"u": [0, 1], "p": [0, 0.9]}`, `{"u": [0, null, 1], "p": [0, 0.5, 1]}`,
	} {
		var m calibrate.Empirical
		if err := json.Unmarshal([]byte(bad), &m); err == nil || !reflect.DeepEqual(m, calibrate.Empirical{}) {
			t.Errorf("%s: error %v", bad, err)
		}
	}
}

// The likelihood equations psi(a) - psi(a+b) = mean log u hold at the fit: their
// solution for transforms of a known Beta distribution is that distribution.
func TestFitBetaFindsTheLaw(t *testing.T) {
	beta := calibrate.Beta{A: 2, B: 0.7}
	u := make([]float64, 4001)
	for i := range u {
		u[i] = beta.Inverse((float64(i) + 0.5) / float64(len(u)))
	}
	got, err := calibrate.FitBeta(context.Background(), u)
	if err != nil {
		t.Fatal(err)
	}
	// The midpoint rule for the mean of log(1-u), whose singularity costs O(1/n).
	within(t, "A", got.A, 2, 5e-3)
	within(t, "B", got.B, 0.7, 5e-3)
	one, err := calibrate.FitBeta(context.Background(), []float64{0, 0.25, 0.75, 1})
	if err != nil {
		t.Fatal(err)
	}
	within(t, "symmetric", one.A, one.B, 1e-6)
}

func TestEmpiricalByHand(t *testing.T) {
	e, err := calibrate.NewEmpirical([]float64{0.5, 0.2, 0.5})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range [][2]float64{{0, 0}, {0.1, 0.125}, {0.2, 0.25}, {0.5, 0.625}, {0.75, 0.8125}, {1, 1}} {
		within(t, "forward", e.Forward(c[0]), c[1], 1e-15)
		within(t, "inverse", e.Inverse(c[1]), c[0], 1e-15)
	}
	ends, err := calibrate.NewEmpirical([]float64{0, 1, 0.5})
	if err != nil {
		t.Fatal(err)
	}
	if v := ends.Forward(0.25); math.IsNaN(v) || v <= 0 || v >= 0.5 {
		t.Errorf("transforms at the ends give %g", v)
	}
	if _, err := calibrate.NewEmpirical([]float64{0.3, 0.3}); !errors.Is(err, calibrate.ErrTooFew) {
		t.Errorf("error %v", err)
	}
	if _, err := calibrate.FitBeta(context.Background(), nil); !errors.Is(err, calibrate.ErrTooFew) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := calibrate.FitBeta(ctx, []float64{0.1, 0.3}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	mustPanic(t, "no draws", func() { calibrate.Recalibrated(e, nil, 0.5) })
}
