package emulate

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Pooled is the distribution of the input over the paths of a surrogate, each with
// posterior draws of its own,
//
//	p(u) = sum_s w_s p(u | y, f_s),
//	var u = sum_s w_s var_s + sum_s w_s (mean_s - mean)^2.
//
// With equal weights the paths are as likely as their own distribution says,
// whatever was observed of the simulator's input (a modular, or cut, posterior).
// With weights in proportion to each path's evidence p(y | f_s) it is the posterior
// of [Marginal].
type Pooled struct {
	Mean, SD []float64
	// Within and Between are the two terms of the variance: what would remain with
	// the simulator known, and what the surrogate adds.
	Within, Between []float64
	// StandardError is that of Mean, from the variance of the paths' means, which
	// contains the error of each chain. NaN for a single path.
	StandardError []float64

	draws   []*mat.Dense
	weights []float64 // of each path, sum 1
}

// Pool returns the distribution of the draws, one n_s x Dim matrix a path. The
// weights are relative; nil means equal ones. It panics on shapes that do not fit,
// a path without draws and weights that are negative or all zero.
func Pool(draws []*mat.Dense, weights []float64) *Pooled {
	if len(draws) == 0 {
		panic("emulate: nothing to pool")
	}
	for s, x := range draws {
		if x == nil || x.IsEmpty() || x.RawMatrix().Cols != draws[0].RawMatrix().Cols {
			panic(fmt.Sprintf("emulate: the draws of path %d do not fit those of path 0", s))
		}
	}
	return pool(append([]*mat.Dense(nil), draws...), normalise(weights, len(draws)))
}

// pool returns the distribution of draws of one width, with weights of sum 1.
func pool(draws []*mat.Dense, weights []float64) *Pooled {
	dim := draws[0].RawMatrix().Cols
	p := &Pooled{draws: draws, weights: weights}
	p.Mean, p.SD = make([]float64, dim), make([]float64, dim)
	p.Within, p.Between, p.StandardError = make([]float64, dim), make([]float64, dim), make([]float64, dim)
	squares := 0.0
	for _, w := range p.weights {
		squares += w * w
	}
	means := make([]float64, len(draws))
	for d := range dim {
		for s, x := range draws {
			mean, variance := columnMoments(x, d)
			means[s] = mean
			p.Mean[d] += p.weights[s] * mean
			p.Within[d] += p.weights[s] * variance
		}
		errorSquared := 0.0
		for s, m := range means {
			r := m - p.Mean[d]
			p.Between[d] += p.weights[s] * r * r
			errorSquared += p.weights[s] * p.weights[s] * r * r
		}
		p.SD[d] = math.Sqrt(p.Within[d] + p.Between[d])
		// sum w² r² underestimates by the degree of freedom that the mean takes.
		p.StandardError[d] = math.Sqrt(errorSquared / (1 - squares))
	}
	return p
}

// Quantile returns the p-quantile of coordinate d over all draws.
func (p *Pooled) Quantile(d int, prob float64) float64 {
	checkProbability(prob)
	var values, weights []float64
	for s, x := range p.draws {
		n, _ := x.Dims()
		for i := range n {
			values = append(values, x.At(i, d))
			weights = append(weights, p.weights[s]/float64(n))
		}
	}
	return newEmpirical(values, weights).quantile(prob)
}

func columnMoments(x *mat.Dense, d int) (mean, variance float64) {
	n, _ := x.Dims()
	for i := range n {
		mean += x.At(i, d)
	}
	mean /= float64(n)
	for i := range n {
		r := x.At(i, d) - mean
		variance += r * r
	}
	return mean, variance / float64(n)
}

// normalise returns weights of sum 1 for n members, equal ones for nil.
func normalise(weights []float64, n int) []float64 {
	out := make([]float64, n)
	if weights == nil {
		for i := range out {
			out[i] = 1 / float64(n)
		}
		return out
	}
	if len(weights) != n {
		panic(fmt.Sprintf("emulate: %d weights for %d members", len(weights), n))
	}
	sum := 0.0
	for i, w := range weights {
		if !(w >= 0) {
			panic(fmt.Sprintf("emulate: weight %d is %v", i, w))
		}
		sum += w
	}
	if !(sum > 0) || math.IsInf(sum, 1) {
		panic(fmt.Sprintf("emulate: weights of sum %v", sum))
	}
	for i, w := range weights {
		out[i] = w / sum
	}
	return out
}
