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

// BenchmarkCost doubles each part of the size of an evaluation in turn: the time
// of a path at a point stays with the points, falls with the paths to that of the
// product, and doubles with features and rows; what a call allocates beside its
// result stays with the points.
func BenchmarkCost(b *testing.B) {
	type size struct{ points, paths, features, rows int }
	base := size{2000, 64, 1024, 500}
	for name, part := range map[string]func(*size) *int{
		"points":   func(s *size) *int { return &s.points },
		"paths":    func(s *size) *int { return &s.paths },
		"features": func(s *size) *int { return &s.features },
		"rows":     func(s *size) *int { return &s.rows },
	} {
		for range 3 {
			s := base
			b.Run(fmt.Sprintf("%s=%d", name, *part(&s)), func(b *testing.B) {
				sampler, _ := benchmarkPaths(b, s.rows, 4, 1, false)
				sampler.Features = s.features
				paths := draw(b, sampler, 1, s.paths)
				x := points(rng.New(2), s.points, 4, -1, 1)
				dst := mat.NewDense(s.paths, s.points, nil)
				b.ReportAllocs()
				for b.Loop() {
					paths.EvalTo(dst, x)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*s.points*s.paths), "ns/path-point")
			})
			*part(&base) *= 2
		}
		*part(&base) /= 8
	}
}

// BenchmarkFloat32 is BenchmarkEval in single precision.
func BenchmarkFloat32(b *testing.B) {
	for _, c := range benchmarks {
		b.Run(fmt.Sprintf("%dx%d/S=%d", c.n, c.d, c.s), func(b *testing.B) {
			_, paths := benchmarkPaths(b, c.n, c.d, c.s, false)
			paths = paths.Float32()
			x := points(rng.New(2), 1000, c.d, -1, 1)
			dst := mat.NewDense(c.s, 1000, nil)
			for b.Loop() {
				paths.EvalTo(dst, x)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*1000*c.s), "ns/path-point")
		})
	}
}

// BenchmarkGrad reports the time of the gradient of a path at a point common to all.
func BenchmarkGrad(b *testing.B) {
	for _, c := range benchmarks {
		b.Run(fmt.Sprintf("%dx%d/S=%d", c.n, c.d, c.s), func(b *testing.B) {
			_, paths := benchmarkPaths(b, c.n, c.d, c.s, false)
			x := points(rng.New(2), 100, c.d, -1, 1)
			for b.Loop() {
				if _, err := paths.Grad(x); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*100*c.s), "ns/path-point")
		})
	}
}

func BenchmarkGradSum(b *testing.B) {
	for _, c := range benchmarks {
		b.Run(fmt.Sprintf("%dx%d/S=%d", c.n, c.d, c.s), func(b *testing.B) {
			_, paths := benchmarkPaths(b, c.n, c.d, c.s, false)
			w, x, dst := make([]float64, c.s), make([]float64, c.d), make([]float64, c.d)
			for i := range w {
				w[i] = 1
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := paths.GradSum(dst, w, x); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkEvalEach reports the time of a path at one point of its own.
func BenchmarkEvalEach(b *testing.B) {
	for _, c := range benchmarks {
		b.Run(fmt.Sprintf("%dx%d/S=%d", c.n, c.d, c.s), func(b *testing.B) {
			_, paths := benchmarkPaths(b, c.n, c.d, c.s, false)
			xs := make([]*mat.Dense, c.s)
			for i := range xs {
				xs[i] = points(rng.New(uint64(i)), 1, c.d, -1, 1)
			}
			b.ReportAllocs()
			for b.Loop() {
				paths.EvalEach(xs)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*c.s), "ns/path-point")
		})
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

// BenchmarkPathAt is the value and the gradient of one path at one point.
func BenchmarkPathAt(b *testing.B) {
	for _, c := range benchmarks {
		_, paths := benchmarkPaths(b, c.n, c.d, 4, false)
		f, x, g := paths.Path(1), make([]float64, c.d), make([]float64, c.d)
		b.Run(fmt.Sprintf("%dx%d", c.n, c.d), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f.At(x)
			}
		})
		b.Run(fmt.Sprintf("%dx%d/grad", c.n, c.d), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f.Grad(g, x)
			}
		})
	}
}

func BenchmarkMinimize(b *testing.B) {
	for _, c := range benchmarks {
		b.Run(fmt.Sprintf("%dx%d/S=%d", c.n, c.d, c.s), func(b *testing.B) {
			_, paths := benchmarkPaths(b, c.n, c.d, c.s, false)
			for b.Loop() {
				if _, err := paths.Minimize(b.Context(), unit(c.d)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLaw(b *testing.B) {
	_, paths := benchmarkPaths(b, 200, 2, 1, false)
	x := points(rng.New(3), 50, 2, -1, 1)
	for b.Loop() {
		if _, _, err := paths.Moments(0, x); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParamGrad(b *testing.B) {
	_, paths := benchmarkPaths(b, 200, 2, 64, false)
	x := points(rng.New(2), 100, 2, -1, 1)
	w := mat.NewDense(64, 100, nil)
	w.Apply(func(i, j int, _ float64) float64 { return float64(i - j) }, w)
	for b.Loop() {
		if _, err := paths.ParamGrad(w, x); err != nil {
			b.Fatal(err)
		}
	}
}
