package asm

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// RowTimes has the bits of Gemm for one row, at any width, depth and place, and
// writes nothing else.
func TestRowTimesIsGemm(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	atEachLevel(t, func(t *testing.T) {
		for _, n := range []int{0, 1, 3, 4, 7, 8, 9, 15, 17, 63, 64, 65, 100, 200, 5000} {
			for _, k := range []int{0, 1, 2, 50, 256} {
				for _, add := range []bool{false, true} {
					stride := n + r.IntN(3)
					a, b := make([]float64, k), make([]float64, k*stride+1)
					for i := range a {
						a[i] = r.NormFloat64()
					}
					for i := range b {
						b[i] = r.NormFloat64()
					}
					if k > 2 && n > 2 {
						b[stride+1], b[stride+2] = math.Inf(1), 5e-324
					}
					got, want := make([]float64, n+1), make([]float64, n+1)
					for i := range got {
						got[i] = r.NormFloat64()
						want[i] = got[i]
					}
					b = b[1:]
					tile := GemmTile[float64]()
					Gemm(&Product[float64]{
						M: 1, N: n, K: k, A: a, APanel: tile.Rows * k, ARow: k, ACol: 1,
						B: b, BPanel: tile.Cols, BRow: stride, C: want, CRow: n, Diag: n + 1, Alpha: 1, Add: add,
					})
					RowTimes(got[:n], a, b, stride, add)
					for j, v := range got {
						if math.Float64bits(v) != math.Float64bits(want[j]) && !(v != v && want[j] != want[j]) {
							t.Fatalf("%d columns, depth %d, add %v: element %d is %v, by Gemm %v", n, k, add, j, v, want[j])
						}
					}
				}
			}
		}
	})
}

func TestRowTimesPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	RowTimes(make([]float64, 3), make([]float64, 2), make([]float64, 5), 3, false)
}

func BenchmarkRowTimes(b *testing.B) {
	for _, n := range []int{16, 64, 256} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			a, m, c := make([]float64, 256), make([]float64, 256*n), make([]float64, n)
			for b.Loop() {
				RowTimes(c, a, m, n, false)
			}
			b.ReportMetric(2*256*float64(n)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFlop/s")
		})
	}
}
