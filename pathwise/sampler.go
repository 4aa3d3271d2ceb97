package pathwise

import (
	"fmt"
	"math"
	"runtime"
	"sync"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/internal/parallel"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/rng"
)

// Sampler draws functions from a posterior: a *[gp.Exact], an [Inducing] one such as a
// sparse posterior, or a *[gp.Mixture] of these. Only Posterior is needed: the zero
// value of each option is a good default.
type Sampler struct {
	Posterior gp.Posterior
	// Features is the number of random features of each component of the
	// kernel, basis.DefaultCount if it is 0. Exact finite features come on top.
	Features int
	// Form and Frequencies say how random features are made.
	Form        basis.Form
	Frequencies basis.Frequencies
	// PerPath gives each path a basis of its own: second moments over paths are
	// then unbiased for any number of features, at S times the cosines. By
	// default all paths of one posterior share one basis.
	PerPath bool
}

// Draw returns n functions of the posterior. The hyperparameters are those of
// the posterior, in the prior path and in the correction. It panics if there is
// no posterior or n is not positive; it returns an error that names a kernel
// without a basis, or a posterior that is none of those that a Sampler draws from.
//
// From an inducing posterior a function is a prior path, corrected at the inducing
// inputs to a draw of u (Wilson et al. 2020, equation 13),
//
//	f_s(x) = m(x) + phi(x).w_s + k(x, Z) v_s
//	v_s    = (K_ZZ + j I)⁻¹ (u_s - m(Z) - Phi_Z w_s - sqrt(j) xi_s)
//
// with its jitter j in the factor and so in the draw; its path s has a stream of its own
// for u. From a mixture function s is one of the part that [gp.Mixture.Counts] gives
// it, floor(s parts / n) where all weights are equal, so that each part has its
// proportion and each function keeps its hyperparameters; part i draws its own with
// key.Split(i). Parts without a function are not made.
//
// Cost: O(N (F D + F n + N n)) for N rows or inducing inputs, with a basis a path
// O(n N F D).
func (s Sampler) Draw(key rng.Key, n int) (*Paths, error) {
	if s.Posterior == nil {
		panic("pathwise: a Sampler without a Posterior")
	}
	if n < 1 {
		panic(fmt.Sprintf("pathwise: Draw of %d paths", n))
	}
	var p *part
	var err error
	switch post := s.Posterior.(type) {
	case *gp.Exact:
		p, err = s.drawExact(post, key, n)
	case *gp.Mixture:
		return s.drawMixture(post, key, n)
	case Inducing:
		p, err = s.drawInducing(post, key, n)
	default:
		err = fmt.Errorf("pathwise: no functions are drawn from a %T: it is neither exact nor a mixture, and has no inducing inputs", post)
	}
	if err != nil {
		return nil, err
	}
	return whole(p), nil
}

// drawExact returns n functions of an exact posterior.
func (s Sampler) drawExact(post *gp.Exact, key rng.Key, n int) (*part, error) {
	p, err := s.drawPrior(dataOf(post), key, n)
	if err != nil {
		return nil, err
	}
	p.learn(post)
	return p, nil
}

// drawInducing returns n functions of an inducing posterior.
func (s Sampler) drawInducing(post Inducing, key rng.Key, n int) (*part, error) {
	prior := gp.Prior{Kernel: post.Kernel(), Mean: post.PriorMean(), Jitter: post.Jitter()}
	p, err := s.drawPrior(data{prior: prior, x: post.Z()}, key, n)
	if err != nil {
		return nil, err
	}
	p.uMoments = sync.OnceValue(func() Gaussian {
		mean, covariance := post.InducingMoments()
		return Gaussian{mean, covariance}
	})
	p.given = func() (given, error) { return &inducing{prior, p.x, post.Solver(), p.uMoments(), post}, nil }
	m, _ := p.x.Dims()
	r := newStrided(m, n)
	p.priorTo(r, p.x)
	mean := make([]float64, m)
	p.mean.Eval(mean, p.x)
	for i := range n {
		u := post.DrawInducing(key.Named("guide").Split(i).Rand())
		if len(u) != m {
			panic(fmt.Sprintf("pathwise: a draw of %d variables at %d inducing inputs", len(u), m))
		}
		for j, v := range u {
			r.Set(j, i, (v-mean[j])-r.At(j, i))
		}
	}
	jitter := make([]float64, m)
	for i := range jitter {
		jitter[i] = prior.Jitter
	}
	subtractNoise(r, key.Named("noise"), jitter)
	post.Solver().Solve(r, r)
	p.setCorrection(r, nil)
	return p, nil
}

