package calibrate

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/optimize"
)

// Score is a loss of draws X, S x N, at observations y. Unless dst is nil it sets
// dst, S x N, to dS/dX.
type Score func(dst, draws *mat.Dense, y []float64) float64

// EnergyScore is [Energy] as a Score.
func EnergyScore(e Estimator) Score {
	return func(dst, draws *mat.Dense, y []float64) float64 { return Energy(dst, draws, y, e) }
}

// MeanCRPS is the mean of [CRPS] over the observations as a Score.
func MeanCRPS(e Estimator) Score {
	return func(dst, draws *mat.Dense, y []float64) float64 { return mean(dst, crps(dst, draws, y, e)) }
}

// MeanLog is the mean of [Log] over the observations as a Score. The draws are of
// f, and the noise is not a parameter.
func MeanLog(v float64) Score {
	return func(dst, draws *mat.Dense, y []float64) float64 { return mean(dst, Log(dst, draws, y, v)) }
}

// mean returns the mean of the scores and makes their derivatives those of it.
func mean(dst *mat.Dense, scores []float64) float64 {
	sum := 0.0
	for _, v := range scores {
		sum += v
	}
	if dst != nil {
		dst.Scale(1/float64(len(scores)), dst)
	}
	return sum / float64(len(scores))
}

// Model turns parameters into draws at the observations, S x N, by the same base
// randomness at each call: weights, noise and frequencies of the kernel at hand
// are fixed functions of parameters and fixed numbers. Draws that are drawn anew
// have no derivative.
//
// pull sets dst[p] to sum_si w_si dX_si/dtheta_p; w is that of the last call. It is
// nil where the draws cannot be differentiated. An error says that there are no
// draws at theta, as where a covariance is not positive definite.
type Model func(theta []float64) (draws *mat.Dense, pull func(dst []float64, w *mat.Dense), err error)

// NoGradient is the error of a model whose draws cannot be differentiated.
type NoGradient struct{}

func (e *NoGradient) Error() string {
	return "the draws have no derivative with respect to the parameters"
}

// Eval returns the score at theta and, unless grad is nil, sets grad to its
// gradient,
//
//	dS/dtheta_p = sum_si dS/dX_si dX_si/dtheta_p.
//
// The error is that of the model, a *NoGradient, or the *NotFinite of a draw.
func Eval(m Model, score Score, y, theta, grad []float64) (float64, error) {
	draws, pull, err := m(theta)
	if err != nil {
		return math.NaN(), err
	}
	s, n := mustFit(draws, y)
	for r := range s {
		for i, v := range draws.RawRowView(r) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return math.NaN(), &NotFinite{What: "draw", Row: r, Index: i, Value: v}
			}
		}
	}
	if grad == nil {
		return score(nil, draws, y), nil
	}
	if pull == nil {
		return math.NaN(), &NoGradient{}
	}
	if len(grad) != len(theta) {
		panic(fmt.Sprintf("calibrate: a gradient of %d for %d parameters", len(grad), len(theta)))
	}
	w := mat.NewDense(s, n, nil)
	v := score(w, draws, y)
	pull(grad, w)
	return v, nil
}

// Objective returns the score as a function of the parameters, NaN where the model
// has no draws.
func Objective(m Model, score Score, y []float64) optimize.Objective {
	return func(theta, grad []float64) float64 {
		v, err := Eval(m, score, y, theta, grad)
		if err != nil {
			return math.NaN()
		}
		return v
	}
}

// Fit minimises a score over the parameters of a model.
type Fit struct {
	// Score is EnergyScore(Fair) if it is nil.
	Score Score
	// Minimizer is optimize.LBFGS{} if it is nil.
	Minimizer optimize.Minimizer
}

// Run minimises the score of the model at y from theta. Parameters should be
// unconstrained, as logarithms of positive ones are, or the minimiser bounded. The
// errors are those of [Eval] at theta and of the minimiser.
//
// What is found is the best of this sample of draws: with S draws a fair score is
// off by its Monte Carlo error of O(S^-1/2), the same at all parameters for the
// most part.
func (f Fit) Run(ctx context.Context, m Model, y, theta []float64) (optimize.Result, error) {
	score, minimizer := f.Score, f.Minimizer
	if score == nil {
		score = EnergyScore(Fair)
	}
	if minimizer == nil {
		minimizer = optimize.LBFGS{}
	}
	if _, err := Eval(m, score, y, theta, make([]float64, len(theta))); err != nil {
		return optimize.Result{}, err
	}
	return minimizer.Minimize(ctx, Objective(m, score, y), theta)
}
