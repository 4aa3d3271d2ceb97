package demo

import (
	"context"
	"slices"

	"matheron/calibrate"
)

// Calibration is use 10: how well the functions predict readings that they have
// not seen, and how the score depends on the hyperparameters.
type Calibration struct {
	Rows  int `json:"rows"` // held out
	Paths int `json:"paths"`
	// PIT are counts of the probability integral transforms in ten bins of [0, 1].
	PIT []int `json:"pit"`
	// KS is Kolmogorov and Smirnov's distance of the transforms from uniform, and
	// KSP the probability of a greater one if they were.
	KS  float64 `json:"ks"`
	KSP float64 `json:"ks_p"`
	// CRPS is the mean over the rows by draws, ExactCRPS that of the Gaussian
	// prediction in closed form.
	CRPS      Estimate `json:"crps"`
	ExactCRPS float64  `json:"exact_crps"`
	// Energy is the energy score of all rows together.
	Energy float64  `json:"energy"`
	Fit    ScoreFit `json:"fit"`

	// Transforms are the PIT values, ascending.
	Transforms []float64 `json:"-"`
	HeldOut    *HeldOut  `json:"-"`
}

// pitBins is the number of bins of the histogram.
const pitBins = 10

// Calibration computes use 10.
func (s *Example) Calibration(ctx context.Context) (*Calibration, error) {
	h, err := s.heldOut()
	if err != nil {
		return nil, err
	}
	key, noise := s.Key.Named("calibration"), s.observationVariance()
	predicted := calibrate.Observe(h.Paths.Eval(h.X), key.Named("noise"), noise)
	u := &Calibration{Rows: len(h.Y), Paths: h.Paths.Len(), HeldOut: h}
	if u.Transforms, err = calibrate.PIT(predicted, h.Y, key.Named("pit")); err != nil {
		return nil, err
	}
	slices.Sort(u.Transforms)
	u.PIT = calibrate.Histogram(u.Transforms, pitBins)
	ks := calibrate.KolmogorovSmirnov(u.Transforms)
	u.KS, u.KSP = ks.Statistic, ks.P

	u.CRPS.Value, u.CRPS.SE = calibrate.Mean(calibrate.CRPS(predicted, h.Y, calibrate.Fair))
	mean, sd := h.predictive(noise)
	for i, y := range h.Y {
		v, _, _ := calibrate.GaussianCRPS(mean[i], sd[i], y)
		u.ExactCRPS += v / float64(len(h.Y))
	}
	u.Energy = calibrate.Energy(nil, predicted, h.Y, calibrate.Fair)
	return u, s.scoreFit(ctx, &u.Fit, h)
}
