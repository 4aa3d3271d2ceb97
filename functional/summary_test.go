package functional_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"matheron/functional"
)

// Each path is a draw of the distribution that Moments states: every estimate is within
// 5 of its standard errors of what it says.
const sigmas = 5

func TestSummaryAgainstLaw(t *testing.T) {
	paths := worked(400)
	at := []float64{-1.9, -1, 0.3, 1.2, 1.7}
	mean, cov := moments(t, paths, at...)
	x := mat.NewDense(len(at), 1, at)
	s := functional.Summarize(paths, x)
	q := functional.Quantiles(paths, x, 0.025, 0.5, 0.975)
	values := paths.Eval(x)
	for i := range at {
		sd := math.Sqrt(cov.At(i, i))
		within(t, "mean", s.Mean[i], mean[i], sigmas*s.MeanSE[i])
		within(t, "sd", s.SD[i], sd, sigmas*s.SDSE[i])
		// Errors for Gaussian draws: sd/sqrt(S) and sd/sqrt(2S), to 5% and 30%.
		within(t, "mean se", s.MeanSE[i]/(sd/20), 1, sigmas*0.05)
		within(t, "sd se", s.SDSE[i]/(sd/math.Sqrt(800)), 1, 0.3)
		sample := functional.At(values, i)
		for j, p := range []float64{0.025, 0.5, 0.975} {
			want := distuv.Normal{Mu: mean[i], Sigma: sd}.Quantile(p)
			within(t, "quantile", q.At(j, i), want, sigmas*sample.QuantileSE(p))
		}
	}
}

// The quantiles at a point are those of its sample, ends included.
func TestQuantilesAreThoseOfTheSample(t *testing.T) {
	p := []float64{0, 0.01, 0.025, 0.25, 0.5, 0.975, 1}
	for _, n := range []int{1, 2, 7, 64} {
		x := inputs(-2, 2, 9)
		values := worked(n).Eval(x)
		q := functional.QuantilesOf(values, p...)
		for i := range 9 {
			s := functional.At(values, i)
			for j := range p {
				// Between two values by a share that is rounded otherwise.
				within(t, "quantile", q.At(j, i), s.Quantile(p[j]), 1e-13)
			}
		}
	}
	// Equal values, an ascent, a descent, infinities and NaN.
	inf, nan := math.Inf(1), math.NaN()
	hard := mat.NewDense(9, 5, []float64{
		2, 1, 9, inf, 1,
		2, 2, 8, 1, nan,
		1, 3, 7, 1, 3,
		2, 4, 6, -inf, 2,
		2, 5, 5, 2, nan,
		1, 6, 4, inf, 0,
		2, 7, 3, 0, 7,
		2, 8, 2, -inf, 5,
		2, 9, 1, 3, 6,
	})
	p = []float64{0.03, 0.3, 0.52, 0.97} // between two values: at one, 0 times an infinity may be added
	q := functional.QuantilesOf(hard, p...)
	for i := range 5 {
		s := functional.At(hard, i)
		for j := range p {
			if got, want := q.At(j, i), s.Quantile(p[j]); got != want && !(math.Abs(got-want) < 1e-14) && !(got != got && want != want) {
				t.Errorf("column %d: quantile %v is %v, want %v", i, p[j], got, want)
			}
		}
	}
	mustPanic(t, "a probability above 1", func() { functional.QuantilesOf(mat.NewDense(2, 2, nil), 1.5) })
}

func TestSummaryDegenerate(t *testing.T) {
	x := inputs(0, 1, 3)
	s := functional.Summarize(constants(2, 2, 2), x)
	within(t, "sd", s.SD[1], 0, 0)
	within(t, "sd se", s.SDSE[1], 0, 0)
	one := functional.Summarize(constants(2), x)
	within(t, "mean", one.Mean[2], 2, 0)
	if !math.IsNaN(one.SD[0]) || !math.IsNaN(one.SDSE[0]) {
		t.Errorf("sd %g with error %g of a single function", one.SD[0], one.SDSE[0])
	}
	mustPanic(t, "no quantiles", func() { functional.Quantiles(constants(1), x) })
}

func TestProbabilitiesAgainstLaw(t *testing.T) {
	paths := worked(400)
	at := []float64{-1.8, -0.6, -0.2, 0.05, 1.9}
	mean, cov := moments(t, paths, at...)
	x := mat.NewDense(len(at), 1, at)
	below := functional.Below(paths, x, -0.5)
	between := functional.Feasible(x, functional.Constraint{Functions: paths, Lower: -1, Upper: math.Inf(1)},
		functional.Constraint{Functions: paths, Lower: math.Inf(-1), Upper: 0.5})
	for i := range at {
		n := distuv.Normal{Mu: mean[i], Sigma: math.Sqrt(cov.At(i, i))}
		want := n.CDF(-0.5)
		// The standard error of the truth, since the estimate's own may be 0.
		within(t, "below", below[i].Value, want, sigmas*math.Sqrt(want*(1-want)/400))
		want = n.CDF(0.5) - n.CDF(-1)
		within(t, "between", between[i].Value, want, sigmas*math.Sqrt(want*(1-want)/400))
	}
	// P(f(a) < f(b)) is that of a difference.
	v := cov.At(0, 0) + cov.At(4, 4) - 2*cov.At(0, 4)
	want := distuv.Normal{Mu: mean[0] - mean[4], Sigma: math.Sqrt(v)}.CDF(0)
	rises := functional.Chance(paths, x, func(f []float64) bool { return f[0] < f[4] })
	within(t, "rises", rises.Value, want, sigmas*math.Sqrt(want*(1-want)/400))
}

// Constraints on outputs that were drawn together are counted together: the two
// below hold for no function at once, although each holds for half.
func TestFeasibleIsJoint(t *testing.T) {
	a, b := constants(-1, 1), constants(1, -1)
	x := inputs(0, 1, 2)
	p := functional.Feasible(x, functional.Constraint{Functions: a, Lower: 0, Upper: 2}, functional.Constraint{Functions: b, Lower: 0, Upper: 2})
	within(t, "both", p[0].Value, 0, 0)
	p = functional.Feasible(x, functional.Constraint{Functions: a, Lower: 0, Upper: 2})
	within(t, "one", p[1].Value, 0.5, 0)
	mustPanic(t, "numbers differ", func() {
		functional.Feasible(x, functional.Constraint{Functions: a}, functional.Constraint{Functions: constants(1)})
	})
	mustPanic(t, "none", func() { functional.Feasible(x) })
}
