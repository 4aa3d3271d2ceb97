package bayesopt_test

import (
	"testing"

	"matheron/bayesopt"
	"matheron/rng"
)

func BenchmarkLogExpectedImprovement(b *testing.B) {
	f, w := make([]float64, 64), make([]float64, 64)
	r := rng.New(0).Rand()
	for i := range f {
		f[i] = r.NormFloat64()
	}
	score := bayesopt.LogExpectedImprovement{Incumbents: []float64{-1}, Smoothing: 1e-3}
	for b.Loop() {
		score.Of(w, f)
	}
}

func BenchmarkGrad(b *testing.B) {
	ei := bayesopt.NewMonteCarlo(worked(), bayesopt.ExpectedImprovement{Incumbents: []float64{lowest()}})
	g := make([]float64, 1)
	for b.Loop() {
		if _, err := ei.Grad(g, []float64{1.7}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMaximize(b *testing.B) {
	ei := bayesopt.NewMonteCarlo(worked(), bayesopt.ExpectedImprovement{Incumbents: []float64{lowest()}})
	for b.Loop() {
		if _, err := (bayesopt.Search{Space: line()}).Maximize(b.Context(), ei); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkThompson(b *testing.B) {
	f := worked().Path(0)
	for b.Loop() {
		if _, err := (bayesopt.Search{Space: line()}).Thompson(b.Context(), bayesopt.Minimize, f); err != nil {
			b.Fatal(err)
		}
	}
}
