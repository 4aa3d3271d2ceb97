package main

import (
	"fmt"
	"math"
)

// robustScore says how good a fit is. What stands for the test rows is zero where
// there are none.
type robustScore struct {
	TestRows int `json:"test_rows"`
	// NLPD is the mean of -log p(y) of an observation, noise included, as a density
	// by the target's true standard deviation in a made set and by its unit in a
	// table.
	NLPD float64 `json:"nlpd"`
	// Coverage is the part of the observations inside of the central 95% interval.
	Coverage float64 `json:"coverage"`
	RMSE     float64 `json:"rmse"` // in the unit of the NLPD
	// NoiseRatio is the fitted noise variance over the true one; 0 if that is unknown.
	NoiseRatio float64 `json:"noise_ratio,omitempty"`
	// Evidence is the log evidence of the standardised training targets; 0 of a
	// method that reports none.
	Evidence float64 `json:"evidence,omitempty"`
	Seconds  float64 `json:"seconds"` // of the fit
	// Failed says why there is nothing else.
	Failed string `json:"failed,omitempty"`
}

// ok reports whether there is a fit.
func (s robustScore) ok() bool { return s.Failed == "" }

// tested reports whether there are scores of test rows.
func (s robustScore) tested() bool { return s.ok() && s.TestRows > 0 }

// predictive is the predictive distributions of observations: at each test row an
// even mixture of normals, one a component. A fit that is a point has one component.
type predictive struct {
	means, variances [][]float64 // components x rows
}

// score judges the distributions by the observations, in multiples of scale.
func (p predictive) score(y []float64, scale float64) robustScore {
	out := robustScore{TestRows: len(y)}
	n, components := float64(len(y)), float64(len(p.means))
	logs, inside := make([]float64, len(p.means)), 0
	for i, v := range y {
		var mean, below float64
		largest := math.Inf(-1)
		for c := range p.means {
			m, s2 := p.means[c][i], p.variances[c][i]
			e := v - m
			mean += m / components
			below += 0.5 * math.Erfc(-e/math.Sqrt(2*s2)) / components
			logs[c] = -0.5*math.Log(2*math.Pi*s2) - e*e/(2*s2)
			largest = math.Max(largest, logs[c])
		}
		density := 0.0
		for _, v := range logs {
			density += math.Exp(v-largest) / components
		}
		out.NLPD -= (largest + math.Log(density)) / n
		out.RMSE += (v - mean) * (v - mean) / n
		if below >= 0.025 && below <= 0.975 {
			inside++
		}
	}
	out.NLPD -= math.Log(scale)
	out.RMSE, out.Coverage = math.Sqrt(out.RMSE)/scale, float64(inside)/n
	if math.IsNaN(out.NLPD) || math.IsInf(out.NLPD, 0) {
		return failed(fmt.Errorf("the NLPD is %v", out.NLPD))
	}
	return out
}

// failed is the score of a fit that there is none of.
func failed(err error) robustScore { return robustScore{Failed: err.Error()} }
