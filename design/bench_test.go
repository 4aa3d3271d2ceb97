package design_test

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/design"
	"matheron/rng"
)

func BenchmarkGreedyEntropyOfDraws(b *testing.B) {
	values := draw(posterior(1, 0.3), 64).Eval(grid(1000))
	for b.Loop() {
		design.GreedyEntropyOfDraws(values, noise, 20)
	}
}

func BenchmarkBALD(b *testing.B) {
	const models, points = 120, 200
	r := rng.New(0).Rand()
	mean, variance := mat.NewDense(models, points, nil), mat.NewDense(models, points, nil)
	mean.Apply(func(_, _ int, _ float64) float64 { return r.NormFloat64() }, mean)
	variance.Apply(func(_, _ int, _ float64) float64 { return 0.1 + r.Float64() }, variance)
	for b.Loop() {
		design.BALD(mean, variance)
	}
}

func BenchmarkMaxValueEntropy(b *testing.B) {
	mean, variance := design.Moments(draw(posterior(1, 0.3), 64).Eval(grid(200)))
	optima := make([]float64, 64)
	for i := range optima {
		optima[i] = 1 + float64(i)/64
	}
	for b.Loop() {
		design.MaxValueEntropy(mean, variance, optima)
	}
}

func BenchmarkNested(b *testing.B) {
	e := normals(rng.New(0), 2000, 3, 0.1)
	for b.Loop() {
		if _, err := (design.Nested{Outer: 1000, Inner: 1000}).Gains(b.Context(), e, 1); err != nil {
			b.Fatal(err)
		}
	}
}
