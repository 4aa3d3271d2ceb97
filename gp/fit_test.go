package gp

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/prob"
	"matheron/progress"
	"matheron/rng"
)

// wave is a table of n rows: a function of the first of d inputs, with noise.
func wave(n, d int, noise float64, f func(x float64) float64) (*mat.Dense, []float64) {
	r := rng.New(11).Rand()
	x, y := mat.NewDense(n, d, nil), make([]float64, n)
	for i := range n {
		for j := range d {
			x.Set(i, j, 4*r.Float64())
		}
		y[i] = f(x.At(i, 0)) + noise*r.NormFloat64()
	}
	return x, y
}

func rbf() kernel.Kernel { return kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)} }

func valueOf(t *testing.T, out *Fitted, name string) float64 {
	t.Helper()
	for _, p := range out.Params {
		if p.Name == name {
			return p.Value
		}
	}
	t.Fatalf("no parameter %s", name)
	return 0
}

// The objective's gradient against central differences, priors included: the
// step is 1e-5 in the logarithm, so that the error is about 1e-10 of its third
// derivative, far below 1e-5.
func TestFitObjectiveGradient(t *testing.T) {
	x, y := wave(30, 2, 0.1, math.Sin)
	prior := Prior{Kernel: kernel.Add(kernel.RBF{Variance: 1, Lengthscale: kernel.ARD(1, 2)}, kernel.Constant{Variance: 1}), Mean: Constant{0.3}}
	f := Fit{Priors: []ParamPrior{
		{"RBF.variance", prob.Gamma{Shape: 2, Rate: 1}},
		{"lengthscale[1]", prob.Uniform{Lower: 0.5, Upper: 4}},
		{NoiseName, prob.HalfNormal{SD: 1}},
	}}
	l, err := f.layout(prior, x, y)
	if err != nil {
		t.Fatal(err)
	}
	obj := l.objective(NewEvidence(x, y))
	z := make([]float64, len(l.slots))
	for i := range z {
		z[i] = 0.1 * float64(i)
	}
	grad := make([]float64, len(z))
	obj(z, grad)
	for i := range z {
		const h = 1e-5
		up, down := slices.Clone(z), slices.Clone(z)
		up[i] += h
		down[i] -= h
		want := (obj(up, nil) - obj(down, nil)) / (2 * h)
		if math.Abs(grad[i]-want) > 1e-5*math.Max(1, math.Abs(want)) {
			t.Errorf("%s: %v, central difference %v", l.slots[i].Name, grad[i], want)
		}
	}
}

// No point near the fitted one is better: the fit is a local optimum in every
// parameter, and it is no worse than the truth.
func TestFitReachesAnOptimum(t *testing.T) {
	x, y := wave(80, 1, 0.1, func(x float64) float64 { return math.Sin(3 * x) })
	for _, method := range []Method{MaximumEvidence, MAP} {
		f := Fit{Method: method, Key: rng.New(1)}
		out, err := f.Run(context.Background(), Prior{Kernel: rbf()}, x, y)
		if err != nil {
			t.Fatal(err)
		}
		l, _ := f.layout(Prior{Kernel: rbf()}, x, y)
		obj := l.objective(NewEvidence(x, y))
		z := make([]float64, len(l.slots))
		for i, p := range out.Params {
			z[i] = l.slots[i].onto.Unconstrain(p.Value)
		}
		best := obj(z, nil)
		// The climb ends at a gradient of 0.015 in coordinates of unit curvature.
		tol := float64(len(z)) * whiteTol * whiteTol / 2
		if !(math.Abs(best+out.Objective) <= 1e-9*math.Abs(best)) {
			t.Errorf("method %d: Objective %v, evaluated again %v", method, out.Objective, -best)
		}
		for i := range z {
			for _, step := range []float64{-0.1, 0.1} {
				moved := slices.Clone(z)
				moved[i] += step
				if v := obj(moved, nil); v < best-tol {
					t.Errorf("method %d: %s moved by %v is better by %v", method, out.Params[i].Name, step, best-v)
				}
			}
		}
		if sd := math.Sqrt(valueOf(t, out, NoiseName)); sd < 0.08 || sd > 0.12 {
			// 80 rows give the noise's standard deviation to about 1/sqrt(2 80) = 8%.
			t.Errorf("method %d: noise %v, the data have 0.1", method, sd)
		}
		for i, s := range out.Starts {
			if s.Rows == 80 && s.Objective > out.Starts[out.Best].Objective+agreement {
				t.Errorf("method %d: start %d ends at %v, the one that was kept at %v", method, i, s.Objective, out.Starts[out.Best].Objective)
			}
		}
	}
}

