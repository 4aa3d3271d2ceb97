package main

import (
	"context"
	"errors"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/rng"
	"matheron/store"
)

// regression is what a model says of f, in the units of the model.
type regression interface {
	// laws returns those of f and of an observation at the rows of z.
	laws(z *mat.Dense) (f, y law)
	// priorVariance is that of f before the data.
	priorVariance(z *mat.Dense) []float64
	// draw returns n functions with a number of random features a component.
	draw(key rng.Key, features, n int) (*pathwise.Paths, error)
	// points is the number of rows, or of inducing inputs, that each point meets,
	// and numbers how many numbers a point needs.
	points() int
	numbers() int
	// against names what drawn functions are compared with, and says of which kind
	// that is.
	against() (what, kind string)
}

// newRegression makes what a model says ready; path is the name of its file.
func newRegression(ctx context.Context, m *store.Model, path string) (regression, error) {
	switch {
	case m.Sparse != nil:
		post, err := await(ctx, m.SparsePosterior)
		if err != nil {
			return nil, inFile(path, err)
		}
		return newSparseRegression(m, post)
	case m.Draws != nil:
		r, err := newMixtureRegression(ctx, m)
		return r, inFile(path, err)
	}
	if err := checkMemory(len(m.Y), 1); err != nil {
		return nil, inFile(path, err)
	}
	post, err := await(ctx, m.Posterior)
	if err != nil {
		return nil, inFile(path, err)
	}
	return exactRegression{post}, nil
}

// exactRegression is an exact posterior.
type exactRegression struct{ post *gp.Exact }

func (r exactRegression) laws(z *mat.Dense) (f, y law) {
	return normalLaws(r.post.Mean(nil, z), r.post.Variance(nil, z), r.post.NoiseDiag()[0])
}

func (r exactRegression) priorVariance(z *mat.Dense) []float64 {
	return priorVariance(r.post.Kernel(), z)
}

func (r exactRegression) draw(key rng.Key, features, n int) (*pathwise.Paths, error) {
	return pathwise.Sampler{Posterior: r.post, Features: features}.Draw(key, n)
}

func (r exactRegression) points() int  { return r.post.Len() }
func (r exactRegression) numbers() int { return r.post.Len() }

func (exactRegression) against() (what, kind string) { return "the exact posterior", "exact" }

// errNoiseOfRows is the error of asking for observations where the noise is known
// at the training rows alone.
var errNoiseOfRows = errors.New("the noise is one number a training row: that of a new observation is not known")

// priorVariance returns that of a kernel at the rows of z.
func priorVariance(k kernel.Kernel, z *mat.Dense) []float64 {
	n, _ := z.Dims()
	out := make([]float64, n)
	k.Diag(out, z)
	return out
}
