package worked

import (
	"context"
	"math"
	"slices"

	"matheron/calibrate"
	"matheron/optimize"
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

// ScoreFit is the energy score of functions of the same base randomness as a
// function of the logarithms of the kernel's variance and lengthscale: its
// gradient where the story has them, and its minimum.
type ScoreFit struct {
	Paths    int     `json:"paths"`
	Features int     `json:"features"`
	Score    float64 `json:"score"`
	// Gradient is by differentiation of the draws, Difference by central differences
	// of the score with the same randomness: variance, lengthscale.
	Gradient   []float64 `json:"gradient"`
	Difference []float64 `json:"difference"`
	// Fitted is the score at its minimum, which has Variance and Lengthscale.
	Fitted      float64 `json:"fitted"`
	Variance    float64 `json:"variance"`
	Lengthscale float64 `json:"lengthscale"`
	Evaluations int     `json:"evaluations"`
	Status      string  `json:"status"`

	// Trace is where the search was after each iteration, from the start on.
	Trace []ScorePoint `json:"-"`
}

// ScorePoint is the energy score at some hyperparameters.
type ScorePoint struct{ Variance, Lengthscale, Score float64 }

const (
	// pitBins is the number of bins of the histogram.
	pitBins = 10
	// scoreTol ends the fit, far below the error of a score of 32 functions.
	scoreTol = 1e-6
)

// Calibration computes use 10.
func (s *Story) Calibration(ctx context.Context) (*Calibration, error) {
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

// scoreFit differentiates the energy score, and minimises it.
func (s *Story) scoreFit(ctx context.Context, out *ScoreFit, h *HeldOut) error {
	p := s.newProgram(h)
	score := calibrate.EnergyScore(calibrate.Fair)
	model := p.model()
	*out = ScoreFit{Paths: scorePaths, Features: scoreFeatures, Gradient: make([]float64, 2), Difference: make([]float64, 2)}
	theta := p.theta()
	var err error
	if out.Score, err = calibrate.Eval(model, score, h.Y, theta, out.Gradient); err != nil {
		return err
	}
	const step = 1e-5
	objective := calibrate.Objective(model, score, h.Y)
	for j := range theta {
		x := slices.Clone(theta)
		x[j] += step
		high := objective(x, nil)
		x[j] -= 2 * step
		out.Difference[j] = (high - objective(x, nil)) / (2 * step)
	}
	note := func(x []float64, score float64) {
		out.Trace = append(out.Trace, ScorePoint{math.Exp(x[0]), math.Exp(x[1]), score})
	}
	note(theta, out.Score)
	search := optimize.LBFGS{RelTol: scoreTol, Progress: func(i optimize.Iteration) { note(i.X, i.F) }}
	fit, err := calibrate.Fit{Score: score, Minimizer: search}.Run(ctx, model, h.Y, theta)
	if err != nil {
		return err
	}
	out.Fitted, out.Variance, out.Lengthscale = fit.F, math.Exp(fit.X[0]), math.Exp(fit.X[1])
	out.Evaluations, out.Status = fit.Evaluations, fit.Status.String()
	return nil
}
