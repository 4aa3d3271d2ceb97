package pathwise_test

import (
	"math"
	"testing"

	"matheron/gp"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/pathwise"
)

// A finite basis is the kernel, and so its paths have the posterior's distribution.
func TestFidelityOfAnExactBasis(t *testing.T) {
	poly := kernel.Polynomial{Variance: 0.6, Bias: 0.8, Degree: 2}
	for name, k := range map[string]kernel.Kernel{
		"linear":              linear,
		"linear + polynomial": kernel.Add(linear, poly),
		"product":             kernel.Mul(linear, poly),
		"periodic":            periodic,
	} {
		p := problem{"", k, nil, 1, 4, gp.Noise(0.3), 0}
		paths := draw(t, pathwise.Sampler{Posterior: p.posterior(t)}, 1, 1)
		f, err := paths.Fidelity(0, p.at())
		if err != nil {
			t.Fatal(err)
		}
		// W^2 is a difference of traces: of rounding eps tr(C), W is its root.
		if tol := 100 * math.Sqrt(0x1p-52); f.Wasserstein > tol {
			t.Errorf("%s: W = %.2g, allowed %.2g", name, f.Wasserstein, tol)
		}
		if !near(f.SDRatioMin, 1, 1e-8) || !near(f.SDRatioMax, 1, 1e-8) {
			t.Errorf("%s: sd ratios %v to %v", name, f.SDRatioMin, f.SDRatioMax)
		}
	}
}

// At one point W is the difference of two standard deviations.
func TestFidelityAtOnePoint(t *testing.T) {
	p := problems()[0]
	post := p.posterior(t)
	paths := draw(t, pathwise.Sampler{Posterior: post, Features: 4}, 1, 1)
	x := line(2, 1.5, 2)
	x = take(x, 1)
	_, c, err := paths.Moments(0, x)
	if err != nil {
		t.Fatal(err)
	}
	f, err := paths.Fidelity(0, x)
	if err != nil {
		t.Fatal(err)
	}
	a, b := math.Sqrt(c.At(0, 0)), math.Sqrt(post.Variance(nil, x)[0])
	// The square root of a difference of variances: eps^1/2.
	if math.Abs(f.Wasserstein-math.Abs(a-b)) > 1e-7 || !near(f.SDRatioMin, a/b, 1e-10) || f.SDRatioMax != f.SDRatioMin {
		t.Errorf("%+v of sd %v and %v", f, a, b)
	}
}

// The distance falls as F^-1/2, where the posterior's covariance is far from
// singular.
func TestFidelityFallsWithFeatures(t *testing.T) {
	p := problem{"", rbf, nil, 1, 4, gp.Noise(0.05), 0}
	post, x := p.posterior(t), p.at()
	for _, form := range []basis.Form{basis.SinCos, basis.CosPhase} {
		slope := rate(t, func(f, i int) float64 {
			d, err := draw(t, pathwise.Sampler{Posterior: post, Features: f, Form: form}, uint64(70+i), 1).Fidelity(0, x)
			if err != nil {
				t.Fatal(err)
			}
			if !(d.SDRatioMin <= d.SDRatioMax && d.SDRatioMin > 0) {
				t.Errorf("sd ratios %v to %v", d.SDRatioMin, d.SDRatioMax)
			}
			return d.Wasserstein * d.Wasserstein
		})
		if math.Abs(slope+0.5) > 0.1 { // see rate
			t.Errorf("form %d: W falls as F^%.3f, want F^-0.5", form, slope)
		}
	}
}

// Where the posterior is certain, its sd is rounding and no ratio is formed of it.
func TestFidelityAtRowsWithoutNoise(t *testing.T) {
	p := problem{"", rbf, nil, 1, 6, gp.Noise(0), 0}
	f, err := draw(t, pathwise.Sampler{Posterior: p.posterior(t), Features: 512}, 1, 1).Fidelity(0, p.x())
	if err != nil {
		t.Fatal(err)
	}
	if f.Wasserstein > 1e-6 || f.SDRatioMax != 1 || f.SDRatioMin != 1 {
		t.Errorf("%+v at rows that are known", f)
	}
}
