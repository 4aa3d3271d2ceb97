package infer

import (
	"context"
	"errors"
	"math"
	"reflect"
	"testing"

	"matheron/progress"
	"matheron/rng"
)

// logZ is the log of the integral of correlatedTarget: of exp(-x'S⁻¹x/2).
func logZ(target Target, mode []float64, t *testing.T) float64 {
	l, err := NewLaplace(context.Background(), target, mode)
	if err != nil {
		t.Fatal(err)
	}
	return l.LogEvidence
}

// klNormal returns KL(N(ma, A) || N(mb, B)) by the factors of both.
func klNormal(a, b *Gaussian) float64 {
	// E_a log a - log b is quadratic: the mean over pairs of sigma points is exact.
	n := a.Dim()
	kl := -a.Entropy()
	z := make([]float64, n)
	x := make([]float64, n)
	for i := range n {
		for _, s := range []float64{1, -1} {
			z[i] = s * math.Sqrt(float64(n))
			a.at(x, z)
			kl -= b.LogProb(x) / float64(2*n)
			z[i] = 0
		}
	}
	return kl
}

func TestSVIFindsANormal(t *testing.T) {
	sd := []float64{1, 0.01, 100, 2, 0.5}
	mean := []float64{0, 1, -300, 5, 0.1}
	key := rng.New(11)
	cov := randomCovariance(sd, key)
	target := correlatedTarget(mean, cov)
	exact, err := NewLaplace(context.Background(), target, mean)
	if err != nil {
		t.Fatal(err)
	}
	fit, err := SVI{Guide: FullRank, Key: key}.Run(context.Background(), target)
	if err != nil {
		t.Fatal(err)
	}
	if fit.Status != Converged {
		t.Errorf("status %v after %d steps", fit.Status, fit.Steps)
	}
	// The last stage's rate is 5e-4 and its window's mean scatters by some tenths of
	// that in each of 20 parameters: KL is half the sum of their squares.
	if kl := klNormal(fit.Gaussian, exact.Gaussian); !(kl >= -1e-9 && kl < 0.002) {
		t.Errorf("KL to the target %v after %d steps", kl, fit.Steps)
	}
	// ELBO = log Z - KL.
	if d := fit.ELBO - exact.LogEvidence; math.Abs(d) > 4*fit.ELBOError+0.002 {
		t.Errorf("ELBO %v +- %v, log Z %v", fit.ELBO, fit.ELBOError, exact.LogEvidence)
	}
	if n := len(fit.History); n < 9 || n > fit.Steps/100 || fit.Outside != 0 {
		t.Errorf("%d windows of %d steps, %d outside", len(fit.History), fit.Steps, fit.Outside)
	}
}

// The best independent normal has the means and the conditional deviations.
func TestSVIMeanField(t *testing.T) {
	cov := randomCovariance([]float64{1, 3}, rng.New(1))
	cov.SetSym(0, 1, 0.8*3)
	target := correlatedTarget([]float64{2, -1}, cov)
	fit, err := SVI{Key: rng.New(2)}.Run(context.Background(), target)
	if err != nil {
		t.Fatal(err)
	}
	want := []float64{math.Sqrt(1 - 0.64), 3 * math.Sqrt(1-0.64)}
	kl := -math.Log(1-0.64) / 2 // to the target, in closed form
	for i, sd := range fit.SD() {
		// The guide does not have the shape of the target, so that the gradient has noise of
		// about 1 a step and logarithm, with curvature 2: 0.015 averaged over 1,000 steps.
		if math.Abs(sd/want[i]-1) > 0.05 || math.Abs(fit.Mean()[i]-[]float64{2, -1}[i]) > 0.03*want[i] {
			t.Errorf("coordinate %d: %v +- %v, want %v +- %v", i, fit.Mean()[i], sd, []float64{2, -1}[i], want[i])
		}
	}
	if d := fit.ELBO - (logZ(target, []float64{2, -1}, t) - kl); math.Abs(d) > 4*fit.ELBOError+0.001 {
		t.Errorf("ELBO is %v off, with error %v", d, fit.ELBOError)
	}
	// A normal guide on a normal target: log p is even about the mean up to the error of
	// the mean, so that the ELBO has noise of its quadratic part.
	if !(fit.ELBOError > 0 && fit.ELBOError < 0.1) {
		t.Errorf("error of the ELBO %v", fit.ELBOError)
	}
}

// The gradient is the derivative of the mean of log p(x) - log q(x) over the samples,
// with the noise and the subtracted q constant.
func TestELBOGradient(t *testing.T) {
	for _, kind := range []GuideKind{MeanField, FullRank} {
		target := eightSchools()
		g := newGuide(kind, make([]float64, 10), 0.3)
		r := rng.New(3).Rand()
		for i := range g.params {
			g.params[i] += 0.2 * r.NormFloat64()
		}
		p := newPairs(target, g)
		grad := make([]float64, len(g.params))
		held := g.gaussian(g.params)
		at := func() float64 {
			r := rng.New(4).Rand()
			v := 0.0
			for range 3 {
				p.pair(r)
				for k := range p.x {
					v += (target.LogProbGrad(make([]float64, 10), p.x[k]) - held.LogProb(p.x[k])) / 6
				}
			}
			return v
		}
		elbo, _ := p.gradient(grad, rng.New(4).Rand(), 3)
		if want := at(); math.Abs(elbo-want) > 1e-12*math.Abs(want) {
			t.Errorf("%v: ELBO %v, want %v", kind, elbo, want)
		}
		for i := range grad {
			const h = 1e-5
			was := g.params[i]
			g.params[i] = was + h
			up := at()
			g.params[i] = was - h
			down := at()
			g.params[i] = was
			want := (up - down) / (2 * h)
			if i < 10 {
				want *= math.Exp(g.logSD(g.params)[i]) // the mean is in units of exp(rho)
			}
			// h² times third derivatives of order ten, and rounding of an ELBO near -50.
			if math.Abs(grad[i]-want) > 1e-7*max(1, math.Abs(want)) {
				t.Errorf("%v: parameter %d: %v, differences give %v", kind, i, grad[i], want)
			}
		}
	}
}

