package main

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/internal/parallel"
	"matheron/prob"
)

// law is the marginal law of f, or of an observation, at some points: normal, or,
// where the parameters are known by draws, an even mixture of normal laws.
type law struct {
	mean, sd []float64 // of the whole
	mixture  *mixtureLaw
}

// mixtureLaw has the components of a mixture, a point a row and a draw a column.
type mixtureLaw struct {
	means, sds *mat.Dense
	quantiles  func() *mat.Dense // points x 3: those of the central 95%, and the median between
}

// normal95 is the 0.975 quantile of the standard normal law.
var normal95 = math.Sqrt2 * math.Erfinv(0.95)

// newMixtureLaw returns the law of components. Its quantiles are found when they
// are asked for first.
func newMixtureLaw(means, sds *mat.Dense) law {
	n, _ := means.Dims()
	l := law{make([]float64, n), make([]float64, n), &mixtureLaw{means: means, sds: sds}}
	for i := range n {
		mean, variance := l.mixture.at(i).Moments()
		l.mean[i], l.sd[i] = mean, math.Sqrt(variance)
	}
	l.mixture.quantiles = sync.OnceValue(func() *mat.Dense {
		q := mat.NewDense(n, 3, nil)
		parallel.Do(0, n, func(_, i int) {
			d := l.mixture.at(i)
			q.SetRow(i, []float64{d.Quantile(0.025), d.Quantile(0.5), d.Quantile(0.975)})
		})
		return q
	})
	return l
}

func (m *mixtureLaw) at(i int) prob.NormalMixture {
	return prob.NormalMixture{Means: m.means.RawRowView(i), SDs: m.sds.RawRowView(i)}
}

// interval returns the ends of the central 95% of the law at point i.
func (l law) interval(i int) (lo, hi float64) {
	if l.mixture != nil {
		q := l.mixture.quantiles()
		return q.At(i, 0), q.At(i, 2)
	}
	return l.mean[i] - normal95*l.sd[i], l.mean[i] + normal95*l.sd[i]
}

// median returns the median of the law at point i.
func (l law) median(i int) float64 {
	if l.mixture != nil {
		return l.mixture.quantiles().At(i, 1)
	}
	return l.mean[i]
}

// logDensity returns that of y at point i.
func (l law) logDensity(i int, y float64) float64 {
	if l.mixture != nil {
		return l.mixture.at(i).LogProb(y)
	}
	z := (y - l.mean[i]) / l.sd[i]
	return -(0.5*z*z + math.Log(l.sd[i]) + 0.5*math.Log(2*math.Pi))
}

// unscale returns the law in the units of the data; nil is a model that has them.
func (l law) unscale(c *data.Scaling) law {
	if c == nil {
		return l
	}
	if m := l.mixture; m != nil {
		sds := mat.DenseCopyOf(m.sds)
		sds.Scale(c.Target.Scale, sds)
		return newMixtureLaw(c.InverseDraws(nil, m.means), sds)
	}
	return law{mean: c.InverseMean(nil, l.mean), sd: c.InverseSD(nil, l.sd)}
}

// normalLaws returns the laws of f with these moments, and of an observation.
func normalLaws(mean, variance []float64, noise float64) (f, y law) {
	f, y = law{mean: mean, sd: make([]float64, len(mean))}, law{mean: mean, sd: make([]float64, len(mean))}
	for i, v := range variance {
		f.sd[i], y.sd[i] = math.Sqrt(v), math.Sqrt(v+noise)
	}
	return f, y
}
