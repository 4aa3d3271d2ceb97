package asm

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Every variant rounds as Go does, special values and ties included, at any length
// and place.
func TestNarrow(t *testing.T) {
	special := []float64{0, math.Copysign(0, -1), 1, math.Inf(1), math.Inf(-1), math.NaN(), math.MaxFloat64,
		math.MaxFloat32, math.MaxFloat32 * (1 + 0x1p-25), 1 + 0x1p-24, 1 + 3*0x1p-24, 0x1p-149, 0x1p-150, 0x1.8p-150, 5e-324}
	r := rand.New(rand.NewPCG(1, 2))
	atEachLevel(t, func(t *testing.T) {
		for n := range 70 {
			for at := range 3 {
				src, dst := make([]float64, n+at), make([]float32, n+at+1)
				for i := range src {
					src[i] = r.NormFloat64() * math.Exp(80*r.Float64()-40)
					if i%3 == 0 {
						src[i] = special[r.IntN(len(special))]
					}
				}
				dst[n+at] = 7
				Narrow(dst[at:n+at], src[at:])
				for i, v := range src[at:] {
					if got, want := dst[at+i], float32(v); math.Float32bits(got) != math.Float32bits(want) && v == v {
						t.Fatalf("%d of %d: %v to %v, want %v", i, n, v, got, want)
					} else if v != v && got == got {
						t.Fatalf("NaN to %v", got)
					}
				}
				if dst[n+at] != 7 {
					t.Fatal("wrote beyond the end")
				}
			}
		}
	})
}

func BenchmarkNarrow(b *testing.B) {
	src, dst := make([]float64, 1024), make([]float32, 1024)
	for b.Loop() {
		Narrow(dst, src)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(src)), "ns/element")
}
