package infer

import (
	"context"
	"fmt"
	"math"
	"testing"

	"matheron/infer/diag"
	"matheron/rng"
)

// mcse is the Monte Carlo standard error of the mean, chains x draws.
func mcse(x [][]float64) float64 { return diag.MCSEMean(x) }

// checkMean compares the mean of g over the draws with its expectation, within 4 Monte
// Carlo standard errors from the effective sample size, plus the error of a reference
// value.
func checkMean(t *testing.T, what string, d *Draws, g func(x []float64) float64, want, wantErr float64) {
	t.Helper()
	v := make([][]float64, len(d.Chains))
	var all []float64
	for c := range d.Chains {
		for i := range d.Chains[c].Len() {
			v[c] = append(v[c], g(d.Chains[c].At(i)))
		}
		all = append(all, v[c]...)
	}
	mean := 0.0
	for _, x := range all {
		mean += x / float64(len(all))
	}
	se := math.Hypot(mcse(v), wantErr)
	if !(math.Abs(mean-want) <= 4*se) {
		t.Errorf("%s: %v, want %v, off by %.1f standard errors of %v (ESS %.0f)", what, mean, want, (mean-want)/se, se, diag.ESSMean(v))
	}
	if r := diag.RHat(v); !(r < 1.03) {
		t.Errorf("%s: R-hat %v", what, r)
	}
}

func mustRun(t *testing.T, run func(context.Context, Target, Run) (*Draws, error), target Target, r Run) *Draws {
	t.Helper()
	d, err := run(context.Background(), target, r)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestNormalMoments(t *testing.T) {
	for _, c := range []struct {
		name string
		sd   []float64
		run  func(context.Context, Target, Run) (*Draws, error)
	}{
		{"one dimension", []float64{3}, NUTS{}.Run},
		{"two, unit metric", []float64{1, 2}, NUTS{Metric: Unit}.Run},
		{"scales of 1e-3 to 1e3", []float64{1e-3, 0.1, 1, 30, 1e3}, NUTS{}.Run},
		{"correlated, diagonal", []float64{1, 0.1, 3, 0.5, 10}, NUTS{}.Run},
		{"correlated, dense", []float64{1, 0.01, 100, 0.5, 10}, NUTS{Metric: Dense}.Run},
		{"HMC", []float64{1, 0.1, 3}, HMC{}.Run},
		{"HMC, dense, fixed path", []float64{1, 0.1, 3}, HMC{Metric: Dense, PathLength: 1.2, Jitter: -1}.Run},
		{"50 dimensions", make([]float64, 50), NUTS{Metric: Dense}.Run},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := len(c.sd)
			key := rng.New(10).Named(c.name)
			mean := make([]float64, n)
			for i := range mean {
				if c.sd[i] == 0 {
					c.sd[i] = math.Exp(float64(i%7) - 3)
				}
				mean[i] = c.sd[i] * float64(i%3-1)
			}
			cov := randomCovariance(c.sd, key.Named("covariance"))
			d := mustRun(t, c.run, correlatedTarget(mean, cov), Run{Key: key, Warmup: 500, Draws: 500})
			for i := range n {
				checkMean(t, fmt.Sprintf("mean of x[%d]", i), d, func(x []float64) float64 { return x[i] }, mean[i], 0)
				checkMean(t, fmt.Sprintf("variance of x[%d]", i), d,
					func(x []float64) float64 { return (x[i] - mean[i]) * (x[i] - mean[i]) }, cov.At(i, i), 0)
			}
			if n > 1 {
				checkMean(t, "covariance of x[0] and x[1]", d,
					func(x []float64) float64 { return (x[0] - mean[0]) * (x[1] - mean[1]) }, cov.At(0, 1), 0)
			}
			if k := d.Divergences(); k != 0 {
				t.Errorf("%d divergences of a normal", k)
			}
		})
	}
}

