package gp

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/parallel"
	"matheron/rng"
)

// Mixture is the posterior that is one of several, its parts, with given weights: with
// a part for each draw of the hyperparameters, f with these integrated out. Its moments
// are
//
//	mean = sum_i w_i mean_i,  cov = sum_i w_i (cov_i + d_i d_iᵀ),  d_i = mean_i - mean
//
// and its functions are not Gaussian. It is immutable and safe for many goroutines.
type Mixture struct {
	inputs   int
	given    []float64 // the weights as they were given
	fraction []float64 // and those that sum to 1
	part     func(i int) (Posterior, error)
}

// NewMixture returns the even mixture of the parts. It panics if there are none or
// their inputs differ in number.
func NewMixture(parts ...Posterior) *Mixture {
	return WeightedMixture(slices.Repeat([]float64{1}, len(parts)), parts...)
}

// WeightedMixture returns the mixture of the parts with weights in proportion to
// weight. It panics as [NewMixture] does, and for weights that do not fit or are not
// positive.
func WeightedMixture(weight []float64, parts ...Posterior) *Mixture {
	if len(parts) == 0 {
		panic("gp: a Mixture without parts")
	}
	if len(weight) != len(parts) {
		panic(fmt.Sprintf("gp: a Mixture of %d weights for %d parts", len(weight), len(parts)))
	}
	var sum float64
	for i, w := range weight {
		if !(w > 0) || !finite(w) {
			panic(fmt.Sprintf("gp: a Mixture with the weight %v", w))
		}
		if parts[i].Inputs() != parts[0].Inputs() {
			panic(fmt.Sprintf("gp: a Mixture of posteriors of %d and of %d inputs", parts[0].Inputs(), parts[i].Inputs()))
		}
		sum += w
	}
	fraction := make([]float64, len(parts))
	for i, w := range weight {
		fraction[i] = w / sum
	}
	parts = slices.Clone(parts)
	return &Mixture{parts[0].Inputs(), slices.Clone(weight), fraction, func(i int) (Posterior, error) { return parts[i], nil }}
}

// LazyMixture returns the even mixture of n posteriors of so many inputs that are made
// when they are needed, each time anew, by calls of part from several goroutines: where
// they are too many to keep, or few of them are needed, as for fewer functions than
// parts. An error of part is that of [Mixture.Part] and of whatever returns an error; a
// method that does not panics with it, so that part should not fail where it went well
// before. LazyMixture panics if n < 1 or inputs < 1.
func LazyMixture(n, inputs int, part func(i int) (Posterior, error)) *Mixture {
	if n < 1 || inputs < 1 {
		panic(fmt.Sprintf("gp: a Mixture of %d parts of %d inputs", n, inputs))
	}
	return &Mixture{inputs, slices.Repeat([]float64{1}, n), slices.Repeat([]float64{1 / float64(n)}, n), part}
}

// Inputs returns the number of inputs D.
func (m *Mixture) Inputs() int { return m.inputs }

// Len returns the number of parts.
func (m *Mixture) Len() int { return len(m.fraction) }

// Weight returns the weight of part i; all weights sum to 1.
func (m *Mixture) Weight(i int) float64 { return m.fraction[i] }

// Part returns part i, made if the mixture is lazy.
func (m *Mixture) Part(i int) (Posterior, error) {
	p, err := m.part(i)
	if err != nil {
		return nil, fmt.Errorf("part %d: %w", i, err)
	}
	return p, nil
}