// onLogarithm is the log density of the logarithm of a positive number.
func onLogarithm(d prob.Distribution, x float64) float64 { return d.LogProb(x) + math.Log(x) }

// MAP maximises evidence times the prior density on the logarithm.
func TestMAPObjectiveIsEvidencePlusPrior(t *testing.T) {
	x, y := wave(20, 1, 0.1, math.Sin)
	priors := []ParamPrior{{"variance", prob.LogNormal{Mu: 0, Sigma: 1}}, {"lengthscale", prob.Gamma{Shape: 3, Rate: 2}}}
	noise := Noise(0.01)
	out, err := Fit{Priors: priors, KnownNoise: &noise}.Run(context.Background(), Prior{Kernel: rbf(), Mean: Zero{}}, x, y)
	if err != nil {
		t.Fatal(err)
	}
	want := out.LogEvidence + onLogarithm(prob.LogNormal{Mu: 0, Sigma: 1}, valueOf(t, out, "RBF.variance")) +
		onLogarithm(prob.Gamma{Shape: 3, Rate: 2}, valueOf(t, out, "RBF.lengthscale"))
	if math.Abs(out.Objective-want) > 1e-10*math.Abs(want) {
		t.Errorf("objective %v, evidence plus prior %v", out.Objective, want)
	}
	if len(out.Params) != 2 {
		t.Errorf("%d parameters; a known noise is none, nor a mean of zero", len(out.Params))
	}
}

func TestFitFindsAPeriod(t *testing.T) {
	const period = 0.37
	x, y := wave(150, 1, 0.3, func(x float64) float64 { return 0.5*x*x + math.Sin(2*math.Pi*x/period) })
	one := kernel.Shared(1)
	k := kernel.Add(rbf(), kernel.Periodic{Variance: 1, Lengthscale: one, Period: one})
	for seed := range uint64(3) {
		out, err := Fit{Key: rng.New(seed)}.Run(context.Background(), Prior{Kernel: k}, x, y)
		if err != nil {
			t.Fatal(err)
		}
		// The phase over 11 cycles fixes the period to a percent of it and better.
		if p := valueOf(t, out, "sum.1.Periodic.period"); math.Abs(p-period) > 0.01*period {
			t.Errorf("seed %d: period %v, the data have %v", seed, p, period)
		}
	}
}

func TestPeriodogramPeaks(t *testing.T) {
	const period = 0.37
	x, y := wave(200, 1, 0.5, func(x float64) float64 { return 3*x - x*x + math.Sin(2*math.Pi*x/period) })
	col := mat.Col(nil, 0, x)
	found := periods(col, y, 4.0/200, false)
	// A peak is as wide as one cycle over the range of 4: 0.37^2/4 = 0.034 in the
	// period, of which noise moves its top by a small part.
	if len(found) == 0 || math.Abs(found[0].length-period) > 0.005 {
		t.Errorf("peaks at %v, the data have the period %v", found, period)
	}
	if p := periods([]float64{1, 1, 1}, []float64{1, 2, 3}, 1, true); p != nil {
		t.Errorf("three equal inputs have the periods %v", p)
	}
}

// A fit retries with jitter, which must not hide rows that contradict each other.
func TestFitNamesEqualInputsWithoutNoise(t *testing.T) {
	zero := Noise(0)
	_, err := Fit{KnownNoise: &zero}.Run(context.Background(), Prior{Kernel: rbf()}, mat.NewDense(3, 1, []float64{1, 2, 1}), []float64{1, 2, 3})
	var equal *EqualInputs
	if !errors.As(err, &equal) || equal.I != 0 || equal.J != 2 {
		t.Errorf("error %v, want equal inputs in rows 1 and 3", err)
	}
}

