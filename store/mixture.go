package store

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"sync"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"matheron/data"
	"matheron/gp"
	"matheron/internal/parallel"
	"matheron/pathwise"
	"matheron/progress"
	"matheron/rng"
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
	r := &mixtureRegression{model: m, kind: k, noise: make([]float64, draws)}
	if draws <= bytes/8/(rows*rows) {
		r.kept = make([]*gp.Exact, draws)
	}
	errs := make([]error, draws)
	var reporting sync.Mutex
	done := 0
	parallel.Do(0, draws, func(_, i int) {
		if errs[i] = ctx.Err(); errs[i] != nil {
			return
		}
		post, err := r.make(i)
		if err != nil {
			errs[i] = fmt.Errorf("draw %d: %w", i, err)
			return
		}
		r.noise[i] = post.NoiseDiag()[0]
		if r.kept != nil {
			r.kept[i] = post
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
	return r, nil
}

// mixtureRegression is the even mixture of the posteriors of all draws.
type mixtureRegression struct {
	model *Model
	kind  *Mixture
	kept  []*gp.Exact // one a draw, or none
	noise []float64   // of an observation, white noise and jitter included
}

// make conditions on the rows with the numbers of draw i.
func (r *mixtureRegression) make(i int) (*gp.Exact, error) {
	prior, noise := r.kind.Draws.At(i, r.model.Prior, r.model.Noise)
	return prior.Condition(r.kind.X, r.kind.Y, noise)
}

// part returns the posterior of draw i, which was made before.
func (r *mixtureRegression) part(i int) *gp.Exact {
	if r.kept != nil {
		return r.kept[i]
	}
	post, err := r.make(i)
	if err != nil {
		panic("store: a posterior that was made before: " + err.Error())
	}
	return post
}

// each calls f with the posterior of each draw, in parallel.
func (r *mixtureRegression) each(f func(i int, post *gp.Exact)) {
	parallel.Do(0, len(r.noise), func(_, i int) { f(i, r.part(i)) })
}

func (r *mixtureRegression) process() Process { return r }

// Mean returns the mean of the means.
func (r *mixtureRegression) Mean(dst []float64, z *mat.Dense) []float64 {
	n, _ := z.Dims()
	means := make([][]float64, len(r.noise))
	r.each(func(i int, post *gp.Exact) { means[i] = post.Mean(nil, z) })
	mean := make([]float64, n)
	for _, m := range means {
		floats.AddScaled(mean, 1/float64(len(means)), m)
	}
	return into(dst, mean)
}

// Variance returns the mean of the variances and the variance of the means.
func (r *mixtureRegression) Variance(dst []float64, z *mat.Dense) []float64 {
	f, _ := r.marginals(z)
	for i, sd := range f.SD {
		f.SD[i] = sd * sd
	}
	return into(dst, f.SD)
}

// Covariance returns the mean of the covariances and the covariance of the means.
func (r *mixtureRegression) Covariance(dst, z *mat.Dense) *mat.Dense {
	n, _ := z.Dims()
	means, covs := make([][]float64, len(r.noise)), make([]*mat.Dense, len(r.noise))
	r.each(func(i int, post *gp.Exact) { means[i], covs[i] = post.Mean(nil, z), post.Covariance(nil, z) })
	if dst == nil {
		dst = mat.NewDense(n, n, nil)
	}
	dst.Zero()
	mean, weight := make([]float64, n), 1/float64(len(r.noise))
	for _, m := range means {
		floats.AddScaled(mean, weight, m)
	}
	for i, c := range covs {
		d := mat.NewVecDense(n, floats.SubTo(make([]float64, n), means[i], mean))
		c.RankOne(c, 1, d, d)
		c.Scale(weight, c)
		dst.Add(dst, c)
	}
	return dst
}

// Draw makes draw s of n from the posterior of draw floor(s R/n) of R of the
// parameters. The jitter is the greatest of those that were added.
func (r *mixtureRegression) Draw(key rng.Key, n int, z *mat.Dense) (draws *mat.Dense, jitter float64, err error) {
	t, _ := z.Dims()
	draws = mat.NewDense(n, t, nil)
	at := 0
	for i, count := range r.shares(n) {
		if count == 0 {
			continue
		}
		part, j, err := r.part(i).Draw(key.Split(i), count, z)
		if err != nil {
			return nil, 0, fmt.Errorf("draw %d: %w", i, err)
		}
		draws.Slice(at, at+count, 0, t).(*mat.Dense).Copy(part)
		at, jitter = at+count, max(jitter, j)
	}
	return draws, jitter, nil
}

// shares returns how many of n functions are of each draw of the parameters.
func (r *mixtureRegression) shares(n int) []int {
	if n < 1 {
		panic(fmt.Sprintf("store: %d functions, want at least 1", n))
	}
	counts := make([]int, len(r.noise))
	for s := range n {
		counts[s*len(counts)/n]++
	}
	return counts
}

func (r *mixtureRegression) marginals(z *mat.Dense) (f, y Marginals) {
	n, _ := z.Dims()
	draws := len(r.noise)
	means, fs, ys := mat.NewDense(n, draws, nil), mat.NewDense(n, draws, nil), mat.NewDense(n, draws, nil)
	r.each(func(j int, post *gp.Exact) {
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

// paths makes function s of n from the posterior of draw floor(s R/n), and only those
// posteriors that are needed.
func (r *mixtureRegression) paths(s pathwise.Sampler, key rng.Key, n int) (Functions, error) {
	counts := r.shares(n)
	parts, errs := make([]*pathwise.Paths, len(counts)), make([]error, len(counts))
	parallel.Do(0, len(counts), func(_, i int) {
		if counts[i] > 0 {
			each := s
			each.Posterior = r.part(i)
			parts[i], errs[i] = each.Draw(key.Split(i), counts[i])
		}
	})
	var used []*pathwise.Paths
	for i, p := range parts {
		if errs[i] != nil {
			return nil, fmt.Errorf("draw %d: %w", i, errs[i])
		}
		if p != nil {
			used = append(used, p)
		}
	}
	return pathwise.NewMixture(used...), nil
}

func (r *mixtureRegression) Len() int { return len(r.kind.Y) }

func (r *mixtureRegression) perPoint() int { return max(len(r.kind.Y), 5*len(r.noise)) }

func (*mixtureRegression) describe() (what, kind string) {
	return "the exact posteriors of their draws", "exact"
}

func (r *mixtureRegression) stands(p *Posterior) (x *mat.Dense, y []float64, what string) {
	return rowsInTableUnits(r.kind.X, r.kind.Y, p.scaling)
}
