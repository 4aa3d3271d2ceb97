package calibrate

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// Coverage is how often central intervals of a level held the observation.
type Coverage struct {
	Level float64
	Rate  float64 // the part of the observations in their intervals
	SE    float64 // sqrt(Level (1-Level) / N): that of Rate if the level is right
	N     int
}

// Cover returns the coverage of central intervals from the transforms: y is in the
// interval of level c exactly if |u - 1/2| <= c/2. With those of [PIT] the rate is
// c in expectation for any number of draws, where intervals between quantiles of
// few draws hold too little. It panics if a level is not in [0, 1], or there are
// no transforms, or one is not in [0, 1].
func Cover(u []float64, levels ...float64) []Coverage {
	mustBeTransforms(u)
	if len(u) == 0 {
		panic("calibrate: the coverage of no transforms")
	}
	out := make([]Coverage, len(levels))
	for k, c := range levels {
		mustBeLevel(c)
		hits := 0
		for _, v := range u {
			if math.Abs(v-0.5) <= c/2 {
				hits++
			}
		}
		n := float64(len(u))
		out[k] = Coverage{Level: c, Rate: float64(hits) / n, SE: math.Sqrt(c * (1 - c) / n), N: len(u)}
	}
	return out
}

// Widths returns the mean width over the observations of the central interval of
// each level, between quantiles of the draws: of two calibrated predictions the
// one with narrower intervals is the better. It panics if a level is not in [0, 1].
func Widths(draws *mat.Dense, levels ...float64) []float64 {
	_, n := draws.Dims()
	out := make([]float64, len(levels))
	for i := range n {
		x := mat.Col(nil, i, draws)
		slices.Sort(x)
		for k, c := range levels {
			mustBeLevel(c)
			out[k] += (quantile((1+c)/2, x) - quantile((1-c)/2, x)) / float64(n)
		}
	}
	return out
}

// quantile is linear between the sorted values, x_i at (i-1)/(S-1).
func quantile(p float64, x []float64) float64 {
	at := p * float64(len(x)-1)
	i := min(int(at), len(x)-1)
	if i == len(x)-1 || x[i] == x[i+1] {
		return x[i]
	}
	return x[i] + (at-float64(i))*(x[i+1]-x[i])
}

func mustBeLevel(c float64) {
	if !(c >= 0 && c <= 1) {
		panic(fmt.Sprintf("calibrate: an interval of level %g", c))
	}
}

// Mean returns the mean of scores and its standard error sd/sqrt(N), as if the
// observations were independent given the predictions; the latter is NaN for a
// single score.
func Mean(scores []float64) (mean, se float64) {
	mean, sd := stat.MeanStdDev(scores, nil)
	if len(scores) < 2 {
		return mean, math.NaN()
	}
	return mean, sd / math.Sqrt(float64(len(scores)))
}