// Reference means and their errors: posteriordb, eight_schools-eight_schools_noncentered.
func TestEightSchools(t *testing.T) {
	d := mustRun(t, NUTS{TargetAccept: 0.95}.Run, eightSchools(), Run{Key: rng.New(2), Draws: 2000})
	checkMean(t, "mu", d, func(x []float64) float64 { return x[8] }, 4.411, 0.033)
	checkMean(t, "tau", d, func(x []float64) float64 { return math.Exp(x[9]) }, 3.602, 0.032)
	checkMean(t, "theta_1", d, func(x []float64) float64 { return x[8] + math.Exp(x[9])*x[0] }, 6.151, 0.056)
	for c := range d.Chains {
		if e := diag.EBFMI(d.Chains[c].Energy); !(e > 0.3) {
			t.Errorf("chain %d: E-BFMI %v", c, e)
		}
	}
}

// Two modes that a trajectory joins have the right weights.
func TestMixture(t *testing.T) {
	const w, a, s = 0.3, 2, 0.7
	d := mustRun(t, NUTS{}.Run, mixtureTarget(w, a, s), Run{Key: rng.New(3), Draws: 2000})
	mean := -w*a + (1-w)*a
	checkMean(t, "mean", d, func(x []float64) float64 { return x[0] }, mean, 0)
	checkMean(t, "square", d, func(x []float64) float64 { return x[0] * x[0] }, w*(1+a*a)+(1-w)*(s*s+a*a), 0)
	// The share below zero: Phi(a) of the left mode and Phi(-a/s) of the right one.
	phi := func(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }
	checkMean(t, "share of the left", d, func(x []float64) float64 {
		if x[0] < 0 {
			return 1
		}
		return 0
	}, w*phi(a)+(1-w)*phi(-a/s), 0)
}

// Effective sample size and cost, which a wrong gradient or metric spoils while the
// moments stay right.
func TestNUTSIsEfficient(t *testing.T) {
	sd := []float64{1, 0.01, 100, 1, 5, 0.3, 1, 2, 1, 1}
	for name, target := range map[string]Target{
		"diagonal": normalTarget(sd...),
		"dense":    correlatedTarget(make([]float64, 10), randomCovariance(sd, rng.New(9))),
	} {
		settings := NUTS{}
		if name == "dense" {
			settings.Metric = Dense
		}
		d := mustRun(t, settings.Run, target, Run{Key: rng.New(9)})
		for j := range d.Dim {
			// With the adapted metric trajectories of 7 steps, half a period, give draws as
			// good as independent ones or better.
			if ess := diag.ESSBulk(d.Coordinate(j)); ess < 0.7*float64(d.Len()) {
				t.Errorf("%s: bulk ESS of x[%d] is %.0f of %d draws", name, j, ess, d.Len())
			}
		}
		if n := float64(d.Leapfrogs()) / float64(d.Len()); n > 9 {
			t.Errorf("%s: %.1f leapfrog steps a draw", name, n)
		}
	}
}

// The depth is bounded: at most 2^depth - 1 steps, all of them used.
func TestMaxDepth(t *testing.T) {
	target := normalTarget(1, 1)
	step := NUTS{MaxDepth: 3}.transition(target, nil)
	s := NewState(target, []float64{1, 1})
	info := step.step(&s, s, Tuning{StepSize: 1e-3, Metric: UnitMetric(2)}, newSeeds(rng.New(1)).next())
	if info.Depth != 3 || info.Leapfrogs != 7 || info.Divergent {
		t.Errorf("%+v", info)
	}
}

// One step size is not enough for the funnel: the run must report divergences.
func TestFunnelDiverges(t *testing.T) {
	d := mustRun(t, NUTS{}.Run, funnelTarget(9), Run{Key: rng.New(4)})
	if d.Divergences() == 0 {
		t.Error("no divergence was reported")
	}
	sum := 0
	for c := range d.Chains {
		sum += d.Chains[c].Divergences()
		for i, depth := range d.Chains[c].Depth {
			if n := d.Chains[c].Leapfrogs[i]; n < 1<<depth-1 || n > 1<<(depth+1)-1 {
				t.Fatalf("depth %d with %d leapfrog steps", depth, n)
			}
		}
	}
	if sum != d.Divergences() {
		t.Errorf("%d divergences by chain, %d in all", sum, d.Divergences())
	}
}

