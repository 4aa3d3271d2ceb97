package demo_test

import (
	"context"
	"math"
	"testing"
)

// Coverage counts the readings whose probability under the mixture is within the
// level; errors are those of the mean, by hand.
func TestEnsembleByHand(t *testing.T) {
	s, c := shared(), calibration(t)
	u, err := s.Ensemble(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	sd := math.Sqrt(s.Posterior.NoiseDiag()[0])
	f := s.Paths.Eval(c.HeldOut.X)
	cdf := make([]float64, u.Rows)
	square, member := 0.0, 0.0
	for i, y := range c.HeldOut.Y {
		mean := 0.0
		for k := range u.Members {
			mean += f.At(k, i) / float64(u.Members)
			cdf[i] += math.Erfc((f.At(k, i)-y)/sd/math.Sqrt2) / 2 / float64(u.Members)
		}
		square += (mean - y) * (mean - y)
		member += (f.At(0, i) - y) * (f.At(0, i) - y)
	}
	n := float64(u.Rows)
	within(t, "RMSE", u.RMSE, math.Sqrt(square/n), 1e-12)
	within(t, "RMSE of a member", u.Member, math.Sqrt(member/n), 1e-12)
	// The mean of 64 functions is that of the posterior within sd f/8, sd f < 0.1.
	within(t, "RMSE of the posterior mean", u.Exact, u.RMSE, 0.1/8)
	for _, v := range u.Coverage {
		inside := 0.0
		for _, p := range cdf {
			if math.Abs(2*p-1) <= v.Level {
				inside++
			}
		}
		within(t, "coverage", v.Fraction, inside/n, 1e-12)
		// The mixture of 64 is as wide as the Gaussian within the error of their sd.
		within(t, "width", v.Width/v.ExactWidth, 1, 4/math.Sqrt(126))
		within(t, "closed form", v.Exact, v.Fraction, 4*v.SE)
	}
	for i := range u.Levels[1:] {
		if u.Levels[i+1] < u.Levels[i] || u.Fractions[i+1] <= u.Fractions[i] {
			t.Fatalf("levels %v", u.Levels)
		}
	}
}
