package design

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/linalg"
)

// Moments returns the mean and the variance (divisor S - 1) of each column of the
// S x N values of draws. It panics if there are fewer than two draws.
func Moments(values *mat.Dense) (mean, variance []float64) {
	s, n := values.Dims()
	checkDraws(s)
	mean, variance = make([]float64, n), make([]float64, n)
	for i := range s {
		for j, v := range values.RawRowView(i) {
			mean[j] += v
		}
	}
	for j := range mean {
		mean[j] /= float64(s)
	}
	for i := range s {
		for j, v := range values.RawRowView(i) {
			variance[j] += (v - mean[j]) * (v - mean[j])
		}
	}
	for j := range variance {
		variance[j] /= float64(s - 1)
	}
	return mean, variance
}

// Predictive returns the moments of several sets of draws, such as one set for each draw
// of the hyperparameters: row m of each M x N matrix is that of set m. They are
// Gaussian models of the function if each set is one, as [BALD] takes them. noise
// is added to the variances: the models are then those of an observation.
func Predictive(sets []*mat.Dense, noise float64) (mean, variance *mat.Dense) {
	if len(sets) == 0 {
		panic("design: predictions of no draws")
	}
	_, n := sets[0].Dims()
	mean, variance = mat.NewDense(len(sets), n, nil), mat.NewDense(len(sets), n, nil)
	for m, values := range sets {
		a, v := Moments(values)
		if len(a) != n {
			panic(fmt.Sprintf("design: sets of draws at %d and %d points", n, len(a)))
		}
		for j := range v {
			v[j] += noise
		}
		mean.SetRow(m, a)
		variance.SetRow(m, v)
	}
	return mean, variance
}

// Covariance returns the N x N covariance (divisor S - 1) of the S x N values of
// draws. Its rank is S - 1 at most. Cost O(S N^2).
func Covariance(values *mat.Dense) *mat.SymDense {
	c := centred(values)
	_, n := values.Dims()
	full := mat.NewDense(n, n, nil)
	linalg.SymRankKTransA(full, 1, c)
	linalg.Symmetrize(full)
	return mat.NewSymDense(n, full.RawMatrix().Data)
}

// centred returns (values - mean)/sqrt(S - 1), whose inner products are
// covariances.
func centred(values *mat.Dense) *mat.Dense {
	s, n := values.Dims()
	mean, _ := Moments(values)
	root := 1 / math.Sqrt(float64(s-1))
	out := mat.NewDense(s, n, nil)
	for i := range s {
		row := out.RawRowView(i)
		for j, v := range values.RawRowView(i) {
			row[j] = (v - mean[j]) * root
		}
	}
	return out
}

func checkDraws(s int) {
	if s < 2 {
		panic(fmt.Sprintf("design: the moments of %d draws, not of 2 at least", s))
	}
}

// checkNoise panics unless noise is a variance.
func checkNoise(noise float64) {
	if !(noise >= 0) || math.IsInf(noise, 1) {
		panic(fmt.Sprintf("design: the noise variance %g", noise))
	}
}

// checkPairs panics unless there is a variance, not negative, for each mean.
func checkPairs(mean, variance []float64) {
	if len(mean) != len(variance) {
		panic(fmt.Sprintf("design: %d means and %d variances", len(mean), len(variance)))
	}
	for i, v := range variance {
		if !(v >= 0) {
			panic(fmt.Sprintf("design: the variance %g of point %d", v, i))
		}
	}
}
