package functional_test

import (
	"context"
	"testing"

	"matheron/functional"
)

func BenchmarkSummarize(b *testing.B) {
	paths, x := worked(64), inputs(-2, 2, 200)
	for b.Loop() {
		functional.Summarize(paths, x)
	}
}

func BenchmarkQuantiles(b *testing.B) {
	paths, x := worked(64), inputs(-2, 2, 200)
	for b.Loop() {
		functional.Quantiles(paths, x, 0.025, 0.5, 0.975)
	}
}

func BenchmarkExpectationGrad(b *testing.B) {
	paths, x := worked(64), inputs(-2, 2, 3)
	for b.Loop() {
		if _, _, err := functional.ExpectationGrad(paths, x, functional.Improvement(-0.9)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCrossings(b *testing.B) {
	paths, g := worked(64), grid(-2, 2, 401)
	for b.Loop() {
		if _, err := functional.Crossings(context.Background(), paths, 0, g, 1e-12); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkQuadrature(b *testing.B) {
	paths := worked(64)
	for b.Loop() {
		if _, err := (functional.Quadrature{}).Run(context.Background(), paths, functional.Interval(-2, 2), nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOperator(b *testing.B) {
	paths, x := worked(64), inputs(-2, 2, 10)
	for b.Loop() {
		if _, err := functional.Laplacian(-1).Apply(context.Background(), paths, x); err != nil {
			b.Fatal(err)
		}
	}
}
