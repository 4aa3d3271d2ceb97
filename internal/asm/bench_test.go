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
