package main

import (
	"context"
	"math"
	"time"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/gp/sparse"
	"matheron/kernel"
	"matheron/progress"
	"matheron/rng"
)

// The sparse fit, ours and the peer's.
const (
	inducing   = 256
	batch      = 1024
	batches    = 20 // of an epoch
	sparseRate = 0.02
)

// svgpTable is the shape of the sparse fit's table.
func svgpTable(inputs int) size { return size{rows: batch * batches, inputs: inputs} }

// svgpStep measures a step of stochastic variational inference, in milliseconds:
// the bound on a batch and its gradient to the variance, the lengthscales, the
// noise, the inducing inputs and a whitened guide of full rank, and Adam on all
// of them. The steps are those of a fit: a repetition is one of its epochs.
func svgpStep(inputs int) scalar {
	return func(ctx context.Context, s *session) (float64, error) {
		m, b := s.of(inducing), s.of(batch)
		p := s.problem(svgpTable(inputs))
		scales := make([]float64, inputs)
		for i := range scales {
			scales[i] = lengthscale
		}
		prior := sparse.Prior{
			Prior: gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.ARD(scales...)}},
			Z:     mat.DenseCopyOf(p.x.Slice(0, m, 0, inputs)),
		}
		least, last := math.Inf(1), time.Time{}
		fit := sparse.Fit{
			Batch: b, Epochs: s.runs + 1, Rate: sparseRate, Tolerance: -1, StartRows: m,
			Guide: func(in *sparse.Inducing) sparse.Trainable { return in.StandardGuide() },
			Key:   rng.New(0),
			Progress: func(u progress.Update) {
				now := time.Now()
				if u.Done > 1 { // the first warms up
					least = math.Min(least, now.Sub(last).Seconds())
				}
				last = now
			},
		}
		if _, err := fit.Run(ctx, prior, p.x, p.y); err != nil {
			return 0, err
		}
		steps := (len(p.y) + b - 1) / b
		return least / float64(steps) * 1e3, nil
	}
}