func TestSVIEightSchools(t *testing.T) {
	// The ELBO of the full-rank guide is higher, and the mean of mu is near that of
	// posteriordb, 4.411 with a deviation of 3.3.
	var elbo [2]float64
	for i, kind := range []GuideKind{MeanField, FullRank} {
		fit, err := SVI{Guide: kind, RelTol: 1e-5, Pairs: 8, Key: rng.New(5)}.Run(context.Background(), eightSchools())
		if err != nil {
			t.Fatal(err)
		}
		elbo[i] = fit.ELBO
		if mu := fit.Mean()[8]; math.Abs(mu-4.4) > 0.3 {
			t.Errorf("%v: mu %v", kind, mu)
		}
		if fit.Draw(rng.New(1), 3).At(2, 8) == 0 {
			t.Error("no draw")
		}
	}
	if !(elbo[1] > elbo[0]) {
		t.Errorf("ELBO of the full rank %v, of the mean field %v", elbo[1], elbo[0])
	}
}

func TestSVIStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	fit, err := SVI{Key: rng.New(1), Progress: func(u progress.Update) {
		if u.Done == 300 {
			cancel()
		}
	}}.Run(ctx, normalTarget(1, 2))
	if !errors.Is(err, context.Canceled) || fit.Status != Cancelled || fit.Steps != 300 || len(fit.History) != 3 || fit.Gaussian == nil || !math.IsNaN(fit.ELBO) {
		t.Errorf("cancelled: %+v, %v", fit, err)
	}
	fit, err = SVI{MaxSteps: 150, Key: rng.New(1)}.Run(context.Background(), normalTarget(1, 2))
	if err != nil || fit.Status != StepLimit || fit.Steps != 150 || math.IsNaN(fit.ELBO) {
		t.Errorf("step limit: %+v, %v", fit, err)
	}
	// The ELBO is that of the guide that is returned, the mean of its first 100 steps,
	// far from the last step: log Z - KL.
	exact := NewDiagonalGaussian([]float64{0, 0}, []float64{1, 2})
	if want := exact.logDet() + log2Pi - klNormal(fit.Gaussian, exact); math.Abs(fit.ELBO-want) > 4*fit.ELBOError {
		t.Errorf("ELBO %v +- %v, that of the guide is %v", fit.ELBO, fit.ELBOError, want)
	}
	var outside *OutsideError
	ends := funcTarget{1, func(grad, x []float64) float64 {
		if x[0] != 0.5 {
			return math.NaN()
		}
		return 0
	}}
	if fit, err = (SVI{Init: []float64{0.5}, Key: rng.New(1)}).Run(context.Background(), ends); !errors.As(err, &outside) || fit == nil || fit.Status != Failed {
		t.Errorf("outside: %v", err)
	}
	var init *InitError
	if _, err = (SVI{Init: []float64{1}, Key: rng.New(1)}).Run(context.Background(), ends); !errors.As(err, &init) {
		t.Errorf("no start: %v", err)
	}
	// A half line: the samples beyond its end are counted, and the ELBO is -Inf.
	half := funcTarget{1, func(grad, x []float64) float64 {
		if x[0] <= 0 {
			return math.Inf(-1)
		}
		grad[0] = 2/x[0] - 1
		return 2*math.Log(x[0]) - x[0]
	}}
	fit, err = SVI{Init: []float64{1}, Key: rng.New(1)}.Run(context.Background(), half)
	if err != nil || fit.Outside == 0 || !math.IsInf(fit.ELBO, -1) {
		t.Errorf("a half line: %+v, %v", fit, err)
	}
}

func TestSVIIsReproducible(t *testing.T) {
	run := func(s SVI, target Target, seed uint64) *Variational {
		s.Key = rng.New(seed)
		fit, err := s.Run(context.Background(), target)
		if err != nil {
			t.Fatal(err)
		}
		return fit
	}
	s := SVI{Guide: FullRank, MaxSteps: 300}
	want := run(s, eightSchools(), 1)
	calls := 0
	s.Progress = func(progress.Update) { calls++ }
	if got := run(s, newSeparate(eightSchools()), 1); !reflect.DeepEqual(got, want) || calls != 3 {
		t.Errorf("an evaluator and progress change the fit, or %d calls", calls)
	}
	if got := run(s, eightSchools(), 2); got.ELBO == want.ELBO {
		t.Error("another key gives the same fit")
	}
}

func TestSchedules(t *testing.T) {
	if Constant(5, 10) != 1 || Cosine(0, 10) != 1 || math.Abs(Cosine(5, 10)-0.5) > 1e-15 {
		t.Error("constant or cosine")
	}
	if e := Exponential(0.01); e(0, 10) != 1 || math.Abs(e(5, 10)-0.1) > 1e-15 {
		t.Error("exponential")
	}
	fit, err := SVI{Schedule: Cosine, MaxSteps: 1000, Stages: 1, RelTol: 1e-300, Key: rng.New(1)}.Run(context.Background(), normalTarget(3))
	if err != nil || math.Abs(fit.SD()[0]/3-1) > 0.05 {
		t.Errorf("deviation %v, want 3: %v", fit.SD(), err)
	}
}
