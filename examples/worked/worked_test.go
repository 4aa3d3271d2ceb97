package worked_test

import (
	"context"
	"testing"

	"matheron/examples/worked"
)

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := worked.New(context.Background(), worked.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBaseline(b *testing.B) {
	s, err := worked.New(context.Background(), worked.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.Baseline(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBayesian(b *testing.B) {
	s, err := worked.New(context.Background(), worked.Options{})
	if err != nil {
		b.Fatal(err)
	}
	base, err := s.Baseline(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.Bayesian(context.Background(), base); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSurrogate(b *testing.B) {
	s, err := worked.New(context.Background(), worked.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.Surrogate(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
