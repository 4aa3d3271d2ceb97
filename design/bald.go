package design

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/parallel"
)

// BALD returns, for each candidate, what an observation there tells about which of
// M models is true: the mutual information of the observation and the index of its
// model, in nats,
//
//	H[ 1/M sum_m N(mean_m, variance_m) ] - 1/M sum_m H[ N(mean_m, variance_m) ],
//
// between 0 and log M (Houlsby et al. 2011, Bayesian active learning by
// disagreement; Riis et al. 2022 for hyperparameters). Row m of the M x N matrices
// is model m, such as the prediction under draw m of the hyperparameters; the
// variances are those of an observation, noise included, and positive. The first
// entropy is by quadrature, to 1e-9.
//
// Models from few draws ([Predictive]) differ by their sampling error too, which BALD
// counts as disagreement: with S draws each, means and variances by about 1/(2 S)
// nats each.
func BALD(mean, variance *mat.Dense) []float64 {
	m, n := mean.Dims()
	if r, c := variance.Dims(); r != m || c != n {
		panic(fmt.Sprintf("design: %d x %d means and %d x %d variances", m, n, r, c))
	}
	for i := range m {
		for j, v := range mean.RawRowView(i) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				panic(fmt.Sprintf("design: model %d has the mean %g at point %d", i, v, j))
			}
		}
		for j, v := range variance.RawRowView(i) {
			if !(v > 0) || math.IsInf(v, 1) {
				panic(fmt.Sprintf("design: model %d has the variance %g at point %d", i, v, j))
			}
		}
	}
	out := make([]float64, n)
	parallel.Do(0, n, func(_, j int) {
		models := mixture{mean: mat.Col(nil, j, mean), sd: mat.Col(nil, j, variance)}
		own := 0.0
		for i, v := range models.sd {
			own += (logTwoPiE + math.Log(v)) / 2
			models.sd[i] = math.Sqrt(v)
		}
		out[j] = max(0, models.entropy()-own/float64(m)) // not below 0 by rounding
	})
	return out
}