// drawMixture returns n functions of a mixture.
func (s Sampler) drawMixture(post *gp.Mixture, key rng.Key, n int) (*Paths, error) {
	counts := post.Counts(n)
	parts, errs := make([]*Paths, len(counts)), make([]error, len(counts))
	parallel.Do(0, len(counts), func(_, i int) {
		if counts[i] == 0 {
			return
		}
		one := s
		if one.Posterior, errs[i] = post.Part(i); errs[i] == nil {
			parts[i], errs[i] = one.Draw(key.Split(i), counts[i])
		}
	})
	var drawn []*Paths
	for i, p := range parts {
		if errs[i] != nil {
			return nil, errs[i]
		}
		if p != nil {
			drawn = append(drawn, p)
		}
	}
	return Join(drawn...), nil
}

// drawPrior returns n prior paths, still without their correction.
func (s Sampler) drawPrior(rows data, key rng.Key, n int) (*part, error) {
	p := &part{data: rows, kernel: rows.prior.Kernel, mean: rows.prior.Mean, perPath: s.PerPath, key: key, n: n}
	if p.mean == nil {
		p.mean = gp.Zero{}
	}
	sets := 1
	if p.perPath {
		sets = n
	}
	o := basis.Options{Count: s.Features, Form: s.Form, Frequencies: s.Frequencies}
	p.bases = make([]basis.Stack, sets)
	for i := range p.bases {
		k := key.Named("basis")
		if p.perPath {
			k = k.Split(i)
		}
		b, err := stack(p.kernel, p.inputs(), o, k)
		if err != nil {
			return nil, fmt.Errorf("pathwise: %w", err)
		}
		p.bases[i] = b
	}
	p.prepare()
	p.weights = drawWeights(key.Named("weights"), p.bases[0].Len(), n)
	return p, nil
}

// stack returns the features of each component of k, one after the other.
func stack(k kernel.Kernel, d int, o basis.Options, key rng.Key) (basis.Stack, error) {
	var out basis.Stack
	for i, c := range kernel.Components(k) {
		b, err := kernel.Basis(c.Kernel, d, o, key.Split(i))
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

// drawWeights returns F x n standard normal weights, column s from the stream
// of path s.
func drawWeights(key rng.Key, features, n int) *mat.Dense {
	if features == 0 {
		return nil
	}
	w := newStrided(features, n)
	drawEach(n, features, func(s int) {
		r := key.Split(s).Rand()
		for j := range features {
			w.Set(j, s, r.NormFloat64())
		}
	})
	return w
}

// subtractNoise subtracts from column s of r, N x S, the noise of path s: row i
// has the variance sigma[i] and the i-th number of the path's stream.
func subtractNoise(r *mat.Dense, key rng.Key, sigma []float64) {
	rows, n := r.Dims()
	sd := make([]float64, rows)
	for i, v := range sigma {
		sd[i] = math.Sqrt(v)
	}
	drawEach(n, rows, func(s int) {
		src := key.Split(s).Rand()
		for i := range rows {
			r.Set(i, s, r.At(i, s)-sd[i]*src.NormFloat64())
		}
	})
}

// drawEach calls f for each of n paths, which draws so many numbers. The columns
// of 8 neighbours share the lines of a cache: one goroutine writes them.
func drawEach(n, numbers int, f func(s int)) {
	const together = 8
	workers := runtime.GOMAXPROCS(0)
	if n*numbers < 1<<14 { // 0.1 ms, which is what waking a goroutine takes
		workers = 1
	}
	each(workers, n, together, func() func(i, j int) {
		return func(i, j int) {
			for s := i; s < j; s++ {
				f(s)
			}
		}
	})
}

// residuals returns what the prior paths get wrong, y - m(X) - Phi_X W - E, N x S, for a
// posterior over the rows that it holds.
func (p *part) residuals(post *gp.Exact) *mat.Dense {
	x, y := post.X(), post.Y()
	rows, _ := x.Dims()
	r := newStrided(rows, p.n)
	p.priorTo(r, x)
	m := make([]float64, rows)
	p.mean.Eval(m, x)
	for i := range rows {
		row := r.RawRowView(i)
		for s, v := range row {
			row[s] = (y[i] - m[i]) - v
		}
	}
	subtractNoise(r, p.key.Named("noise"), post.NoiseDiag())
	return r
}