// Parts returns all parts. The error is that of the first that could not be made.
func (m *Mixture) Parts() ([]Posterior, error) {
	out, errs := make([]Posterior, m.Len()), make([]error, m.Len())
	parallel.Do(0, m.Len(), func(_, i int) { out[i], errs[i] = m.Part(i) })
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// must returns part i.
func (m *Mixture) must(i int) Posterior {
	p, err := m.Part(i)
	if err != nil {
		panic("gp: Mixture: " + err.Error())
	}
	return p
}

// Mean implements [Posterior]. The parts are taken in parallel.
func (m *Mixture) Mean(dst []float64, x *mat.Dense) []float64 {
	dst = m.result("Mean", dst, x)
	means := make([][]float64, m.Len())
	parallel.Do(0, m.Len(), func(_, i int) { means[i] = m.must(i).Mean(nil, x) })
	m.average(dst, means)
	return dst
}

// Variance implements [Posterior]: the mean variance of the parts and the variance of
// their means.
func (m *Mixture) Variance(dst []float64, x *mat.Dense) []float64 {
	dst = m.result("Variance", dst, x)
	_, v := m.Moments(x)
	copy(dst, v)
	return dst
}

// Moments returns the mean and the variance of f at the rows of x, making each part
// once.
func (m *Mixture) Moments(x *mat.Dense) (mean, variance []float64) {
	mean, variance = m.result("Moments", nil, x), m.result("Moments", nil, x)
	means, variances := make([][]float64, m.Len()), make([][]float64, m.Len())
	parallel.Do(0, m.Len(), func(_, i int) {
		p := m.must(i)
		means[i], variances[i] = p.Mean(nil, x), p.Variance(nil, x)
	})
	m.average(mean, means)
	for i, w := range m.fraction {
		for j, v := range variances[i] {
			d := means[i][j] - mean[j]
			variance[j] += w * (v + d*d)
		}
	}
	return mean, variance
}

// Covariance implements [Posterior].
func (m *Mixture) Covariance(dst, x *mat.Dense) *mat.Dense {
	t, _ := x.Dims()
	m.checkColumns("Covariance", x)
	if dst == nil {
		dst = mat.NewDense(t, t, nil)
	}
	if r, c := dst.Dims(); r != t || c != t {
		panic(fmt.Sprintf("gp: Covariance: dst is %d x %d, want %d x %d", r, c, t, t))
	}
	means, covs := make([][]float64, m.Len()), make([]*mat.Dense, m.Len())
	parallel.Do(0, m.Len(), func(_, i int) {
		p := m.must(i)
		means[i], covs[i] = p.Mean(nil, x), p.Covariance(nil, x)
	})
	mean := make([]float64, t)
	m.average(mean, means)
	dst.Zero()
	for i, w := range m.fraction {
		for r := range t {
			row, d := dst.RawRowView(r), means[i][r]-mean[r]
			for c, v := range covs[i].RawRowView(r) {
				row[c] += w * (v + d*(means[i][c]-mean[c]))
			}
		}
	}
	return dst
}

// Draw implements [Posterior]. Draws are those of the parts in order, in the numbers
// of [Mixture.Counts], the first of each from the stream key.Split(i) of its part i. The
// jitter is the greatest of the parts'.
func (m *Mixture) Draw(key rng.Key, s int, x *mat.Dense) (draws *mat.Dense, jitter float64, err error) {
	m.checkColumns("Draw", x)
	t, _ := x.Dims()
	counts := m.Counts(s)
	parts, jitters, errs := make([]*mat.Dense, m.Len()), make([]float64, m.Len()), make([]error, m.Len())
	parallel.Do(0, m.Len(), func(_, i int) {
		if counts[i] == 0 {
			return
		}
		var p Posterior
		if p, errs[i] = m.Part(i); errs[i] == nil {
			parts[i], jitters[i], errs[i] = p.Draw(key.Split(i), counts[i], x)
		}
	})
	draws = mat.NewDense(s, t, nil)
	at := 0
	for i, n := range counts {
		if errs[i] != nil {
			return nil, 0, errs[i]
		}
		for j := range n {
			draws.SetRow(at, parts[i].RawRowView(j))
			at++
		}
	}
	return draws, slices.Max(jitters), nil
}

// Counts returns how many of n draws are those of each part: draw s is one of the part
// in whose interval of [0, 1), as long as its weight, s/n is. Of an even mixture that is part floor(s Len / n). It
// panics if n < 1.
func (m *Mixture) Counts(n int) []int {
	if n < 1 {
		panic(fmt.Sprintf("gp: Mixture: %d draws, want at least 1", n))
	}
	var sum float64
	for _, w := range m.given {
		sum += w
	}
	counts := make([]int, m.Len())
	i, end := 0, m.given[0]
	for s := range n {
		// Products, which are exact for weights that are counts.
		for float64(s)*sum >= end*float64(n) && i < m.Len()-1 {
			i++
			end += m.given[i]
		}
		counts[i]++
	}
	return counts
}

// average adds the means of the parts with their weights to dst.
func (m *Mixture) average(dst []float64, means [][]float64) {
	clear(dst)
	for i, w := range m.fraction {
		for j, v := range means[i] {
			dst[j] += w * v
		}
	}
}

// result returns dst, made if it is nil, with an element a row of x.
func (m *Mixture) result(op string, dst []float64, x *mat.Dense) []float64 {
	t, _ := x.Dims()
	m.checkColumns(op, x)
	if dst == nil {
		return make([]float64, t)
	}
	if len(dst) != t {
		panic(fmt.Sprintf("gp: %s: dst has %d elements for %d rows", op, len(dst), t))
	}
	return dst
}

func (m *Mixture) checkColumns(op string, x *mat.Dense) {
	if _, d := x.Dims(); d != m.inputs {
		panic(fmt.Sprintf("gp: %s: x has %d columns, want %d", op, d, m.inputs))
	}
}
