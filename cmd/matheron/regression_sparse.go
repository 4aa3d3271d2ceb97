package main

import (
	"gonum.org/v1/gonum/mat"

	"matheron/gp/sparse"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/rng"
	"matheron/store"
)

// sparseRegression is a sparse posterior.
type sparseRegression struct {
	post  *sparse.Posterior
	noise float64 // of an observation, white noise and jitter included
}

func newSparseRegression(m *store.Model, post *sparse.Posterior) (regression, error) {
	white, _, err := kernel.WhiteVariance(m.Prior.Kernel)
	if err != nil {
		return nil, err
	}
	return sparseRegression{post, m.Noise.At(0) + white + m.Prior.Jitter}, nil
}

func (r sparseRegression) laws(z *mat.Dense) (f, y law) {
	return normalLaws(r.post.Mean(nil, z), r.post.Variance(nil, z), r.noise)
}

func (r sparseRegression) priorVariance(z *mat.Dense) []float64 {
	return priorVariance(r.post.Kernel(), z)
}

func (r sparseRegression) draw(key rng.Key, features, n int) (*pathwise.Paths, error) {
	return pathwise.Sampler{Posterior: r.post, Features: features}.Draw(key, n)
}

func (r sparseRegression) points() int  { return r.post.Inducing().Len() }
func (r sparseRegression) numbers() int { return r.post.Inducing().Len() }

func (sparseRegression) against() (what, kind string) { return "the sparse posterior", "sparse" }
