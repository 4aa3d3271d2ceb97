package pathwise

import (
	"context"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/internal/parallel"
	"matheron/optimize"
)

// Mixture is paths of several posteriors, one after the other: those of the
// first part, then those of the second. With a posterior for each draw of the
// hyperparameters it is a sample of the functions with the hyperparameters
// integrated out. Each path keeps the hyperparameters that it was drawn with, in
// its prior path and in its correction. It is immutable and safe for many
// goroutines.
type Mixture struct {
	parts []*Paths
	first []int // the first path of each part, and then Len
}

// NewMixture returns the paths of all parts. It panics if there are none, if
// their inputs differ in number, or if one is a component of a kernel.
func NewMixture(parts ...*Paths) *Mixture {
	if len(parts) == 0 {
		panic("pathwise: a Mixture without parts")
	}
	m := &Mixture{parts: slices.Clone(parts), first: make([]int, len(parts)+1)}
	for i, p := range parts {
		if p.Inputs() != parts[0].Inputs() {
			panic(fmt.Sprintf("pathwise: a Mixture of paths of %d and of %d inputs", parts[0].Inputs(), p.Inputs()))
		}
		if p.part.is {
			panic("pathwise: a Mixture of components")
		}
		m.first[i+1] = m.first[i] + p.n
	}
	return m
}

// Len returns the number of paths S of all parts.
func (m *Mixture) Len() int { return m.first[len(m.parts)] }

// Inputs returns the number of inputs D.
func (m *Mixture) Inputs() int { return m.parts[0].Inputs() }

// Features returns the number of features F of a path, the most of all parts.
func (m *Mixture) Features() int {
	f := 0
	for _, p := range m.parts {
		f = max(f, p.Features())
	}
	return f
}

// Parts returns the parts. The slice is the caller's.
func (m *Mixture) Parts() []*Paths { return slices.Clone(m.parts) }

// part returns the part that path s is in, and its index there.
func (m *Mixture) part(s int) (*Paths, int) {
	if s < 0 || s >= m.Len() {
		panic(fmt.Sprintf("pathwise: path %d of %d", s, m.Len()))
	}
	i, found := slices.BinarySearch(m.first, s)
	if !found {
		i--
	}
	// Parts have at least one path, so that no two begin at the same.
	return m.parts[i], s - m.first[i]
}

// Path returns function s.
func (m *Mixture) Path(s int) Path {
	p, i := m.part(s)
	return p.Path(i)
}

// Moments is [Paths.Moments] for path s, given its hyperparameters and its basis.
func (m *Mixture) Moments(s int, x *mat.Dense) (mean []float64, cov *mat.SymDense, err error) {
	p, i := m.part(s)
	return p.Moments(i, x)
}

// Eval returns the values of all paths at the rows of x, S x N.
func (m *Mixture) Eval(x *mat.Dense) *mat.Dense {
	n, _ := x.Dims()
	dst := mat.NewDense(m.Len(), n, nil)
	m.EvalTo(dst, x)
	return dst
}

// EvalTo sets dst[s][i] to path s at row i of x; see [Paths.EvalTo]. The parts
// are taken in parallel.
func (m *Mixture) EvalTo(dst, x *mat.Dense) {
	n, _ := x.Dims()
	if r, c := dst.Dims(); r != m.Len() || c != n {
		panic(fmt.Sprintf("pathwise: a result of %d x %d for %d paths at %d points", r, c, m.Len(), n))
	}
	parallel.Do(0, len(m.parts), func(_, i int) {
		m.parts[i].EvalTo(dst.Slice(m.first[i], m.first[i+1], 0, n).(*mat.Dense), x)
	})
}

// CheckGrad returns the error of [Paths.CheckGrad] for the first part that has one.
func (m *Mixture) CheckGrad() error {
	for _, p := range m.parts {
		if err := p.CheckGrad(); err != nil {
			return err
		}
	}
	return nil
}

// Grad is [Paths.Grad] for all parts.
func (m *Mixture) Grad(x *mat.Dense) ([]*mat.Dense, error) {
	return gather(m, func(_ int, p *Paths) ([]*mat.Dense, error) { return p.Grad(x) })
}

