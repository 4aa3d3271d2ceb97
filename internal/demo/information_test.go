package demo_test

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/demo"
)

// Nested Monte Carlo is within four standard errors of the closed form, once the
// bias that it reports is taken off; twice the bias is what that may be wrong by.
func TestInformationAgainstTheClosedForm(t *testing.T) {
	s := shared()
	u, err := s.Information(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	noise := s.Posterior.NoiseDiag()[0]
	best := u.Designs[0]
	for _, d := range append(append([]demo.Design(nil), u.Designs...), u.Single...) {
		within(t, d.Name, d.Gain.Value-d.Bias, d.Exact, 4*d.Gain.SE+2*d.Bias)
		if d.Lower > d.Gain.Value {
			t.Errorf("%v: lower bound %g above the estimate %g", d.Places, d.Lower, d.Gain.Value)
		}
		// 1/2 log det(I + C/noise) by the determinant itself.
		c := s.Posterior.Covariance(nil, mat.NewDense(len(d.Places), 1, d.Places))
		c.Apply(func(i, j int, v float64) float64 {
			if i == j {
				return 1 + v/noise
			}
			return v / noise
		}, c)
		within(t, "closed form", d.Exact, math.Log(mat.Det(c))/2, 1e-9)
		if d.Name != "" && d.Gain.Value > best.Gain.Value {
			best = d
		}
	}
	if u.Best != best.Name || u.Best != "both ends and the middle" {
		t.Errorf("best design %q", u.Best)
	}
	for i, x := range u.X {
		v := s.Posterior.Variance(nil, mat.NewDense(1, 1, []float64{x}))[0]
		within(t, "curve", u.Curve[i], math.Log1p(v/noise)/2, 1e-9)
	}
}
