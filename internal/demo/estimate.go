package demo

import "matheron/functional"

// Estimate is a Monte Carlo estimate with its standard error.
type Estimate struct {
	Value float64 `json:"value"`
	SE    float64 `json:"se"`
}

// Chance is the estimate of a probability with its standard error and Wilson's 95%
// interval.
type Chance struct {
	Value float64 `json:"value"`
	SE    float64 `json:"se"`
	Lower float64 `json:"lower"`
	Upper float64 `json:"upper"`
}

func chance(p functional.Probability) Chance {
	c := Chance{Value: p.Value, SE: p.SE}
	c.Lower, c.Upper = p.Interval(0.95)
	return c
}

// Distribution is that of a number that each function has, by the functions drawn.
type Distribution struct {
	Mean Estimate `json:"mean"`
	SD   float64  `json:"sd"`
	Q05  float64  `json:"q05"`
	Q50  float64  `json:"q50"`
	Q95  float64  `json:"q95"`
}

// distributionOf summarises one number a function.
func distributionOf(v functional.Sample) Distribution {
	return Distribution{Estimate(v.Estimate()), v.SD(), v.Quantile(0.05), v.Quantile(0.5), v.Quantile(0.95)}
}