func TestFitOfWhiteWithKnownNoise(t *testing.T) {
	x, y := wave(100, 1, 0.2, math.Sin)
	zero := Noise(0)
	out, err := Fit{KnownNoise: &zero, Method: MaximumEvidence}.Run(context.Background(), Prior{Kernel: kernel.Add(rbf(), kernel.White{Variance: 1})}, x, y)
	if err != nil {
		t.Fatal(err)
	}
	// 100 rows give the standard deviation to 1/sqrt(200) = 7%; three of these.
	if sd := math.Sqrt(valueOf(t, out, "sum.1.White.variance")); math.Abs(sd-0.2) > 0.042 {
		t.Errorf("white noise %v, the data have 0.2", sd)
	}
}

func TestFitOfDegenerateTables(t *testing.T) {
	for _, c := range []struct {
		name string
		x, y []float64
		warn string
	}{
		{"one row", []float64{1}, []float64{2}, ""},
		{"constant target", []float64{1, 2, 3, 4}, []float64{5, 5, 5, 5}, "constant"},
		{"zero target", []float64{1, 2, 3, 4}, []float64{0, 0, 0, 0}, "constant"},
		{"constant input", []float64{1, 1, 1}, []float64{1, 2, 3}, ""},
		{"replicated rows", []float64{1, 1, 2, 2, 3, 3}, []float64{1, 1.1, 2, 2.1, 1, 0.9}, ""},
		{"two rows", []float64{1, 2}, []float64{1, 3}, ""},
		{"huge", []float64{1e9, 2e9, 3e9}, []float64{1e12, 3e12, 2e12}, ""},
	} {
		out, err := Fit{}.Run(context.Background(), Prior{Kernel: rbf()}, mat.NewDense(len(c.x), 1, c.x), c.y)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if c.warn != "" && !slices.ContainsFunc(out.Warnings, func(w string) bool { return strings.Contains(w, c.warn) }) {
			t.Errorf("%s: warnings %q, want one with %q", c.name, out.Warnings, c.warn)
		}
		for _, p := range out.Params {
			if !(p.Value > 0 || p.Name == "Mean.constant") || math.IsInf(p.Value, 0) {
				t.Errorf("%s: %s = %v", c.name, p.Name, p.Value)
			}
		}
	}
}

// Without noise a smooth function makes K singular: the fit takes jitter and
// says so.
func TestFitWithoutNoiseReportsItsJitter(t *testing.T) {
	x, y := wave(60, 1, 0, func(x float64) float64 { return x * x })
	zero := Noise(0)
	out, err := Fit{KnownNoise: &zero}.Run(context.Background(), Prior{Kernel: rbf()}, x, y)
	if err != nil {
		t.Fatal(err)
	}
	if j := out.Posterior.Jitter(); j == 0 && out.Posterior.Solver().LogDet() < 60*math.Log(1e-15) {
		t.Errorf("jitter %v with a log determinant of %v", j, out.Posterior.Solver().LogDet())
	}
	fitted := out.Posterior.Mean(nil, x)
	for i := range y {
		// The jitter allows residuals of its square root.
		if math.Abs(fitted[i]-y[i]) > 10*math.Sqrt(out.Posterior.Jitter())+1e-6 {
			t.Fatalf("row %d: %v, data %v, jitter %v", i, fitted[i], y[i], out.Posterior.Jitter())
		}
	}
}

