package demo

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"

	"matheron/kernel"
	"matheron/prob"
)

// Baseline is section 1: the process with fixed hyperparameters, and functions of
// its exact posterior.
type Baseline struct {
	Rows          int     `json:"rows"`
	Variance      float64 `json:"variance"`
	Lengthscale   float64 `json:"lengthscale"`
	NoiseVariance float64 `json:"noise_variance"`
	Jitter        float64 `json:"jitter"`
	LogEvidence   float64 `json:"log_evidence"`
	Paths         int     `json:"paths"`
	Features      int     `json:"features"`
	// Width is that of the paths' 95% band, and Exact that of the posterior,
	// 2 z sd f with z the 97.5% quantile of a normal.
	Width Widths `json:"width"`
	Exact Widths `json:"exact_width"`
	// Fidelity is how far the distribution of a path is from the posterior for having
	// finitely many features: see pathwise.Fidelity. At 25 points evenly on the
	// interval, which tell as much as more do.
	Fidelity Fidelity `json:"fidelity"`
	// MeanError is the greatest distance, over the grid, of the paths' mean from
	// the posterior's, in standard errors.
	MeanError float64 `json:"mean_error"`
	// RMSE is that of the posterior's mean from the truth, at the grid points
	// within the data. It is not there for a user's table.
	RMSE *float64 `json:"rmse,omitempty"`

	Band Band `json:"-"`
	// Mean and SD are the posterior's on the grid, and Truth what there is to find.
	Mean, SD, Truth []float64 `json:"-"`
}

// Fidelity is pathwise.Fidelity with keys.
type Fidelity struct {
	Wasserstein float64 `json:"wasserstein"`
	SDRatioMin  float64 `json:"sd_ratio_min"`
	SDRatioMax  float64 `json:"sd_ratio_max"`
}

const fidelityPoints = 25

// z975 is the 97.5% quantile of the normal distribution.
var z975 = prob.Normal{SD: 1}.Quantile(0.975)

// Baseline computes section 1 from the paths of the example.
func (s *Example) Baseline(context.Context) (*Baseline, error) {
	k := s.Prior.Kernel.(kernel.RBF)
	b := &Baseline{
		Rows:          len(s.Table.X),
		Variance:      k.Variance,
		Lengthscale:   k.Lengthscale.At(0),
		NoiseVariance: s.Noise,
		Jitter:        s.Posterior.Jitter(),
		LogEvidence:   s.Posterior.LogEvidence(),
		Paths:         s.Paths.Len(),
		Features:      s.Paths.Features(),
	}
	b.Mean, b.SD = s.moments(s.Grid)
	b.Band = s.bandOf(s.Values, 1)
	b.Width = s.bandWidths(b.Band)
	b.Exact = s.widths(func(i int) float64 { return 2 * z975 * b.SD[i] })
	f, err := s.Paths.Fidelity(0, column(evenly(s.Box.Lower[0], s.Box.Upper[0], fidelityPoints)))
	if err != nil {
		return nil, err
	}
	b.Fidelity = Fidelity(f)
	sum := make([]float64, len(b.Mean))
	for i := range b.Paths {
		floats.Add(sum, s.Values.RawRowView(i))
	}
	for i, v := range sum {
		b.MeanError = max(b.MeanError, math.Abs(v/float64(b.Paths)-b.Mean[i])/(b.SD[i]/math.Sqrt(float64(b.Paths))))
	}
	if s.Truth == nil {
		return b, nil
	}
	var square, n float64
	for i, x := range b.Band.X {
		b.Truth = append(b.Truth, s.Truth(x))
		if x >= s.Lower && x <= s.Upper {
			square += (b.Mean[i] - b.Truth[i]) * (b.Mean[i] - b.Truth[i])
			n++
		}
	}
	rmse := math.Sqrt(square / n)
	b.RMSE = &rmse
	return b, nil
}
