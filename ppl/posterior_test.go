package ppl_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"matheron/ad"
	"matheron/infer"
	"matheron/ppl"
	"matheron/prob"
	"matheron/rng"
)

// moments runs NUTS and returns mean, sd and a Monte Carlo error of the mean for
// each element, by the means of batches of 50 draws.
func moments(t *testing.T, g *ppl.Target) (mean, sd, mcse []float64) {
	t.Helper()
	draws, err := infer.NUTS{}.Run(context.Background(), g, infer.Run{Key: rng.New(5), Warmup: 300, Draws: 1000, Chains: 2})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(draws.Names, g.Names()) {
		t.Errorf("draws of %v, want those of %v", draws.Names, g.Names())
	}
	values := draws.Values()
	n := len(draws.Names)
	mean, sd, mcse = make([]float64, n), make([]float64, n), make([]float64, n)
	const batch = 50
	for k := range n {
		var sum, square, batches, m float64
		for c, chain := range values[k] {
			if at := len(chain) - 1; chain[at] != g.Constrain(nil, draws.Chains[c].At(at))[k] {
				t.Errorf("%s is not that of the point", draws.Names[k])
			}
			for b := range len(chain) / batch {
				part := 0.0
				for i := range batch {
					v := chain[b*batch+i]
					part += v
					square += v * v
				}
				sum += part
				batches += part / batch * part / batch
				m++
			}
		}
		all := m * batch
		mean[k] = sum / all
		sd[k] = math.Sqrt(square/all - mean[k]*mean[k])
		mcse[k] = math.Sqrt((batches/m - mean[k]*mean[k]) / (m - 1))
	}
	return mean, sd, mcse
}

// Conjugate programs, whose posteriors are known: the means within 4 Monte Carlo
// errors, the sds within 10%: 2,000 draws have an sd of it of some 3%.
func TestConjugatePosteriors(t *testing.T) {
	for name, c := range map[string]struct {
		m        ppl.Model
		mean, sd []float64
	}{
		// Normal mean of known noise: precision 1/4 + 3/0.25, mean 6/0.25 / precision.
		"normal": {func(c *ppl.Context) {
			mu := c.Sample("mu", ppl.Of(prob.Normal{SD: 2}))
			c.Observe("y", ppl.Normal(mu, c.Const(0.5)), 1, 2, 3)
		}, []float64{24 / 12.25}, []float64{1 / math.Sqrt(12.25)}},
		// Gamma(2, 1) rate of counts of sum 9 in 4: Gamma(11, 5).
		"poisson": {func(c *ppl.Context) {
			rate := c.Sample("rate", ppl.Of(prob.Gamma{Shape: 2, Rate: 1}))
			c.Observe("k", ppl.Poisson(rate), 3, 1, 0, 5)
		}, []float64{11.0 / 5}, []float64{math.Sqrt(11) / 5}},
		// Beta(2, 2), 7 of 10: Beta(9, 5).
		"beta": {func(c *ppl.Context) {
			p := c.Sample("p", ppl.Of(prob.Beta{A: 2, B: 2}))
			c.Observe("k", ppl.Binomial(c.Const(10), p), 7)
		}, []float64{9.0 / 14}, []float64{math.Sqrt(9 * 5 / (14.0 * 14 * 15))}},
		// Dirichlet(1, 2, 3) with counts 4, 0, 2 in a factor: Dirichlet(5, 2, 5).
		"dirichlet": {func(c *ppl.Context) {
			p := c.Sample("p", ppl.Dirichlet(c.ConstVector(1, 2, 3)))
			c.Factor("counts", ad.Dot(ad.Log(p), c.ConstVector(4, 0, 2)))
		}, []float64{5.0 / 12, 2.0 / 12, 5.0 / 12}, []float64{
			math.Sqrt(5 * 7 / (144.0 * 13)), math.Sqrt(2 * 10 / (144.0 * 13)), math.Sqrt(5 * 7 / (144.0 * 13))}},
	} {
		t.Run(name, func(t *testing.T) {
			mean, sd, mcse := moments(t, target(t, c.m))
			for k := range mean {
				if math.Abs(mean[k]-c.mean[k]) > 4*mcse[k] {
					t.Errorf("element %d: mean %v +- %v, want %v", k, mean[k], mcse[k], c.mean[k])
				}
				if math.Abs(sd[k]/c.sd[k]-1) > 0.1 {
					t.Errorf("element %d: sd %v, want %v", k, sd[k], c.sd[k])
				}
			}
		})
	}
}

// Eight schools against posteriordb's reference draws
// (eight_schools-eight_schools_noncentered), whose means carry an error of some
// sd/100 themselves.
func TestEightSchoolsPosterior(t *testing.T) {
	mean, sd, mcse := moments(t, target(t, schools, ppl.NonCentered("theta")))
	for k, want := range []float64{4.411, 3.602} { // mu, tau
		if tol := 4 * math.Hypot(mcse[k], sd[k]/100); math.Abs(mean[k]-want) > tol {
			t.Errorf("element %d: mean %v, want %v within %v", k, mean[k], want, tol)
		}
	}
}
