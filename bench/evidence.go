package main

import (
	"context"
	"errors"
	"math"
	"time"

	"matheron/gp"
	"matheron/kernel"
	"matheron/optimize"
)

// startPoint returns the start of a fit: the logarithms of a variance of 1, d
// lengthscales of 0.5, and a standard deviation of the noise of 0.1.
func startPoint(d int) []float64 {
	out := make([]float64, d+2)
	for i := 1; i <= d; i++ {
		out[i] = math.Log(0.5)
	}
	out[d+1] = math.Log(0.1)
	return out
}

// objective returns -log p(y) of a problem under an RBF kernel with a lengthscale
// an input, and its gradient, as a function of the logarithms of startPoint.
func objective(p problem) optimize.Objective {
	ev := gp.NewEvidence(p.x, p.y)
	return func(theta, grad []float64) float64 {
		d := len(theta) - 2
		v := make([]float64, len(theta))
		for i, t := range theta {
			v[i] = math.Exp(t)
		}
		prior := gp.Prior{Kernel: kernel.RBF{Variance: v[0], Lengthscale: kernel.ARD(v[1 : d+1]...)}}
		noise := gp.Noise(v[d+1] * v[d+1])
		if grad == nil {
			value, err := ev.Eval(prior, noise)
			if err != nil {
				return math.Inf(1)
			}
			return -value
		}
		value, g, err := ev.EvalGrad(prior, noise)
		if err != nil {
			// Not positive definite, or out of range: infeasible.
			return math.Inf(1)
		}
		for i, gi := range g.Kernel {
			grad[i] = -gi * v[i]
		}
		grad[d+1] = -g.Noise[0] * 2 * v[d+1] * v[d+1]
		return -value
	}
}

// feasible returns an error unless f is a finite value of an objective.
func feasible(f float64) error {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return errors.New("the log evidence cannot be evaluated at the start")
	}
	return nil
}

// evidenceTime measures the log evidence with its gradient, in seconds.
func evidenceTime(of size) scalar {
	return func(ctx context.Context, s *session) (float64, error) {
		f, theta := objective(s.problem(of)), startPoint(of.inputs)
		grad := make([]float64, len(theta))
		return best(ctx, s.runs, nil, func() error {
			return feasible(f(theta, grad))
		})
	}
}

// fitted is how a fit went.
type fitted struct {
	seconds        float64
	evidencePerRow float64
}

// fit runs L-BFGS once, from the start, after one evaluation as a warm-up. Its
// many evaluations are the repetition.
func (s *session) fit(ctx context.Context, of size) (fitted, error) {
	if f, ok := s.fits[of]; ok {
		return f, nil
	}
	p, theta := s.problem(of), startPoint(of.inputs)
	f := objective(p)
	if err := feasible(f(theta, make([]float64, len(theta)))); err != nil {
		return fitted{}, err
	}
	began := time.Now()
	// SciPy's tolerances are the defaults here too.
	end, err := optimize.LBFGS{MaxIterations: 100}.Minimize(ctx, f, theta)
	if err != nil {
		return fitted{}, err
	}
	out := fitted{seconds: time.Since(began).Seconds(), evidencePerRow: -end.F / float64(len(p.y))}
	s.fits[of] = out
	return out, nil
}

func fitTime(of size) scalar {
	return func(ctx context.Context, s *session) (float64, error) {
		f, err := s.fit(ctx, of)
		return f.seconds, err
	}
}

func fitEvidence(of size) scalar {
	return func(ctx context.Context, s *session) (float64, error) {
		f, err := s.fit(ctx, of)
		return f.evidencePerRow, err
	}
}
