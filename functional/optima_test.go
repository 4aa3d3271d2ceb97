package functional_test

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/functional"
	"matheron/optimize"
	"matheron/pathwise"
)

func minima(t testing.TB, paths *pathwise.Paths) *functional.Optima {
	t.Helper()
	ends, err := paths.Minimize(context.Background(), optimize.Box{Lower: []float64{-2}, Upper: []float64{2}})
	if err != nil {
		t.Fatal(err)
	}
	return functional.NewOptima(len(ends), func(s int) ([]float64, float64) { return ends[s].X, ends[s].Value })
}

// The distribution of the optimum by continuous search and by a grid of 10,001 points,
// path by path.
func TestOptimaAgainstGrid(t *testing.T) {
	paths := worked(64)
	o, g := minima(t, paths), functional.LeastOf(paths, inputs(-2, 2, 10001))
	for s := range o.Len() {
		// Half a cell of 4e-4 and a curvature below 200: 200 (2e-4)^2 / 2 = 4e-6.
		if d := g.Value().Values()[s] - o.Value().Values()[s]; d < -1e-12 || d > 4e-6 {
			t.Errorf("path %d: least value off the grid's by %g", s, d)
		}
		within(t, "place", o.Place(s)[0], g.Place(s)[0], 4.1e-4)
	}
	within(t, "mean value", o.Value().Mean(), g.Value().Mean(), 4e-6)
	within(t, "mean place", o.Coordinate(0).Mean(), g.Coordinate(0).Mean(), 4.1e-4)
	within(t, "median place", o.Coordinate(0).Quantile(0.5), g.Coordinate(0).Quantile(0.5), 4.1e-4)
	within(t, "variance of place", o.Covariance().At(0, 0), o.Coordinate(0).Variance(), 1e-14)
	within(t, "place in", o.InBox([]float64{-0.8}, []float64{-0.3}).Value, g.InBox([]float64{-0.8}, []float64{-0.3}).Value, 1./64)
	left := o.In(func(x []float64) bool { return x[0] < 0 }).Value
	within(t, "sides", left+o.In(func(x []float64) bool { return x[0] >= 0 }).Value, 1, 1e-15)

	greatest := functional.GreatestOf(paths, inputs(-2, 2, 101))
	for s := range paths.Len() {
		if greatest.Value().Values()[s] < g.Value().Values()[s] {
			t.Errorf("path %d: greatest below least", s)
		}
	}
	regret := o.Regret(paths, []float64{-0.5})
	if regret.Quantile(0) < 0 {
		t.Errorf("a regret of %g", regret.Quantile(0))
	}
	at := functional.At(paths.Eval(mat.NewDense(1, 1, []float64{-0.5})), 0)
	within(t, "mean regret", regret.Mean(), at.Mean()-o.Value().Mean(), 1e-14)
}

// With weights the optima are those of a set where functions occur that often.
func TestOptimaWeighted(t *testing.T) {
	at := func(s int) ([]float64, float64) { return []float64{float64(s), float64(s * s)}, -float64(s) }
	o := functional.NewOptima(3, at).Weighted([]float64{1, 0, 3})
	within(t, "value", o.Value().Mean(), -1.5, 1e-15)
	within(t, "coordinate", o.Coordinate(1).Mean(), 3, 1e-15)
	within(t, "in", o.In(func(x []float64) bool { return x[0] > 0.5 }).Value, 0.75, 1e-15)
	// Weights 1/4 and 3/4 at (0, 0) and (2, 4): covariance 3/16 d d' / (1 - 10/16).
	within(t, "covariance", o.Covariance().At(0, 1), 3./16*2*4/(6./16), 1e-14)
	mustPanic(t, "no functions", func() { functional.NewOptima(0, at) })
	mustPanic(t, "cancelled search", func() {
		functional.NewOptima(1, func(int) ([]float64, float64) { return nil, 0 })
	})
	mustPanic(t, "box", func() { o.InBox([]float64{0}, []float64{1}) })
	mustPanic(t, "regret", func() { o.Regret(constants(1), []float64{0}) })
	if v := functional.NewOptima(1, at).Value().SE(); !math.IsNaN(v) {
		t.Errorf("error %g of one function", v)
	}
}
