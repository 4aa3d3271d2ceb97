package asm

import (
	"fmt"
	"testing"
)

// perElement reports the time of an element.
func perElement(b *testing.B, n int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/element")
}

func BenchmarkExp(b *testing.B) {
	for _, n := range []int{8, 28, 64, 1024, 1000000} {
		x, dst := ramp(n, -20, 1), make([]float64, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				Exp(dst, x)
			}
			perElement(b, n)
		})
	}
}

func BenchmarkSinCos(b *testing.B) {
	for _, n := range []int{8, 28, 64, 1024, 1000000} {
		x, s, c := ramp(n, -100, 100), make([]float64, n), make([]float64, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				SinCos(s, c, x)
			}
			perElement(b, n)
		})
	}
}

// ramp returns n numbers from lo to hi.
func ramp(n int, lo, hi float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = lo + (hi-lo)*float64(i)/float64(n)
	}
	return x
}

func BenchmarkRadial(b *testing.B) {
	for p, name := range []string{"RBF", "Matern12", "Matern32", "Matern52", "RationalQuadratic"} {
		for _, c := range []struct{ d, n int }{{1, 28}, {1, 1000}, {8, 500}} {
			r := Radial{Profile: Profile(p), Variance: 1, Alpha: 1, Scale: ramp(c.d, 1, 2), Y: ramp(c.d*c.n, 0, 1), Stride: c.n}
			x, dst, w := ramp(c.d, 0, 1), make([]float64, c.n), ramp(c.n, -1, 1)
			b.Run(fmt.Sprintf("Cov/%s/D=%d/%d", name, c.d, c.n), func(b *testing.B) {
				for b.Loop() {
					r.Cov(dst, x)
				}
				perElement(b, c.n)
			})
			b.Run(fmt.Sprintf("Slope/%s/D=%d/%d", name, c.d, c.n), func(b *testing.B) {
				var sums [3]float64
				for b.Loop() {
					r.Slope(dst, w, x, &sums)
				}
				perElement(b, c.n)
			})
		}
	}
}

func BenchmarkContractions(b *testing.B) {
	for _, c := range []struct{ d, n int }{{1, 28}, {1, 1000}, {4, 500}, {8, 500}} {
		x, acc, w, y := ramp(c.d, 0, 1), make([]float64, c.d), ramp(c.n, -1, 1), ramp(c.d*c.n, 0, 1)
		for name, f := range map[string]func(){
			"Squares":     func() { Squares(acc, w, x, y, c.n) },
			"SquaresOf":   func() { SquaresOf(acc, w, w, x, y, c.n) },
			"Differences": func() { Differences(acc, w, x, y, c.n) },
			"Products":    func() { Products(acc, w, y, c.n) },
		} {
			b.Run(fmt.Sprintf("%s/D=%d/%d", name, c.d, c.n), func(b *testing.B) {
				for b.Loop() {
					f()
				}
				perElement(b, c.n)
			})
		}
	}
}

func BenchmarkWaves(b *testing.B) {
	for _, c := range []struct{ d, n int }{{1, 32}, {1, 512}, {8, 512}} {
		w := Waves{Omega: ramp(c.d*c.n, -3, 3), Stride: c.n}
		x, s, cs, a := ramp(c.d, 0, 1), make([]float64, c.n), make([]float64, c.n), ramp(c.n, -1, 1)
		for name, f := range map[string]func(){
			"Eval":   func() { w.Eval(s, cs, x, 0.1) },
			"Sum":    func() { w.Sum(a, a, x) },
			"Slopes": func() { w.Slopes(s, a, a, x) },
		} {
			b.Run(fmt.Sprintf("%s/D=%d/%d", name, c.d, c.n), func(b *testing.B) {
				for b.Loop() {
					f()
				}
				perElement(b, c.n)
			})
		}
	}
}
