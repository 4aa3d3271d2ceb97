package store

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"sync"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"matheron/data"
	"matheron/gp"
	"matheron/internal/parallel"
	"matheron/progress"
)

// Mixture is the kind of a model whose parameters are known by draws, such as those
// of NUTS: the even mixture of the exact posteriors with the numbers of each draw. The
// prior and the noise of the model itself have numbers in their place, such as means.
// Its posterior costs O(N^3) a draw.
type Mixture struct {
	// X (N x D) and Y are the rows, in the model's units.
	X     *mat.Dense
	Y     []float64
	Draws *Draws
}

// Rows implements [Kind].
func (k *Mixture) Rows() int { return len(k.Y) }

// Matrices implements [Kind].
func (k *Mixture) Matrices() int { return 2 }

func (k *Mixture) check(m *Model) error {
	if err := m.dataOf(k.X, k.Y).check(); err != nil {
		return err
	}
	if k.Draws == nil {
		return fmt.Errorf("no draws")
	}
	return k.Draws.check(m, len(k.Y))
}

func mixtureForm() form {
	return form{member: "draws", version: 2, read: func(text json.RawMessage, b *modelBody) (Kind, error) {
		x, err := b.rows()
		if err != nil {
			return nil, err
		}
		draws, err := unmarshalDraws(text)
		return &Mixture{x, b.Y, draws}, err
	}}
}

func (k *Mixture) form() form                       { return mixtureForm() }
func (k *Mixture) write(out *bodyWriter)            { k.Draws.write(out) }
func (k *Mixture) xy() (*mat.Dense, []float64)      { return k.X, k.Y }
func (k *Mixture) extents(s *data.Scaling) []Extent { return extentsOfRows(k.X, s) }

// keptBytes bounds the memory of the posteriors of a mixture that are kept
// factorised. Beyond, each is factorised again whenever it is needed.
const keptBytes = 1 << 30

func (k *Mixture) condition(ctx context.Context, m *Model, report progress.Func) (regression, error) {
	return k.conditionWithin(ctx, keptBytes, m, report)
}

// conditionWithin conditions on the rows once for each draw, and keeps the posteriors
// if they need no more than a number of bytes.
func (k *Mixture) conditionWithin(ctx context.Context, bytes int, m *Model, report progress.Func) (regression, error) {
	rows, draws := len(k.Y), k.Draws.Len()
	part := func(i int) (gp.Posterior, error) {
		prior, noise := k.Draws.At(i, m.Prior, m.Noise)
		return prior.Condition(k.X, k.Y, noise)
	}
	var kept []gp.Posterior
	if draws <= bytes/8/(rows*rows) {
		kept = make([]gp.Posterior, draws)
	}
	noise, errs := make([]float64, draws), make([]error, draws)
	var reporting sync.Mutex
	done := 0
	parallel.Do(0, draws, func(_, i int) {
		if errs[i] = ctx.Err(); errs[i] != nil {
			return
		}
		post, err := part(i)
		if err != nil {
			errs[i] = fmt.Errorf("draw %d: %w", i, err)
			return
		}
		noise[i] = post.(*gp.Exact).NoiseDiag()[0]
		if kept != nil {
			kept[i] = post
		}
		reporting.Lock()
		defer reporting.Unlock()
		done++
		report.Report(conditioning(done, draws))
	})
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	r := &mixtureRegression{model: m, kind: k, noise: noise}
	if kept != nil {
		r.post = gp.NewMixture(kept...)
	} else {
		r.post = gp.LazyMixture(draws, len(m.Inputs), part)
	}
	return r, nil
}

// mixtureRegression is the even mixture of the posteriors of all draws.
type mixtureRegression struct {
	model *Model
	kind  *Mixture
	post  *gp.Mixture
	noise []float64 // of an observation, white noise and jitter included
}

func (r *mixtureRegression) posterior() gp.Posterior { return r.post }

func (r *mixtureRegression) marginals(z *mat.Dense) (f, y Marginals) {
	n, _ := z.Dims()
	draws := len(r.noise)
	means, fs, ys := mat.NewDense(n, draws, nil), mat.NewDense(n, draws, nil), mat.NewDense(n, draws, nil)
	parallel.Do(0, draws, func(_, j int) {
		post, err := r.post.Part(j)
		if err != nil {
			panic("store: a posterior that was made before: " + err.Error())
		}
		mean, variance := post.Mean(nil, z), post.Variance(nil, z)
		for i := range n {
			means.Set(i, j, mean[i])
			fs.Set(i, j, math.Sqrt(variance[i]))
			ys.Set(i, j, math.Sqrt(variance[i]+r.noise[j]))
		}
	})
	if r.model.Noise.PerRow() {
		return mixtures(means, fs), Marginals{}
	}
	return mixtures(means, fs), mixtures(means, ys)
}

// priorVariance is that of the mixture of priors: their mean variance, and the
// variance of their means.
func (r *mixtureRegression) priorVariance(z *mat.Dense) []float64 {
	n, _ := z.Dims()
	out, one := make([]float64, n), make([]float64, n)
	draws := len(r.noise)
	means := mat.NewDense(n, draws, nil)
	for j := range draws {
		prior, _ := r.kind.Draws.At(j, r.model.Prior, r.model.Noise)
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

func (r *mixtureRegression) points() int { return len(r.kind.Y) }

func (r *mixtureRegression) perPoint() int { return max(len(r.kind.Y), 5*len(r.noise)) }

func (*mixtureRegression) describe() (what, kind string) {
	return "the exact posteriors of their draws", "exact"
}

func (r *mixtureRegression) stands(p *Posterior) (x *mat.Dense, y []float64, what string) {
	return rowsInTableUnits(r.kind.X, r.kind.Y, p.scaling)
}
