package demo_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// Every return is that of a loop over the path itself; the mean dynamics is the
// mean of the functions at each step.
func TestPolicyByHand(t *testing.T) {
	s := shared()
	u, err := s.Policy(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	roll := func(f func(x float64) float64) float64 {
		x, sum := 2.0, 0.0
		for range u.Horizon {
			a := -x / 2
			x += 0.1 * (f(x) + a)
			sum += -x*x - 0.1*a*a
		}
		return sum
	}
	// Thirty steps of sums of a thousand terms, each amplified by (1 + 0.1 |f'|) at
	// most, with |f'| < 20.
	const tol = 1e-7
	below := 0
	for i, v := range u.Returns {
		within(t, "return", v, roll(func(x float64) float64 { return s.Paths.Path(i).At([]float64{x}) }), tol)
		if v <= u.MeanDynamics {
			below++
		}
	}
	within(t, "below", u.Below.Value, float64(below)/float64(len(u.Returns)), 1e-15)
	within(t, "mean dynamics", u.MeanDynamics, roll(func(x float64) float64 {
		v := s.Paths.Eval(mat.NewDense(1, 1, []float64{x}))
		return mat.Sum(v) / float64(s.Paths.Len())
	}), tol)
	within(t, "truth", *u.Truth, roll(s.Truth), 1e-12)

	sorted := slices.Clone(u.Returns)
	slices.Sort(sorted)
	// The worst tenth of 64 is six of them, and 0.4 of the seventh.
	worst := 0.4 * sorted[6]
	for _, v := range sorted[:6] {
		worst += v
	}
	within(t, "worst tenth", u.Worst, worst/6.4, 1e-12)
	if math.Abs(*u.Truth-u.Return.Mean.Value) > 4*u.Return.SD {
		t.Errorf("the true return %g is beyond four sd of %g", *u.Truth, u.Return.Mean.Value)
	}
}