func TestFitHonoursGivenValuesAndPriors(t *testing.T) {
	x, y := wave(40, 1, 0.1, math.Sin)
	given := Fit{Given: []bool{true, true}, Starts: 3, Method: MaximumEvidence}
	out, err := given.Run(context.Background(), Prior{Kernel: kernel.RBF{Variance: 2, Lengthscale: kernel.Shared(0.4)}}, x, y)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range out.Starts[:1] {
		if math.Abs(s.From[0]-2) > 1e-12 || math.Abs(s.From[1]-0.4) > 1e-12 {
			t.Errorf("start %d begins at %v, given 2 and 0.4", i, s.From)
		}
	}
	narrow := Fit{Priors: []ParamPrior{{"lengthscale", prob.Uniform{Lower: 0.2, Upper: 0.3}}}}
	out, err = narrow.Run(context.Background(), Prior{Kernel: rbf()}, x, y)
	if err != nil {
		t.Fatal(err)
	}
	if l := valueOf(t, out, "RBF.lengthscale"); l < 0.2 || l > 0.3 {
		t.Errorf("lengthscale %v outside of its prior's support (0.2, 0.3)", l)
	}
}

func TestFitSameBitsForAnyGOMAXPROCS(t *testing.T) {
	x, y := wave(400, 1, 0.1, func(x float64) float64 { return math.Sin(3 * x) })
	var first *Fitted
	for _, procs := range []int{1, 2, 4} {
		old := runtime.GOMAXPROCS(procs)
		out, err := Fit{Starts: 2, ScreenRows: 60, Key: rng.New(5)}.Run(context.Background(), Prior{Kernel: rbf()}, x, y)
		runtime.GOMAXPROCS(old)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = out
			continue
		}
		for i, p := range out.Params {
			if p.Value != first.Params[i].Value {
				t.Errorf("GOMAXPROCS %d: %s = %v, was %v", procs, p.Name, p.Value, first.Params[i].Value)
			}
		}
	}
	if n := first.Starts[len(first.Starts)-1].Rows; n != 400 {
		t.Errorf("the last climb had %d rows of 400", n)
	}
}

