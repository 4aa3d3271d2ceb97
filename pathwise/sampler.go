package pathwise

import (
	"fmt"
	"math"
	"runtime"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/rng"
)

// Sampler draws functions from an exact posterior. Only Posterior is needed:
// the zero value of each option is a good default.
type Sampler struct {
	Posterior *gp.Exact
	// Features is the number of random features of each component of the
	// kernel, basis.DefaultCount if it is 0. Exact finite features come on top.
	Features int
	// Form and Frequencies say how random features are made.
	Form        basis.Form
	Frequencies basis.Frequencies
	// PerPath gives each path a basis of its own: second moments over paths are
	// then unbiased for any number of features, at S times the cosines. By
	// default all paths share one basis.
	PerPath bool
}

// options returns how the features are drawn.
func (s Sampler) options() basis.Options {
	return basis.Options{Count: s.Features, Form: s.Form, Frequencies: s.Frequencies}
}

// Draw returns n functions of the posterior. The hyperparameters are those of
// the posterior, in the prior path and in the correction. It panics if there is
// no posterior or n is not positive; it returns an error that names a kernel
// without a basis.
//
// Cost: O(N (F D + F n + N n)), with a basis a path O(n N F D).
func (s Sampler) Draw(key rng.Key, n int) (*Paths, error) {
	if s.Posterior == nil {
		panic("pathwise: a Sampler without a Posterior")
	}
	if n < 1 {
		panic(fmt.Sprintf("pathwise: Draw of %d paths", n))
	}
	p, err := drawPrior(dataOf(s.Posterior), s.options(), s.PerPath, key, n)
	if err != nil {
		return nil, err
	}
	p.posterior = known(s.Posterior)
	p.update = p.correction(s.Posterior)
	return p, nil
}

// drawPrior returns n prior paths, still without their correction.
func drawPrior(given data, o basis.Options, perPath bool, key rng.Key, n int) (*Paths, error) {
	p := &Paths{data: given, kernel: given.prior.Kernel, mean: given.prior.Mean, perPath: perPath, key: key, n: n}
	if p.mean == nil {
		p.mean = gp.Zero{}
	}
	sets := 1
	if perPath {
		sets = n
	}
	p.bases = make([]basis.Stack, sets)
	for i := range p.bases {
		k := key.Named("basis")
		if perPath {
			k = k.Split(i)
		}
		b, err := stack(p.kernel, p.Inputs(), o, k)
		if err != nil {
			return nil, fmt.Errorf("pathwise: %w", err)
		}
		p.bases[i] = b
	}
	p.fix()
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

// known returns a posterior that is there.
func known(post *gp.Exact) func() (*gp.Exact, error) {
	return func() (*gp.Exact, error) { return post, nil }
}

// correction returns the update weights V = H⁻¹ (y - m(X) - Phi_X W - E) of all
// paths, N x S, for a posterior over the rows that it holds.
func (p *Paths) correction(post *gp.Exact) *mat.Dense {
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
	post.Cholesky().Solve(r)
	return r
}
