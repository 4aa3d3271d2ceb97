package demo_test

import (
	"math"
	"slices"
	"testing"

	"matheron/gp"
	"matheron/kernel"
	"matheron/optimize"
	"matheron/prob"
)

// quadrature integrates the two hyperparameters over a grid in their logarithms and
// returns the mean and the sd of each.
func quadrature(t *testing.T, x []float64, y []float64) (mean, sd [2]float64) {
	t.Helper()
	const n, half = 61, 1.4 // nearly 5 sd of the priors
	e := gp.NewEvidence(column(x...), y)
	var logs [n][n]float64
	top := math.Inf(-1)
	at := func(i int) float64 { return half * (2*float64(i)/(n-1) - 1) }
	for i := range n {
		for j := range n {
			v, l := at(i), math.Log(0.3)+at(j)
			k := kernel.RBF{Variance: math.Exp(v), Lengthscale: kernel.Shared(math.Exp(l))}
			ev, err := e.Eval(gp.Prior{Kernel: k, Jitter: 1e-4}, gp.Noise(0.15*0.15))
			if err != nil {
				t.Fatal(err)
			}
			// The priors are normal in the logarithms.
			logs[i][j] = ev - at(i)*at(i)/(2*0.09) - at(j)*at(j)/(2*0.09)
			top = max(top, logs[i][j])
		}
	}
	var total float64
	var square [2]float64
	for i := range n {
		for j := range n {
			w := math.Exp(logs[i][j] - top)
			total += w
			for d, p := range []float64{math.Exp(at(i)), 0.3 * math.Exp(at(j))} {
				mean[d] += w * p
				square[d] += w * p * p
			}
		}
	}
	for d := range mean {
		mean[d] /= total
		sd[d] = math.Sqrt(square[d]/total - mean[d]*mean[d])
	}
	return mean, sd
}

func TestBayesian(t *testing.T) {
	for _, seed := range []uint64{0, 1} {
		r := run(t, seed)
		b := r.Bayesian
		mean, sd := quadrature(t, r.Example.Table.X, r.Example.Table.Y)
		names := []string{"RBF.variance", "RBF.lengthscale"}
		for i, row := range b.Summary {
			if row.Name != names[i] || b.Sites[i].Name != names[i] || !slices.Equal(b.Sites[i].Shape, []int{2, 120}) {
				t.Errorf("site %d is %+v, %+v", i, b.Sites[i], row)
			}
			within(t, row.Name+" mean", row.Mean, mean[i], 4*row.MCSEMean)
			within(t, row.Name+" sd", row.SD, sd[i], 4*row.MCSESD)
			// Split R-hat of draws worth some 100 has an expectation of about
			// 1 + 4/100 at worst, at the ESS that is asked for.
			if !(row.RHat < 1.05) || !(row.ESSBulk > 50) || !(row.ESSTail > 50) {
				t.Errorf("%s: R-hat %v, ESS %v and %v", row.Name, row.RHat, row.ESSBulk, row.ESSTail)
			}
			if !(row.HDILower < row.Mean && row.Mean < row.HDIUpper) {
				t.Errorf("%s: interval %v to %v about %v", row.Name, row.HDILower, row.HDIUpper, row.Mean)
			}
		}
		if b.Divergences != 0 || !(b.EBFMI > 0.3) {
			t.Errorf("%d divergences, E-BFMI %v", b.Divergences, b.EBFMI)
		}
		if b.Paths != 8*len(b.Posteriors) || len(b.Posteriors) != b.Chains*b.Draws || b.Mixture.Len() != b.Paths {
			t.Errorf("%d paths of %d draws", b.Paths, len(b.Posteriors))
		}
		within(t, "ratio", b.Ratio.Beyond, b.Width.Beyond/r.Baseline.Width.Beyond, 1e-14)
	}
}

// The band of the paths is that of the mixture of the exact posteriors.
func TestBayesianBandAgainstMixture(t *testing.T) {
	b := run(t, 0).Bayesian
	for i := 0; i < len(b.Band.X); i += 13 {
		at := column(b.Band.X[i])
		var posteriors []prob.Normal
		for _, p := range b.Posteriors {
			posteriors = append(posteriors, prob.Normal{Mean: p.Mean(nil, at)[0], SD: math.Sqrt(p.Variance(nil, at)[0])})
		}
		for p, got := range map[float64]float64{0.025: b.Band.Lower[i], 0.5: b.Band.Median[i], 0.975: b.Band.Upper[i]} {
			var density float64
			want, err := optimize.Root(func(v float64) float64 {
				c := -p
				density = 0
				for _, l := range posteriors {
					c += l.CDF(v) / float64(len(posteriors))
					density += math.Exp(l.LogProb(v)) / float64(len(posteriors))
				}
				return c
			}, -20, 20, 1e-12)
			if err != nil {
				t.Fatal(err)
			}
			// The error of a quantile of S draws. Paths of one draw of the parameters
			// share a basis, whose error averages out over the draws.
			se := math.Sqrt(p*(1-p)/float64(b.Paths)) / density
			within(t, "quantile", got, want, sigmas*se)
		}
	}
}