func TestFitStopsWhenCancelled(t *testing.T) {
	x, y := wave(300, 1, 0.1, math.Sin)
	ctx, cancel := context.WithCancel(context.Background())
	var inside atomic.Int32
	calls := 0
	f := Fit{Progress: func(u progress.Update) {
		// One call at a time, though climbs run side by side.
		if inside.Add(1) != 1 {
			t.Error("two calls at a time")
		}
		defer inside.Add(-1)
		if u.Stage != "stage 1 of 1, 300 rows" || u.Part < 1 || u.Part > u.Parts || u.Done < 1 {
			t.Errorf("told %+v", u)
		}
		if calls++; calls == 2 {
			cancel()
		}
	}}
	_, err := f.Run(ctx, Prior{Kernel: rbf()}, x, y)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

// From any choice of rows and candidates, climbs in stages end at the same
// optimum: the whitened climb stops at a gradient of 0.015 in coordinates of unit
// curvature, which is 0.015^2/2 nats a parameter.
func TestFitStagesEndAtOneOptimum(t *testing.T) {
	x, y := wave(240, 1, 0.1, func(x float64) float64 { return x*x/4 + math.Sin(5*x) })
	k := kernel.Add(rbf(), kernel.RationalQuadratic{Variance: 1, Lengthscale: kernel.Shared(1), Alpha: 1})
	var first *Fitted
	for seed := range uint64(3) {
		out, err := Fit{ScreenRows: 60, Key: rng.New(seed)}.Run(context.Background(), Prior{Kernel: k}, x, y)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(out.Starts); out.Starts[n-1].Rows != 240 || out.Starts[0].Rows != 60 {
			t.Fatalf("stages of %d to %d rows, want 60 to 240", out.Starts[0].Rows, out.Starts[n-1].Rows)
		}
		if first == nil {
			first = out
		} else if math.Abs(out.Objective-first.Objective) > 0.002 {
			t.Errorf("seed %d ends at %v, seed 0 at %v", seed, out.Objective, first.Objective)
		}
	}
}

func TestWhiteningMakesTheCurvatureTheIdentity(t *testing.T) {
	x, y := wave(60, 1, 0.1, math.Sin)
	l, err := Fit{}.layout(Prior{Kernel: rbf()}, x, y)
	if err != nil {
		t.Fatal(err)
	}
	z := []float64{0.5, 0.3, 0.2, math.Log(0.01)}
	w := l.whiten(context.Background(), z, x, y)
	obj := l.objective(NewEvidence(x, y))
	at := func(u ...float64) float64 {
		p := make([]float64, len(z))
		w.to(p, u)
		return obj(p, nil)
	}
	const h = 0.05
	for i := range z {
		up, down := make([]float64, len(z)), make([]float64, len(z))
		up[i], down[i] = h, -h
		// The third and fourth derivatives and the step of the Hessian's
		// differences leave a few percent; an indefinite direction has -1.
		second := (at(up...) - 2*at(make([]float64, len(z))...) + at(down...)) / (h * h)
		if math.Abs(math.Abs(second)-1) > 0.1 {
			t.Errorf("direction %d: curvature %v, want 1", i, second)
		}
	}
}

// The default priors are those that the objective of a MAP fit has.
func TestDefaultPriorsAreThoseOfMAP(t *testing.T) {
	x, y := wave(30, 2, 0.1, math.Sin)
	prior := Prior{Kernel: kernel.Add(kernel.RBF{Variance: 1, Lengthscale: kernel.ARD(1, 2)}, kernel.Linear{Bias: 1, Variance: []float64{1, 1}})}
	params, err := Fit{}.Parameters(prior, x, y)
	if err != nil {
		t.Fatal(err)
	}
	out, err := Fit{Starts: 1}.Run(context.Background(), prior, x, y)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, p := range params.Free() { // the mean is the sample's, fixed
		sum += onLogarithm(p.Prior, valueOf(t, out, p.Name))
	}
	if params.Len() != len(out.Params) || math.Abs(sum-(out.Objective-out.LogEvidence)) > 1e-9*math.Abs(out.Objective) {
		t.Errorf("%d parameters of %d, log prior density %v; the fit has %v", params.Len(), len(out.Params), sum, out.Objective-out.LogEvidence)
	}
}

// The parameters of a fit have the default priors with the named ones in their place,
// and refuse what a fit refuses.
func TestFitParameters(t *testing.T) {
	x, y := wave(30, 1, 0.1, math.Sin)
	prior, named := Prior{Kernel: rbf()}, prob.Gamma{Shape: 2, Rate: 3}
	got, err := Fit{Priors: []ParamPrior{{"lengthscale", named}}}.Parameters(prior, x, y)
	if err != nil {
		t.Fatal(err)
	}
	want, err := Fit{}.Parameters(prior, x, y)
	if err != nil {
		t.Fatal(err)
	}
	if names := got.Names(); !slices.Equal(names, []string{"RBF.variance", "RBF.lengthscale", "Mean.constant", NoiseName}) {
		t.Errorf("names %v", names)
	}
	for i, p := range want.Free() {
		if p.Name == "RBF.lengthscale" {
			p.Prior = named
		}
		if got.Free()[i].Prior != p.Prior {
			t.Errorf("%s: prior %v, want %v", p.Name, got.Free()[i].Prior, p.Prior)
		}
	}
	with, _ := got.At(got.Values())
	if _, ok := with.Mean.(Constant); !ok {
		t.Errorf("the fit's mean is %v, want a constant", with.Mean)
	}
	known := Noise(0.1)
	if got, err = (Fit{KnownNoise: &known}).Parameters(prior, x, y); err != nil || got.Len() != 3 {
		t.Errorf("a known noise: %v, %v", got, err)
	}
	var unknown *UnknownParam
	if _, err := (Fit{Priors: []ParamPrior{{"period", named}}}).Parameters(prior, x, y); !errors.As(err, &unknown) {
		t.Errorf("an unknown name: %v", err)
	}
	if _, err := (Fit{}).Parameters(Prior{Kernel: kernel.Add(rbf(), kernel.White{Variance: 1})}, x, y); err == nil {
		t.Error("white noise beside a fitted noise")
	}
}

func TestFitRefusesANegativeJitter(t *testing.T) {
	x, y := wave(5, 1, 0.1, math.Sin)
	_, err := Fit{}.Run(context.Background(), Prior{Kernel: rbf(), Jitter: -1}, x, y)
	var jitter *JitterError
	if !errors.As(err, &jitter) {
		t.Errorf("error %v, want a *JitterError", err)
	}
}
