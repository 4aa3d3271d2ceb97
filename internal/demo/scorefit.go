package demo

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/calibrate"
	"matheron/gp"
	"matheron/kernel"
	"matheron/optimize"
	"matheron/pathwise"
)

// ScoreFit is the energy score of functions of the same base randomness as a
// function of the logarithms of the kernel's variance and lengthscale: its
// gradient where the example has them, and its minimum.
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
	scorePaths    = 48
	scoreFeatures = 256
	// scoreTol ends the fit. The score of 48 functions is off by some hundredths, and
	// hardly depends on the variance where the rows are among the data: a search for
	// more digits runs away along it.
	scoreTol = 1e-4
)

// scoreModel is draws of the readings held out as a function of the logarithms of
// the kernel's parameters. Functions drawn with the same key have the same base
// randomness, and carry a gradient back to the parameters.
func (s *Example) scoreModel(h *HeldOut) calibrate.Model {
	key := s.Key.Named("score")
	return func(theta []float64) (*mat.Dense, func(dst []float64, w *mat.Dense), error) {
		values := make([]float64, len(theta))
		for i, v := range theta {
			values[i] = math.Exp(v)
		}
		prior := h.Posterior.Prior()
		prior.Kernel = kernel.WithParams(prior.Kernel, values)
		post, err := prior.Condition(h.Posterior.X(), h.Posterior.Y(), gp.Noise(s.Noise))
		if err != nil {
			return nil, nil, err
		}
		paths, err := pathwise.Sampler{Posterior: post, Features: scoreFeatures}.Draw(key.Named("paths"), scorePaths)
		if err != nil {
			return nil, nil, err
		}
		draws := calibrate.Observe(paths.Eval(h.X), key.Named("noise"), s.observationVariance())
		pull := func(dst []float64, w *mat.Dense) {
			g, err := paths.ParamGrad(w, h.X)
			for i := range dst {
				dst[i] = math.NaN() // which no search takes for a slope
				if err == nil {
					dst[i] = g[i] * values[i]
				}
			}
		}
		return draws, pull, nil
	}
}

// scoreFit differentiates the energy score, and minimises it.
func (s *Example) scoreFit(ctx context.Context, out *ScoreFit, h *HeldOut) error {
	score, model := calibrate.EnergyScore(calibrate.Fair), s.scoreModel(h)
	*out = ScoreFit{Paths: scorePaths, Features: scoreFeatures, Gradient: make([]float64, 2), Difference: make([]float64, 2)}
	var theta []float64
	for _, p := range kernel.Params(s.Prior.Kernel) {
		theta = append(theta, math.Log(p.Value))
	}
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
	search := optimize.LBFGS{RelTol: scoreTol, Observe: func(i optimize.Iteration) { note(i.X, i.F) }}
	fit, err := calibrate.Fit{Score: score, Minimizer: search}.Run(ctx, model, h.Y, theta)
	if err != nil {
		return err
	}
	out.Fitted, out.Variance, out.Lengthscale = fit.F, math.Exp(fit.X[0]), math.Exp(fit.X[1])
	out.Evaluations, out.Status = fit.Evaluations, fit.Status.String()
	return nil
}
