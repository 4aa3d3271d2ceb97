package calibrate_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/calibrate"
	"matheron/rng"
)

func transforms(t *testing.T, draws *mat.Dense, y []float64) []float64 {
	t.Helper()
	u, err := calibrate.PIT(draws, y, rng.New(9))
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// With observations of the distribution of the draws the transforms are uniform, however
// few the draws, ties included; with draws that are too narrow they are not.
func TestPITIsUniform(t *testing.T) {
	const n = 1000
	for _, s := range []int{1, 3, 64} {
		y := normals(1, 1, n, 0, 1).RawRowView(0)
		draws := normals(2, s, n, 0, 1)
		u := transforms(t, draws, y)
		// One key in 1,000 fails for each check; these do not.
		if p := calibrate.KolmogorovSmirnov(u).P; p < 1e-3 {
			t.Errorf("S = %d: Kolmogorov-Smirnov P %g", s, p)
		}
		if p := calibrate.ChiSquare(calibrate.Histogram(u, 20)).P; p < 1e-3 {
			t.Errorf("S = %d: chi-square P %g", s, p)
		}
		for _, c := range calibrate.Cover(u, 0.5, 0.9, 0.95) {
			within(t, "coverage", c.Rate, c.Level, 4*c.SE)
		}
		// Rounded to whole numbers: many ties.
		round := func(_, _ int, v float64) float64 { return math.Round(v) }
		draws.Apply(round, draws)
		for i := range y {
			y[i] = math.Round(y[i])
		}
		if p := calibrate.KolmogorovSmirnov(transforms(t, draws, y)).P; p < 1e-3 {
			t.Errorf("S = %d with ties: P %g", s, p)
		}
	}
	narrow := transforms(t, normals(2, 64, n, 0, 0.5), normals(1, 1, n, 0, 1).RawRowView(0))
	if p := calibrate.KolmogorovSmirnov(narrow).P; p > 1e-6 {
		t.Errorf("draws of half the sd pass with P %g", p)
	}
	if p := calibrate.ChiSquare(calibrate.Histogram(narrow, 20)).P; p > 1e-6 {
		t.Errorf("draws of half the sd pass chi-square with P %g", p)
	}
	// P(|z| < 0.8 of theirs): 90% intervals of half the sd hold 2 Phi(0.822) - 1.
	c := calibrate.Cover(narrow, 0.9)[0]
	within(t, "narrow coverage", c.Rate, math.Erf(1.6449/2/math.Sqrt2), 0.06)
}

func TestPITByHand(t *testing.T) {
	draws := mat.NewDense(3, 2, []float64{1, 5, 2, 6, 3, 7})
	u := transforms(t, draws, []float64{2.5, 4})
	if u[0] < 0.5 || u[0] > 0.75 || u[1] < 0 || u[1] > 0.25 {
		t.Errorf("transforms %g", u)
	}
	if !slices.Equal(u, transforms(t, draws, []float64{2.5, 4})) {
		t.Error("the same key gives other transforms")
	}
	g := calibrate.GaussianPIT([]float64{0, 1, 1, 1}, []float64{1, 0, 0, 0}, []float64{1.959963984540054, 0, 1, 2})
	for i, want := range []float64{0.975, 0, 0.5, 1} {
		within(t, "Gaussian", g[i], want, 1e-15)
	}
	var bad *calibrate.NotFinite
	if _, err := calibrate.PIT(draws, []float64{1, math.NaN()}, rng.New(1)); !errors.As(err, &bad) || bad.Index != 1 {
		t.Errorf("error %v", err)
	}
	draws.Set(2, 0, math.NaN())
	if _, err := calibrate.PIT(draws, []float64{1, 1}, rng.New(1)); !errors.As(err, &bad) || bad.Row != 2 || bad.Error() != "draw 3 of observation 1: NaN" {
		t.Errorf("error %v", err)
	}
	mustPanic(t, "lengths", func() { calibrate.PIT(draws, []float64{1}, rng.New(1)) })
	mustPanic(t, "sd", func() { calibrate.GaussianPIT([]float64{0}, []float64{-1}, []float64{0}) })
}

func TestObserve(t *testing.T) {
	f := normals(3, 2000, 2, 0, 1)
	y := calibrate.Observe(f, rng.New(4), 0.25, 4)
	for i, v := range []float64{0.25, 4} {
		square := make([]float64, 2000)
		for s := range square {
			d := y.At(s, i) - f.At(s, i)
			square[s] = d * d
		}
		mean, se := moments(square)
		within(t, "variance of the noise", mean, v, 5*se)
	}
	// The same noise whatever f and the number of draws.
	fewer := calibrate.Observe(mat.NewDense(5, 2, nil), rng.New(4), 1)
	for s := range 5 {
		within(t, "base noise", (y.At(s, 1)-f.At(s, 1))/2, fewer.At(s, 1), 1e-14)
	}
	mustPanic(t, "variances", func() { calibrate.Observe(f, rng.New(1), 1, 2, 3) })
	mustPanic(t, "negative", func() { calibrate.Observe(f, rng.New(1), -1) })
}

func TestWidths(t *testing.T) {
	// Sorted 0, 1, ..., 100: the central 50% is from 25 to 75; a constant has none.
	draws := mat.NewDense(101, 2, nil)
	for i := range 101 {
		draws.Set(i, 0, float64((i*37)%101))
	}
	w := calibrate.Widths(draws, 0.5, 1, 0)
	for i, want := range []float64{25, 50, 0} {
		within(t, "width", w[i], want, 1e-12)
	}
	mustPanic(t, "level", func() { calibrate.Widths(draws, 2) })
	mustPanic(t, "no transforms", func() { calibrate.Cover(nil, 0.5) })
}
