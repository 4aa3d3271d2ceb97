package bayesopt_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"matheron/bayesopt"
	"matheron/rng"
)

// values are 8 draws, some better and some worse than an incumbent near 0.
var values = []float64{-1.3, -0.4, -0.05, 0.02, 0.3, 0.9, 1.7, 2.2}

// own are their incumbents, one for each.
var own = []float64{0.1, -0.6, 0.2, -0.1, 0.5, 0.4, 2.1, 0}

func scores() map[string]bayesopt.Score {
	out := map[string]bayesopt.Score{}
	for _, goal := range []bayesopt.Goal{bayesopt.Minimize, bayesopt.Maximize} {
		for name, inc := range map[string][]float64{"one": {0.1}, "own": own} {
			tag := " " + goal.String() + " " + name
			out["EI"+tag] = bayesopt.ExpectedImprovement{Incumbents: inc, Goal: goal}
			out["logEI"+tag] = bayesopt.LogExpectedImprovement{Incumbents: inc, Goal: goal, Smoothing: 0.2}
			out["PI"+tag] = bayesopt.ProbabilityOfImprovement{Incumbents: inc, Goal: goal, Smoothing: 0.3}
			out["fraction"+tag] = bayesopt.ProbabilityOfImprovement{Incumbents: inc, Goal: goal}
		}
		out["bound "+goal.String()] = bayesopt.ConfidenceBound{Beta: 2, Goal: goal}
	}
	out["feasible"] = bayesopt.Feasibility{Threshold: 0.2, Smoothing: 0.3}
	out["log feasible"] = bayesopt.LogFeasibility{Threshold: 0.2, Smoothing: 0.3}
	return out
}

func TestScoresHaveTheirDerivatives(t *testing.T) {
	for name, score := range scores() {
		w := make([]float64, len(values))
		v := score.Of(w, values)
		if again := score.Of(nil, values); again != v {
			t.Errorf("%s: %g with derivatives and %g without", name, v, again)
		}
		for s := range values {
			// No value is within h of its incumbent, where there is a kink.
			want := slope(func(f []float64) float64 { return score.Of(nil, f) }, values, s)
			near(t, name, w[s], want, 1e-8)
		}
	}
}

// Over draws of a normal distribution the scores are the closed forms, within 4 standard
// errors of N = 200,000 draws: a false alarm in 16,000.
func TestScoresOfNormalDraws(t *testing.T) {
	const n, mean, sd, best, beta = 200000, 0.3, 0.7, -0.2, 3.0
	f := make([]float64, n)
	r := rng.New(5).Rand()
	for i := range f {
		f[i] = mean + sd*r.NormFloat64()
	}
	std := distuv.UnitNormal
	u := (best - mean) / sd
	ei := (best-mean)*std.CDF(u) + sd*std.Prob(u)
	// E max(d, 0)^2 for the variance of the improvement.
	square := ((best-mean)*(best-mean)+sd*sd)*std.CDF(u) + (best-mean)*sd*std.Prob(u)
	pi := std.CDF(u)
	root := math.Sqrt(n)

	got := bayesopt.ExpectedImprovement{Incumbents: []float64{best}}.Of(nil, f)
	near(t, "EI", got, ei, 4*math.Sqrt(square-ei*ei)/root)
	up := bayesopt.ExpectedImprovement{Incumbents: []float64{best}, Goal: bayesopt.Maximize}.Of(nil, f)
	// E max(f - best, 0) - E max(best - f, 0) = mean - best.
	near(t, "EI of both sides", up-got, mean-best, 4*sd/root)
	got = bayesopt.ProbabilityOfImprovement{Incumbents: []float64{best}}.Of(nil, f)
	near(t, "PI", got, pi, 4*math.Sqrt(pi*(1-pi))/root)
	got = bayesopt.Feasibility{Threshold: best}.Of(nil, f)
	near(t, "feasibility", got, pi, 4*math.Sqrt(pi*(1-pi))/root)
	// A mean and sqrt(3) deviations, of variance sd^2 (1 + beta/2)/N.
	got = bayesopt.ConfidenceBound{Beta: beta, Goal: bayesopt.Maximize}.Of(nil, f)
	near(t, "upper bound", got, mean+math.Sqrt(beta)*sd, 4*sd*math.Sqrt((1+beta/2)/n))
	got = bayesopt.ConfidenceBound{Beta: beta}.Of(nil, f)
	near(t, "lower bound", -got, mean-math.Sqrt(beta)*sd, 4*sd*math.Sqrt((1+beta/2)/n))
}

// 0 <= t log(1 + exp(d/t)) - max(d, 0) <= t log 2.
func TestLogImprovementIsThatOfTheImprovement(t *testing.T) {
	for _, smooth := range []float64{1, 0.1, 1e-3, 1e-6} {
		ei := bayesopt.ExpectedImprovement{Incumbents: own}.Of(nil, values)
		got := math.Exp(bayesopt.LogExpectedImprovement{Incumbents: own, Smoothing: smooth}.Of(nil, values))
		// Some 1e-15 of rounding in the logarithm beside the bound.
		if got < ei-1e-13 || got > ei+smooth*math.Ln2+1e-13 {
			t.Errorf("smoothing %g: %g for an improvement of %g", smooth, got, ei)
		}
	}
}

