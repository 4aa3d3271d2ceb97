package ppl_test

import (
	"matheron/ad"
	"matheron/ppl"
	"matheron/prob"
)

// Eight schools: Rubin (1981), Estimation in parallel randomized experiments.
var (
	effects = []float64{28, 8, -3, 7, -1, 1, 18, 12}
	errors8 = []float64{15, 10, 16, 11, 9, 11, 10, 18}
)

// schools is the centred program.
func schools(c *ppl.Context) {
	mu := c.Sample("mu", ppl.Of(prob.Normal{Mean: 0, SD: 5}))
	tau := c.Sample("tau", ppl.Of(prob.HalfCauchy{Scale: 5}))
	c.Plate("school", len(effects), func() {
		theta := c.Sample("theta", ppl.Normal(mu, tau))
		c.Observe("y", ppl.Normal(theta, c.ConstVector(errors8...)), effects...)
	})
}

var (
	lineX = []float64{-1.5, -1, -0.5, 0, 0.5, 1, 1.5}
	lineY = []float64{-2.1, -1.4, -0.2, 0.3, 1.6, 1.9, 3.4}
	mask  = []bool{true, true, false, true, true, true, false}
)

// line is a robust regression on 7 rows out of 70, two of them masked.
func line(c *ppl.Context) {
	a := c.Sample("a", ppl.Of(prob.Normal{Mean: 0, SD: 2}))
	b := c.Sample("b", ppl.Of(prob.StudentT{DF: 4, Location: 0.5, Scale: 1.5}))
	s := c.Sample("noise.scale", ppl.Exponential(c.Const(1.3)))
	nu := c.Sample("noise.df", ppl.LogNormal(c.Const(0.2), c.Const(0.4)))
	mean := c.Deterministic("mean", ad.Add(a, ad.Mul(b, c.ConstVector(lineX...))))
	c.Subplate("row", 7, 70, func() {
		c.With(ppl.Mask(mask), func() {
			c.Observe("y", ppl.StudentT(ad.Shift(nu, 1), mean, s), lineY...)
		})
	})
}

var table = []float64{2, 0, 3, 5, 1, 4}

// counts has rates in two plates and a probability.
func counts(c *ppl.Context) {
	var rate, item ad.Value
	c.Plate("group", 2, func() { rate = c.Sample("rate", ppl.Gamma(c.Const(2.5), c.Const(0.7))) })
	c.Plate("item", 3, func() { item = c.Sample("item", ppl.Cauchy(c.Const(0.1), c.Const(0.8))) })
	c.Plate("group", 2, func() {
		c.Plate("item", 3, func() {
			c.Observe("count", ppl.Poisson(ad.Outer(rate, ad.Exp(item))), table...)
		})
	})
	q := c.Sample("q", ppl.Beta(c.Const(2), c.Const(3.5)))
	c.Observe("successes", ppl.Binomial(c.ConstVector(4, 9), q), 1, 4)
	c.Observe("events", ppl.BernoulliLogit(item), 1, 0, 1)
}
