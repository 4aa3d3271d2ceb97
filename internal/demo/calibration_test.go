package demo_test

import (
	"context"
	"math"
	"testing"

	"matheron/calibrate"
	"matheron/internal/demo"
)

func calibration(t *testing.T) *demo.Calibration {
	t.Helper()
	c, err := shared().Calibration(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The scores by draws are near those of the Gaussian prediction: draws move the
// mean CRPS by sd/sqrt(S) at most, as they would if one draw moved all rows alike.
func TestCalibrationAgainstTheGaussianPrediction(t *testing.T) {
	s, u := shared(), calibration(t)
	noise := s.Posterior.NoiseDiag()[0]
	mean, variance := s.Posterior.Mean(nil, u.HeldOut.X), s.Posterior.Variance(nil, u.HeldOut.X)
	exact, sd := 0.0, 0.0
	pit := make([]float64, u.Rows)
	for i, y := range u.HeldOut.Y {
		si := math.Sqrt(variance[i] + noise)
		z := (y - mean[i]) / si
		phi, cdf := math.Exp(-z*z/2)/math.Sqrt(2*math.Pi), math.Erfc(-z/math.Sqrt2)/2
		exact += si * (z*(2*cdf-1) + 2*phi - 1/math.Sqrt(math.Pi)) / float64(u.Rows)
		sd += si / float64(u.Rows)
		pit[i] = cdf
	}
	within(t, "closed form", u.ExactCRPS, exact, 1e-12)
	within(t, "CRPS", u.CRPS.Value, exact, sd/8)
	// Ranks among 64 draws that all rows share move the distance from uniform by no
	// more than some 1.6/sqrt(64), the 99% point of Kolmogorov's distribution.
	within(t, "distance from uniform", u.KS, calibrate.KolmogorovSmirnov(pit).Statistic, 1.63/8)
	count := 0
	for _, n := range u.PIT {
		count += n
	}
	if count != u.Rows || u.Rows != 100 {
		t.Errorf("%d transforms in bins, of %d rows", count, u.Rows)
	}
	for _, v := range u.Transforms {
		if v <= 0 || v >= 1 {
			t.Errorf("transform %g", v)
		}
	}
	// An energy score is at least that of any single row, and at most their sum.
	if u.Energy < u.CRPS.Value || u.Energy > u.CRPS.Value*float64(u.Rows) {
		t.Errorf("energy score %g, mean CRPS %g", u.Energy, u.CRPS.Value)
	}
}

// The gradient is that of differences with the same randomness: their error is of
// order step² = 1e-10, and rounding 1e-15/1e-5.
func TestScoreGradientAndFit(t *testing.T) {
	f := calibration(t).Fit
	for j, d := range f.Difference {
		within(t, "gradient", f.Gradient[j], d, 1e-6*math.Max(1, math.Abs(d)))
		if d == 0 {
			t.Error("a score that does not depend on a hyperparameter")
		}
	}
	if f.Fitted >= f.Score || !(f.Variance > 0 && f.Lengthscale > 0) {
		t.Errorf("%+v", f)
	}
	if last := f.Trace[len(f.Trace)-1]; last.Score != f.Fitted || last.Lengthscale != f.Lengthscale || f.Trace[0].Score != f.Score {
		t.Errorf("trace from %+v to %+v", f.Trace[0], last)
	}
}
