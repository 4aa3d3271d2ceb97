package functional_test

import (
	"math"
	"slices"
	"testing"

	"matheron/functional"
	"matheron/rng"
)

func TestSampleByHand(t *testing.T) {
	s := functional.NewSample([]float64{4, 1, 3, 2})
	within(t, "mean", s.Mean(), 2.5, 0)
	within(t, "variance", s.Variance(), 5./3, 1e-15)
	within(t, "se", s.SE(), math.Sqrt(5./3/4), 1e-15)
	within(t, "ess", s.ESS(), 4, 0)
	// Type 7: 1 + 3p.
	for _, p := range []float64{0, 0.1, 0.25, 0.5, 0.9, 1} {
		within(t, "quantile", s.Quantile(p), 1+3*p, 1e-15)
	}
	p := s.Between(2, 3)
	within(t, "between", p.Value, 0.5, 0)
	within(t, "between se", p.SE, math.Sqrt(0.25/3), 1e-15)
	if !slices.Equal(s.Values(), []float64{4, 1, 3, 2}) {
		t.Error("values are not in the order given")
	}
}

func TestWeightedSampleByHand(t *testing.T) {
	s := functional.NewWeightedSample([]float64{5, 1, 3, 100}, []float64{1, 2, 1, 0})
	// Weights 1/2 at 1, 1/4 at 3 and 5.
	within(t, "mean", s.Mean(), 2.5, 1e-15)
	within(t, "ess", s.ESS(), 1/(0.25+2./16), 1e-15)
	// (0.5 1.5^2 + 0.25 0.5^2 + 0.25 2.5^2) / (1 - 0.375)
	within(t, "variance", s.Variance(), 2.75/0.625, 1e-14)
	within(t, "se", s.SE(), math.Sqrt((0.25*2.25+0.0625*0.25+0.0625*6.25)/0.625), 1e-14)
	// Places 0, 0.375, 0.625 of 0.625: p = 0.6 is at 3, 0.8 half way to 5.
	within(t, "quantile", s.Quantile(0), 1, 0)
	within(t, "quantile", s.Quantile(0.6), 3, 1e-14)
	within(t, "quantile", s.Quantile(0.8), 4, 1e-14)
	within(t, "quantile", s.Quantile(1), 5, 0)
	within(t, "all", s.Between(0, 200).Value, 1, 0)
}

func TestSampleDegenerate(t *testing.T) {
	one := functional.NewSample([]float64{7})
	within(t, "mean", one.Mean(), 7, 0)
	within(t, "quantile", one.Quantile(0.3), 7, 0)
	for name, v := range map[string]float64{"sd": one.SD(), "se": one.SE(), "quantile se": one.QuantileSE(0.5)} {
		if !math.IsNaN(v) {
			t.Errorf("%s of one value is %g", name, v)
		}
	}
	same := functional.NewSample([]float64{2, 2, 2})
	within(t, "sd", same.SD(), 0, 0)
	within(t, "quantile se", same.QuantileSE(0.5), 0, 0)
	infinite := functional.NewSample([]float64{math.Inf(-1), math.Inf(-1), 3})
	within(t, "quantile of equal infinities", 1/infinite.Quantile(0.2), 0, 0)
	mustPanic(t, "no values", func() { functional.NewSample(nil) })
	mustPanic(t, "negative weight", func() { functional.NewWeightedSample([]float64{1, 2}, []float64{2, -1}) })
	mustPanic(t, "zero weights", func() { functional.NewWeightedSample([]float64{1, 2}, []float64{0, 0}) })
	mustPanic(t, "short weights", func() { functional.NewWeightedSample([]float64{1, 2}, []float64{1}) })
	mustPanic(t, "quantile", func() { same.Quantile(1.1) })
}

// The standard errors are the sds of the estimates over repeated samples.
func TestStandardErrorsOverSamples(t *testing.T) {
	const reps, n = 800, 200
	r := rng.New(3).Rand()
	type pair struct{ value, se []float64 }
	got := map[string]*pair{"mean": {}, "median": {}, "q90": {}, "chance": {}}
	add := func(name string, v, se float64) {
		got[name].value = append(got[name].value, v)
		got[name].se = append(got[name].se, se)
	}
	for range reps {
		v := make([]float64, n)
		for i := range v {
			v[i] = r.NormFloat64()
		}
		s := functional.NewSample(v)
		p := s.Between(-1, 1)
		add("mean", s.Mean(), s.SE())
		add("median", s.Quantile(0.5), s.QuantileSE(0.5))
		add("q90", s.Quantile(0.9), s.QuantileSE(0.9))
		add("chance", p.Value, p.SE)
	}
	for name, p := range got {
		// The sd of 800 values is known to 2.5%; 4 of these, and 5% for the bias of
		// order 1/n of the quantiles' errors.
		sd := functional.NewSample(p.value).SD()
		within(t, name, functional.NewSample(p.se).Mean()/sd, 1, 0.15)
	}
}

func TestWilsonInterval(t *testing.T) {
	// No hit in 10: z^2/(n + z^2) with z = 1.959963984540054.
	p := functional.NewSample(make([]float64, 10)).Between(1, 2)
	low, high := p.Interval(0.95)
	within(t, "lower", low, 0, 1e-16)
	within(t, "upper", high, 3.8414588206941254/13.8414588206941254, 1e-12)
	within(t, "se", p.SE, 0, 0)
	// 81 of 263, Newcombe (1998), table I: 0.2553 to 0.3662.
	v := make([]float64, 263)
	for i := range 81 {
		v[i] = 1
	}
	low, high = functional.NewSample(v).Between(1, 1).Interval(0.95)
	within(t, "lower", low, 0.2553, 5e-5)
	within(t, "upper", high, 0.3662, 5e-5)
	mustPanic(t, "level", func() { p.Interval(1) })
}
