package pathwise_test

import (
	"fmt"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/rng"
)

// benchmarks are posteriors of N rows of D inputs, and a number of paths S.
var benchmarks = []struct{ n, d, s int }{{30, 1, 16}, {200, 2, 64}, {1000, 8, 64}}

func benchmarkPaths(b *testing.B, n, d, s int, perPath bool) (pathwise.Sampler, *pathwise.Paths) {
	b.Helper()
	x, y := points(rng.New(1), n, d, -1, 1), make([]float64, n)
	for i := range y {
		y[i] = x.At(i, 0)
	}
	k := kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.7)}
	post, err := gp.Prior{Kernel: k}.Condition(x, y, gp.Noise(0.05))
	if err != nil {
		b.Fatal(err)
	}
	sampler := pathwise.Sampler{Posterior: post, PerPath: perPath}
	return sampler, draw(b, sampler, 1, s)
}

// BenchmarkDraw is without the posterior's factorisation.
func BenchmarkDraw(b *testing.B) {
	for _, c := range benchmarks {
		b.Run(fmt.Sprintf("%dx%d/S=%d", c.n, c.d, c.s), func(b *testing.B) {
			sampler, _ := benchmarkPaths(b, c.n, c.d, 1, false)
			for b.Loop() {
				draw(b, sampler, 1, c.s)
			}
		})
	}
}

// BenchmarkEval reports the time of a path at a point.
func BenchmarkEval(b *testing.B) {
	for _, c := range benchmarks {
		for _, perPath := range []bool{false, true} {
			name := fmt.Sprintf("%dx%d/S=%d", c.n, c.d, c.s)
			if perPath {
				if c.n > 200 {
					continue
				}
				name += "/basis a path"
			}
			b.Run(name, func(b *testing.B) {
				_, paths := benchmarkPaths(b, c.n, c.d, c.s, perPath)
				x := points(rng.New(2), 1000, c.d, -1, 1)
				dst := mat.NewDense(c.s, 1000, nil)
				b.ReportAllocs()
				for b.Loop() {
					paths.EvalTo(dst, x)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*1000*c.s), "ns/path-point")
			})
		}
	}
}

// BenchmarkGradEach reports the time of the gradient of a path at a point of
// its own.
func BenchmarkGradEach(b *testing.B) {
	for _, c := range benchmarks {
		b.Run(fmt.Sprintf("%dx%d/S=%d", c.n, c.d, c.s), func(b *testing.B) {
			_, paths := benchmarkPaths(b, c.n, c.d, c.s, false)
			xs := make([]*mat.Dense, c.s)
			for i := range xs {
				xs[i] = points(rng.New(uint64(i)), 50, c.d, -1, 1)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := paths.GradEach(xs); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*50*c.s), "ns/path-point")
		})
	}
}

func BenchmarkPathAt(b *testing.B) {
	_, paths := benchmarkPaths(b, 200, 2, 4, false)
	x := []float64{0.1, 0.2}
	b.ReportAllocs()
	for b.Loop() {
		paths.Path(1).At(x)
	}
}

func BenchmarkMinimize(b *testing.B) {
	_, paths := benchmarkPaths(b, 30, 1, 16, false)
	for b.Loop() {
		if _, err := paths.Minimize(b.Context(), unit(1)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLaw(b *testing.B) {
	_, paths := benchmarkPaths(b, 200, 2, 1, false)
	x := points(rng.New(3), 50, 2, -1, 1)
	for b.Loop() {
		if _, _, err := paths.Law(0, x); err != nil {
			b.Fatal(err)
		}
	}
}
