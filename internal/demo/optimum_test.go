package demo_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/functional"
	"matheron/rng"
)

// Each path's minimum is that of 10,001 points, or below it by no more than the
// parabola through the best of them allows: h²/8 |f”|, with |f”| at most six sd
// of sqrt(3)/lengthscale² = 19.
func TestOptimumAgainstAGrid(t *testing.T) {
	s := shared()
	u, err := s.Optimum(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	fine := evenly(-2, 2, 10001)
	values := s.Paths.Eval(mat.NewDense(len(fine), 1, fine))
	h := fine[1] - fine[0]
	for i, p := range u.Points {
		least := slices.Min(values.RawRowView(i))
		if d := least - p.Y; d < -1e-9 || d > h*h/8*6*19 {
			t.Errorf("path %d: minimum %.9g at %g, %.9g on the grid", i, p.Y, p.X, least)
		}
		within(t, "value at the place", s.Paths.Path(i).At([]float64{p.X}), p.Y, 1e-9)
	}
	at := mat.NewDense(1, 1, []float64{u.Mean.X})
	within(t, "minimum of the mean", u.Mean.Y, slices.Min(s.Posterior.Mean(nil, mat.NewDense(len(fine), 1, fine))), 1e-12)
	regret := 0.0
	for i, p := range u.Points {
		regret += (s.Paths.Eval(at).At(i, 0) - p.Y) / float64(len(u.Points))
	}
	within(t, "regret", u.Regret.Value, regret, 1e-9)
	within(t, "truth", u.Truth.Y, s.Truth(u.Truth.X), 1e-12)
	if d := math.Abs((s.Truth(u.Truth.X+1e-6) - s.Truth(u.Truth.X-1e-6)) / 2e-6); d > 0.05 { // |f''| h = 42 * 4e-4, with a margin
		t.Errorf("the truth slopes by %g at its minimum", d)
	}
}

// Place and value have the distribution that they have among exact joint draws on a grid.
func TestOptimumAgainstExactDraws(t *testing.T) {
	s := shared()
	u, err := s.Optimum(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	const n = 2000
	grid := evenly(-2, 2, 201)
	x := mat.NewDense(len(grid), 1, grid)
	draws, _, err := s.Posterior.Draw(rng.New(99), n, x)
	if err != nil {
		t.Fatal(err)
	}
	optima := functional.LeastOf(valuesOf{draws}, x)
	value := optima.Value()
	// Four standard errors of both, and what 0.02 between the points of the grid
	// raises a minimum by: h²/24 f'' on average, f'' = 40 there.
	within(t, "value", u.Value.Mean.Value, value.Mean(), 4*math.Hypot(u.Value.Mean.SE, value.SE())+0.02*0.02/24*40)
	near := optima.InBox([]float64{u.Mean.X - u.Reach}, []float64{u.Mean.X + u.Reach})
	within(t, "near the mean's", u.Near.Value, near.Value, 4*math.Hypot(u.Near.SE, near.SE))
	if u.Value.Mean.Value > u.Mean.Y {
		t.Error("the mean of the minima is above the minimum of the mean")
	}
}

// valuesOf are functions whose values are known at the points that are asked for.
type valuesOf struct{ m *mat.Dense }

func (v valuesOf) Len() int                   { r, _ := v.m.Dims(); return r }
func (v valuesOf) Inputs() int                { return 1 }
func (v valuesOf) Eval(*mat.Dense) *mat.Dense { return mat.DenseCopyOf(v.m) }