// GradEach is [Paths.GradEach] for all parts.
func (m *Mixture) GradEach(xs []*mat.Dense) ([]*mat.Dense, error) {
	if len(xs) != m.Len() {
		panic(fmt.Sprintf("pathwise: points for %d paths of %d", len(xs), m.Len()))
	}
	return gather(m, func(i int, p *Paths) ([]*mat.Dense, error) { return p.GradEach(xs[m.first[i]:m.first[i+1]]) })
}

// EvalEach is [Paths.EvalEach] for all parts.
func (m *Mixture) EvalEach(xs []*mat.Dense) [][]float64 {
	if len(xs) != m.Len() {
		panic(fmt.Sprintf("pathwise: points for %d paths of %d", len(xs), m.Len()))
	}
	out, _ := gather(m, func(i int, p *Paths) ([][]float64, error) { return p.EvalEach(xs[m.first[i]:m.first[i+1]]), nil })
	return out
}

// Minimize is [Paths.Minimize] for all parts.
func (m *Mixture) Minimize(ctx context.Context, box optimize.Box) ([]Optimum, error) {
	return gather(m, func(_ int, p *Paths) ([]Optimum, error) { return p.Minimize(ctx, box) })
}

// Maximize is [Paths.Maximize] for all parts.
func (m *Mixture) Maximize(ctx context.Context, box optimize.Box) ([]Optimum, error) {
	return gather(m, func(_ int, p *Paths) ([]Optimum, error) { return p.Maximize(ctx, box) })
}

// gather calls f for the parts in parallel, since most have few paths, and joins
// what they return, which may be less than all of it with an error: that of the
// first part that has one.
func gather[T any](m *Mixture, f func(i int, p *Paths) ([]T, error)) ([]T, error) {
	parts, errs := make([][]T, len(m.parts)), make([]error, len(m.parts))
	parallel.Do(0, len(m.parts), func(_, i int) { parts[i], errs[i] = f(i, m.parts[i]) })
	out := slices.Concat(parts...)
	for _, err := range errs {
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

// Marginals returns the mean and the variance of f at the rows of x under the
// mixture of the parts' exact posteriors, each with the weight of its paths:
//
//	mean = sum_i w_i mean_i,  variance = sum_i w_i (variance_i + mean_i^2) - mean^2,
//
// the latter summed about the mean. The error is that of [Paths.Posterior].
func (m *Mixture) Marginals(x *mat.Dense) (mean, variance []float64, err error) {
	n, _ := x.Dims()
	means, variances := make([][]float64, len(m.parts)), make([][]float64, len(m.parts))
	errs := make([]error, len(m.parts))
	parallel.Do(0, len(m.parts), func(_, i int) {
		var post *gp.Exact
		if post, errs[i] = m.parts[i].Posterior(); errs[i] == nil {
			means[i], variances[i] = post.Mean(nil, x), post.Variance(nil, x)
		}
	})
	mean, variance = make([]float64, n), make([]float64, n)
	for i, p := range m.parts {
		if errs[i] != nil {
			return nil, nil, errs[i]
		}
		w := float64(p.n) / float64(m.Len())
		for j, v := range means[i] {
			mean[j] += w * v
		}
	}
	for i, p := range m.parts {
		w := float64(p.n) / float64(m.Len())
		for j, v := range variances[i] {
			d := means[i][j] - mean[j]
			variance[j] += w * (v + d*d)
		}
	}
	return mean, variance, nil
}

// Condition returns the same functions after they have learned new rows; see
// [Paths.Condition]. The hyperparameters of each stay, and so do the parts'
// weights: new rows that say much about the hyperparameters ask for new draws of
// these. The error is that of the first part that has one.
func (m *Mixture) Condition(x *mat.Dense, y []float64, noise gp.NoiseVariance) (*Mixture, error) {
	parts, errs := make([]*Paths, len(m.parts)), make([]error, len(m.parts))
	parallel.Do(0, len(m.parts), func(_, i int) {
		parts[i], errs[i] = m.parts[i].Condition(x, y, noise)
	})
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("part %d: %w", i, err)
		}
	}
	return NewMixture(parts...), nil
}
