package main

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"matheron/gp"
	"matheron/internal/parallel"
	"matheron/pathwise"
	"matheron/rng"
	"matheron/store"
)

// keptBytes bounds the memory of the posteriors of a mixture that are kept
// factorised. Beyond, each is factorised again whenever it is needed.
const keptBytes = 1 << 30

// mixtureRegression is the even mixture of the posteriors of all draws of the
// parameters.
type mixtureRegression struct {
	model *store.Model
	kept  []*gp.Exact // one a draw, or none
	noise []float64   // of an observation, white noise and jitter included
}

// newMixtureRegression conditions on the rows once for each draw.
func newMixtureRegression(ctx context.Context, m *store.Model) (*mixtureRegression, error) {
	rows, draws := len(m.Y), m.Draws.Len()
	if err := checkMemory(rows, 2); err != nil {
		return nil, err
	}
	r := &mixtureRegression{model: m, noise: make([]float64, draws)}
	if draws <= keptBytes/8/(rows*rows) {
		r.kept = make([]*gp.Exact, draws)
	}
	b := newBar(draws, fmt.Sprintf("conditioning on %d rows, %d draws", rows, draws), "")
	defer b.done()
	errs := make([]error, draws)
	parallel.Do(0, draws, func(_, i int) {
		if errs[i] = ctx.Err(); errs[i] != nil {
			return
		}
		post, err := m.PosteriorAt(i)
		if err != nil {
			errs[i] = fmt.Errorf("draw %d: %w", i, err)
			return
		}
		r.noise[i] = post.NoiseDiag()[0]
		if r.kept != nil {
			r.kept[i] = post
		}
		b.add(1)
	})
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return r, nil
}

// posterior returns that of draw i, which was there before.
func (r *mixtureRegression) posterior(i int) *gp.Exact {
	if r.kept != nil {
		return r.kept[i]
	}
	post, err := r.model.PosteriorAt(i)
	if err != nil {
		panic("matheron: a posterior that was there: " + err.Error())
	}
	return post
}

func (r *mixtureRegression) laws(z *mat.Dense) (f, y law) {
	n, _ := z.Dims()
	draws := len(r.noise)
	means, fs, ys := mat.NewDense(n, draws, nil), mat.NewDense(n, draws, nil), mat.NewDense(n, draws, nil)
	parallel.Do(0, draws, func(_, j int) {
		post := r.posterior(j)
		mean, variance := post.Mean(nil, z), post.Variance(nil, z)
		for i := range n {
			means.Set(i, j, mean[i])
			fs.Set(i, j, math.Sqrt(variance[i]))
			ys.Set(i, j, math.Sqrt(variance[i]+r.noise[j]))
		}
	})
	return newMixtureLaw(means, fs), newMixtureLaw(means, ys)
}

// priorVariance is that of the mixture of priors: their mean variance, and the
// variance of their means.
func (r *mixtureRegression) priorVariance(z *mat.Dense) []float64 {
	n, _ := z.Dims()
	out, one := make([]float64, n), make([]float64, n)
	draws := len(r.noise)
	means := mat.NewDense(n, draws, nil)
	for j := range draws {
		prior, _ := r.model.At(j)
		prior.Kernel.Diag(one, z)
		for i, v := range one {
			out[i] += v / float64(draws)
		}
		if prior.Mean != nil {
			prior.Mean.Eval(one, z)
			means.SetCol(j, one)
		}
	}
	for i := range out {
		out[i] += stat.PopVariance(means.RawRowView(i), nil)
	}
	return out
}

// draw makes function s from draw floor(s draws / n).
func (r *mixtureRegression) draw(key rng.Key, features, n int) (*pathwise.Paths, error) {
	posts := gp.LazyMixture(len(r.noise), len(r.model.Inputs), func(i int) (gp.Posterior, error) { return r.posterior(i), nil })
	return pathwise.Sampler{Posterior: posts, Features: features}.Draw(key, n)
}

func (r *mixtureRegression) points() int  { return len(r.model.Y) }
func (r *mixtureRegression) numbers() int { return max(len(r.model.Y), 5*len(r.noise)) }

func (*mixtureRegression) against() (what, kind string) {
	return "the exact posteriors of their draws", "exact"
}