// Where improvement is far away, exp(-1e5) in the smoothed improvement, value and
// slope are still those of the nearest draw.
func TestLogImprovementFarAway(t *testing.T) {
	const smooth = 1e-3
	score := bayesopt.LogExpectedImprovement{Incumbents: []float64{-100}, Smoothing: smooth}
	w := make([]float64, len(values))
	got := score.Of(w, values)
	// log(t/8 exp(d/t)), the other draws' terms being e^-900 of it.
	near(t, "value", got, (-100-values[0])/smooth+math.Log(smooth/8), 1e-14)
	near(t, "slope", w[0], -1/smooth, 1e-14)
	for _, v := range w[1:] {
		if v != 0 {
			t.Errorf("slopes %g", w)
		}
	}
	sure := bayesopt.LogExpectedImprovement{Incumbents: []float64{100}, Smoothing: smooth}
	near(t, "sure improvement", sure.Of(w, values), math.Log(bayesopt.ExpectedImprovement{Incumbents: []float64{100}}.Of(nil, values)), 1e-14)
	for s := range w { // one draw for all: d log mean(d)/df
		near(t, "its slope", w[s], -1/(8*math.Exp(sure.Of(nil, values))), 1e-13)
	}
}

// An improbable step keeps its digits: p and its slope to d are e^-z and e^-z/t.
func TestImprobableImprovement(t *testing.T) {
	w := make([]float64, 1)
	p := bayesopt.ProbabilityOfImprovement{Incumbents: []float64{0}, Smoothing: 0.1}
	if got := p.Of(w, []float64{50}); math.Abs(got/math.Exp(-500)-1) > 1e-14 || math.Abs(w[0]/(-10*math.Exp(-500))-1) > 1e-14 {
		t.Errorf("%g, slope %g, want %g and %g", got, w[0], math.Exp(-500), -10*math.Exp(-500))
	}
	lf := bayesopt.LogFeasibility{Threshold: 0, Smoothing: 0.1}
	near(t, "log feasibility", lf.Of(w, []float64{500}), -5000, 1e-15)
	near(t, "its slope", w[0], -10, 1e-15)
}

func TestDrawsThatAgree(t *testing.T) {
	w := make([]float64, 3)
	b := bayesopt.ConfidenceBound{Beta: 4, Goal: bayesopt.Maximize}
	near(t, "bound", b.Of(w, []float64{2, 2, 2}), 2, 1e-15)
	for _, v := range w {
		near(t, "slope", v, 1./3, 1e-15)
	}
	near(t, "one draw", b.Of(w[:1], []float64{5}), 5, 0)
	near(t, "feasible on the threshold", bayesopt.Feasibility{Threshold: 2}.Of(w, []float64{2, 3, 1}), 2./3, 1e-15)
}

// A point already in the batch leaves each draw its own incumbent.
func TestAfter(t *testing.T) {
	first, second := []float64{0.4, -0.5, 0.2}, []float64{-0.3, -0.2, 0.1}
	for _, goal := range []bayesopt.Goal{bayesopt.Minimize, bayesopt.Maximize} {
		sign := 1.0
		if goal == bayesopt.Maximize {
			sign = -1
		}
		joint, any := 0.0, 0.0
		for s := range first {
			gain := max(0, sign*(0.1-first[s]), sign*(0.1-second[s]))
			joint += gain / 3
			if gain > 0 {
				any += 1. / 3
			}
		}
		for _, c := range []struct {
			score bayesopt.Sequential
			want  float64
		}{
			{bayesopt.ExpectedImprovement{Incumbents: []float64{0.1}, Goal: goal}, joint},
			{bayesopt.ProbabilityOfImprovement{Incumbents: []float64{0.1}, Goal: goal}, any},
		} {
			got := c.score.Of(nil, first) + c.score.After(first).Of(nil, second)
			near(t, goal.String(), got, c.want, 1e-15)
		}
		log := bayesopt.LogExpectedImprovement{Incumbents: []float64{0.1}, Goal: goal, Smoothing: 1e-9}
		plain := bayesopt.ExpectedImprovement{Incumbents: []float64{0.1}, Goal: goal}
		near(t, "log", math.Exp(log.After(first).Of(nil, second)), plain.After(first).Of(nil, second), 1e-9)
	}
}

func TestMisuse(t *testing.T) {
	for name, f := range map[string]func(){
		"incumbents":    func() { bayesopt.ExpectedImprovement{Incumbents: []float64{1, 2}}.Of(nil, values) },
		"no incumbents": func() { bayesopt.ExpectedImprovement{}.Of(nil, values) },
		"smoothing":     func() { bayesopt.LogExpectedImprovement{Incumbents: own}.Of(nil, values) },
		"beta":          func() { bayesopt.ConfidenceBound{Beta: -1}.Of(nil, values) },
		"product":       func() { bayesopt.Product{}.Eval(point(0)) },
		"space":         func() { line().Contains([]float64{1, 2}) },
		"batch":         func() { bayesopt.Search{Space: line()}.Batch(t.Context(), nil, nil, 0, nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}
