package diag

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// MCSEMean returns the Monte Carlo standard error of the mean, sd/sqrt(ESS).
func MCSEMean(chains [][]float64) float64 {
	if !valid(chains, 1) {
		return math.NaN()
	}
	return math.Sqrt(variance(pool(chains)) / ESSMean(chains))
}

// MCSESD returns the Monte Carlo standard error of the standard deviation: with
// v = (x - mean)^2,
//
//	sqrt(var v / ESS_v / (4 mean v)),
//
// by the delta method. It is NaN for a constant.
func MCSESD(chains [][]float64) float64 {
	if !valid(chains, 1) {
		return math.NaN()
	}
	v := squares(chains)
	m, m2 := 0.0, 0.0
	for _, c := range v {
		for _, s := range c {
			m += s
			m2 += s * s
		}
	}
	size := float64(len(v) * len(v[0]))
	m /= size
	m2 /= size
	return math.Sqrt((m2 - m*m) / ess(split(v)) / m / 4)
}

// The probabilities of a normal variate one standard deviation either side of its
// mean, at the digits that ArviZ has.
const (
	oneBelow = 0.1586553
	oneAbove = 0.8413447
)

// MCSEQuantile returns the Monte Carlo standard error of the quantile at p: half
// the distance of the order statistics at the 16% and the 84% quantile of
// Beta(ESS p + 1, ESS (1-p) + 1).
func MCSEQuantile(chains [][]float64, p float64) float64 {
	if !valid(chains, 1) {
		return math.NaN()
	}
	n := ESSQuantile(chains, p)
	s, _ := sorted(pool(chains))
	at := func(share float64) float64 {
		return mathext.InvRegIncBeta(n*p+1, n*(1-p)+1, share)*float64(len(s)) - 1
	}
	lo := int(math.Floor(max(at(oneBelow), 0)))
	hi := int(math.Ceil(min(at(oneAbove), float64(len(s)-1))))
	return (s[hi] - s[lo]) / 2
}
