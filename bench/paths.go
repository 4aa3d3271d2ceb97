package main

import (
	"context"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/rng"
)

// posterior conditions a prior on a problem.
func (s *session) posterior(p problem) (*gp.Exact, error) {
	_, d := p.x.Dims()
	scales := make([]float64, d)
	for i := range scales {
		scales[i] = lengthscale
	}
	prior := gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.ARD(scales...)}}
	return prior.Condition(p.x, p.y, gp.Noise(noiseVariance))
}

// draw conditions a prior on a problem and draws paths.
func (s *session) draw(p problem, paths int) (*pathwise.Paths, error) {
	post, err := s.posterior(p)
	if err != nil {
		return nil, err
	}
	return pathwise.Sampler{Posterior: post, Features: s.of(features)}.Draw(rng.New(1), paths)
}

// drawTime measures conditioning and drawing, in seconds.
func drawTime(of size, paths int) scalar {
	return func(ctx context.Context, s *session) (float64, error) {
		p, n := s.problem(of), s.of(paths)
		return best(ctx, s.runs, nil, func() error {
			_, err := s.draw(p, n)
			return err
		})
	}
}

// evalTime measures the values of all paths at common points, in nanoseconds a
// path and point.
func evalTime(of size, paths, points int) scalar {
	return func(ctx context.Context, s *session) (float64, error) {
		n, m := s.of(paths), s.of(points)
		drawn, err := s.draw(s.problem(of), n)
		if err != nil {
			return 0, err
		}
		x, dst := uniform(m, of.inputs, rng.New(2)), mat.NewDense(n, m, nil)
		seconds, err := best(ctx, s.runs, nil, func() error {
			drawn.EvalTo(dst, x)
			return nil
		})
		return seconds * 1e9 / float64(n) / float64(m), err
	}
}

// gradTime measures the gradients of each path at points of its own, in
// nanoseconds a path and point.
func gradTime(of size, paths, points int) scalar {
	return func(ctx context.Context, s *session) (float64, error) {
		n, m := s.of(paths), s.of(points)
		drawn, err := s.draw(s.problem(of), n)
		if err != nil {
			return 0, err
		}
		xs := make([]*mat.Dense, n)
		for i := range xs {
			xs[i] = uniform(m, of.inputs, rng.New(2).Split(i))
		}
		seconds, err := best(ctx, s.runs, nil, func() error {
			_, err := drawn.GradEach(xs)
			return err
		})
		return seconds * 1e9 / float64(n) / float64(m), err
	}
}