// Exponential tails and a bound that the density ends at.
func TestHalfNormalOutside(t *testing.T) {
	target := funcTarget{1, func(grad, x []float64) float64 {
		grad[0] = -x[0]
		if x[0] < 0 {
			return math.Inf(-1)
		}
		return -x[0] * x[0] / 2
	}}
	d := mustRun(t, NUTS{}.Run, target, Run{Key: rng.New(5), Draws: 4000})
	checkMean(t, "mean", d, func(x []float64) float64 { return x[0] }, math.Sqrt(2/math.Pi), 0)
	checkMean(t, "square", d, func(x []float64) float64 { return x[0] * x[0] }, 1, 0)
	if d.Divergences() == 0 {
		t.Error("no trajectory left the density")
	}
	for c := range d.Chains {
		for i := range d.Chains[c].Len() {
			if d.Chains[c].At(i)[0] < 0 {
				t.Fatal("a draw is outside")
			}
		}
	}
}

func TestAcceptanceReachesTheTarget(t *testing.T) {
	sd := []float64{1, 0.2, 5, 1, 2, 0.4, 1, 1, 3, 1}
	target := correlatedTarget(make([]float64, 10), randomCovariance(sd, rng.New(6)))
	mean := func(run func(context.Context, Target, Run) (*Draws, error), warmup int) float64 {
		d := mustRun(t, run, target, Run{Key: rng.New(7), Warmup: warmup, Draws: 500, Chains: 2})
		sum := 0.0
		for c := range d.Chains {
			for _, a := range d.Chains[c].Accept {
				sum += a / float64(d.Len())
			}
		}
		return sum
	}
	for _, want := range []float64{0.8, 0.95} {
		// A last window of T iterations leaves log step sizes that scatter about their
		// average, of which the acceptance is a concave function: it comes out above the
		// target, by less the longer the window. At 1,000 the bias is some 0.02 at 0.8
		// for NUTS, 0.04 for HMC; the scatter of the step size and 1,000 draws add about
		// 0.015.
		long := Windows{Terminal: 1000}
		for name, run := range map[string]func(context.Context, Target, Run) (*Draws, error){
			"NUTS": NUTS{TargetAccept: want, Windows: long}.Run, "HMC": HMC{TargetAccept: want, Windows: long}.Run,
		} {
			if got := mean(run, 1500); math.Abs(got-want) > 0.09 {
				t.Errorf("%s: mean acceptance %.3f, target %v", name, got, want)
			}
		}
		// The default windows err on the safe side.
		if got := mean(NUTS{TargetAccept: want}.Run, 1000); got < want-0.02 || got > want+0.15 {
			t.Errorf("NUTS with default windows: mean acceptance %.3f, target %v", got, want)
		}
	}
}

// A target that is nothing but the priors, on the unconstrained scale.
func TestPriorOnly(t *testing.T) {
	// LogNormal(0, 0.3) and LogNormal(log 0.3, 0.3) by their logarithms, and Gamma(3, 2)
	// by its logarithm: log density 3 u - 2 exp(u).
	mu := math.Log(0.3)
	target := funcTarget{3, func(grad, x []float64) float64 {
		a, b, e := x[0]/0.3, (x[1]-mu)/0.3, 2*math.Exp(x[2])
		grad[0], grad[1], grad[2] = -a/0.3, -b/0.3, 3-e
		return -(a*a+b*b)/2 + 3*x[2] - e
	}}
	d := mustRun(t, NUTS{TargetAccept: 0.95}.Run, target, Run{Key: rng.New(8), Draws: 1500})
	checkMean(t, "variance", d, func(x []float64) float64 { return math.Exp(x[0]) }, math.Exp(0.045), 0)
	checkMean(t, "lengthscale", d, func(x []float64) float64 { return math.Exp(x[1]) }, 0.3*math.Exp(0.045), 0)
	checkMean(t, "gamma", d, func(x []float64) float64 { return math.Exp(x[2]) }, 1.5, 0)
	checkMean(t, "gamma squared", d, func(x []float64) float64 { return math.Exp(2 * x[2]) }, 3, 0)
	// The quartiles, which do not depend on the tails.
	q := 0.6744897501960817 * 0.3
	checkMean(t, "share between the quartiles", d, func(x []float64) float64 {
		if math.Abs(x[1]-mu) < q {
			return 1
		}
		return 0
	}, 0.5, 0)
}
