package store

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/internal/parallel"
	"matheron/prob"
)

// Marginals are the distributions of a function, or of an observation, at some points,
// each by itself: normal, or, where the parameters are known by draws, an even mixture
// of normal ones.
type Marginals struct {
	Mean, SD []float64
	mixture  *normalMixtures // nil where they are normal
}

// normalMixtures has the components of mixtures, a point a row and a draw a column.
type normalMixtures struct {
	means, sds *mat.Dense
	quantiles  func() *mat.Dense // points x 3: those of the central 95%, and the median between
}

// normal95 is the 0.975 quantile of the standard normal distribution.
var normal95 = normalQuantile(0.95)

// normalQuantile returns z such that a standard normal variable is between -z and z with
// a probability.
func normalQuantile(central float64) float64 { return math.Sqrt2 * math.Erfinv(central) }

// normals returns normal distributions of these variances and a noise.
func normals(mean, variance []float64, noise float64) Marginals {
	m := Marginals{Mean: mean, SD: make([]float64, len(mean))}
	for i, v := range variance {
		m.SD[i] = math.Sqrt(v + noise)
	}
	return m
}

// mixtures returns mixtures of normal components. Their quantiles are found when they
// are asked for first.
func mixtures(means, sds *mat.Dense) Marginals {
	n, _ := means.Dims()
	m := Marginals{make([]float64, n), make([]float64, n), &normalMixtures{means: means, sds: sds}}
	for i := range n {
		mean, variance := m.mixture.at(i).Moments()
		m.Mean[i], m.SD[i] = mean, math.Sqrt(variance)
	}
	m.mixture.quantiles = sync.OnceValue(func() *mat.Dense {
		q := mat.NewDense(n, 3, nil)
		parallel.Do(0, n, func(_, i int) {
			d := m.mixture.at(i)
			q.SetRow(i, []float64{d.Quantile(0.025), d.Quantile(0.5), d.Quantile(0.975)})
		})
		return q
	})
	return m
}

func (m *normalMixtures) at(i int) prob.NormalMixture {
	return prob.NormalMixture{Means: m.means.RawRowView(i), SDs: m.sds.RawRowView(i)}
}

// Len returns the number of points.
func (m Marginals) Len() int { return len(m.Mean) }

// Quantile returns what the value at point i is below with probability p.
func (m Marginals) Quantile(i int, p float64) float64 {
	if m.mixture != nil {
		return m.mixture.at(i).Quantile(p)
	}
	return m.Mean[i] + m.SD[i]*normalQuantile(2*p-1)
}

// Interval returns the ends of the central 95% at point i.
func (m Marginals) Interval(i int) (lo, hi float64) {
	if m.mixture != nil {
		q := m.mixture.quantiles()
		return q.At(i, 0), q.At(i, 2)
	}
	return m.Mean[i] - normal95*m.SD[i], m.Mean[i] + normal95*m.SD[i]
}

// Median returns the median at point i.
func (m Marginals) Median(i int) float64 {
	if m.mixture != nil {
		return m.mixture.quantiles().At(i, 1)
	}
	return m.Mean[i]
}

// LogProb returns the log density of v at point i.
func (m Marginals) LogProb(i int, v float64) float64 {
	if m.mixture != nil {
		return m.mixture.at(i).LogProb(v)
	}
	z := (v - m.Mean[i]) / m.SD[i]
	return -(0.5*z*z + math.Log(m.SD[i]) + 0.5*math.Log(2*math.Pi))
}

// unscale returns m in the units of the table; a model without c has them.
func (m Marginals) unscale(c *data.Scaling) Marginals {
	if c == nil || m.Len() == 0 {
		return m
	}
	if x := m.mixture; x != nil {
		sds := mat.DenseCopyOf(x.sds)
		sds.Scale(c.Target.Scale, sds)
		return mixtures(c.InverseDraws(nil, x.means), sds)
	}
	return Marginals{Mean: c.InverseMean(nil, m.Mean), SD: c.InverseSD(nil, m.SD)}
}
