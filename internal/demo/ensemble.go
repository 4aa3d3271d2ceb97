package demo

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"matheron/emulate"
	"matheron/prob"
)

// Ensemble is use 12: the functions as regressors behind Predict, and how often
// their intervals hold readings that they have not seen: those of use 10.
type Ensemble struct {
	Members int `json:"members"`
	Rows    int `json:"rows"`
	// RMSE is that of the ensemble's prediction at the readings, and Member that of
	// one member, which is a function and not a mean.
	RMSE   float64 `json:"rmse"`
	Member float64 `json:"member_rmse"`
	// Exact is the RMSE of the Gaussian process's mean.
	Exact    float64 `json:"exact_rmse"`
	Coverage []Cover `json:"coverage"`

	// Band is the ensemble's 95% interval of a reading, and its prediction, at X.
	X, Lower, Predict, Upper []float64 `json:"-"`
	// HeldX and HeldY are the readings.
	HeldX, HeldY []float64 `json:"-"`
	// Levels and Fractions are the coverage at many levels.
	Levels, Fractions []float64 `json:"-"`
}

// Cover is the coverage of the intervals of one level.
type Cover struct {
	Level    float64 `json:"level"`
	Fraction float64 `json:"share"` // of the readings inside
	// SE is that of Share if the readings were independent.
	SE    float64 `json:"se"`
	Width float64 `json:"width"`
	// Exact is the share of the Gaussian process's intervals, and ExactWidth their
	// mean width.
	Exact      float64 `json:"exact"`
	ExactWidth float64 `json:"exact_width"`
}

// Ensemble computes use 12 with what use 10 held out.
func (s *Example) Ensemble(_ context.Context, c *Calibration) (*Ensemble, error) {
	h, noise := c.HeldOut, s.observationVariance()
	e := emulate.NewEnsemble(h.Paths).WithNoise(noise)
	u := &Ensemble{Members: e.Len(), Rows: len(h.Y), X: s.gridPoints(), HeldX: h.X.RawMatrix().Data, HeldY: h.Y}
	rmse := func(predicted []float64) float64 {
		return floats.Distance(predicted, h.Y, 2) / math.Sqrt(float64(len(h.Y)))
	}
	mean, sd := h.predictive(noise)
	u.RMSE, u.Member, u.Exact = rmse(e.Predict(h.X)), rmse(e.Member(0).Predict(h.X)), rmse(mean)
	for _, v := range e.Coverage(h.X, h.Y, 0.5, 0.8, 0.95) {
		z := prob.Normal{SD: 1}.Quantile((1 + v.Level) / 2)
		exact := Cover{Level: v.Level, Fraction: v.Fraction, SE: v.StandardError, Width: v.Width}
		for i, y := range h.Y {
			if math.Abs(y-mean[i]) <= z*sd[i] {
				exact.Exact += 1 / float64(len(h.Y))
			}
			exact.ExactWidth += 2 * z * sd[i] / float64(len(h.Y))
		}
		u.Coverage = append(u.Coverage, exact)
	}
	// How often every level holds: from the transforms, a reading is in the central
	// interval of level |2u - 1| and of all above it.
	for _, t := range c.Transforms {
		u.Levels = append(u.Levels, math.Abs(2*t-1))
	}
	slices.Sort(u.Levels)
	for i := range u.Levels {
		u.Fractions = append(u.Fractions, float64(i+1)/float64(len(u.Levels)))
	}
	sum := e.Summarize(s.Grid, 0.025, 0.975)
	u.Predict = sum.Mean
	for i := range u.X {
		u.Lower, u.Upper = append(u.Lower, sum.Quantiles.At(i, 0)), append(u.Upper, sum.Quantiles.At(i, 1))
	}
	return u, nil
}
