package asm

import "testing"

func TestTranspose(t *testing.T) {
	t.Run("float64", testTranspose[float64])
	t.Run("float32", testTranspose[float32])
}

func testTranspose[T Float](t *testing.T) {
	atEachLevel(t, func(t *testing.T) {
		for h := range 26 {
			for _, k := range []int{0, 1, 3, 4, 5, 7, 8, 9, 16, 31} {
				for _, gap := range []int{0, 1, 7} {
					src := make([]T, 1+h*(k+2))[1:]
					for i := range src {
						src[i] = T(i + 1)
					}
					dstRow := h + gap
					dst := make([]T, 1+k*dstRow)[1:]
					Transpose(dst, dstRow, src, k+2, h, k)
					for l := range k {
						for i := range dstRow {
							got := dst[l*dstRow+i]
							if i < h && got != src[i*(k+2)+l] {
								t.Fatalf("%d x %d: element %d, %d is %v, want %v", h, k, l, i, got, src[i*(k+2)+l])
							}
							if i >= roundUp(h, 8) && got != 0 {
								t.Fatalf("%d x %d: element %d, %d outside is %v", h, k, l, i, got)
							}
						}
					}
				}
			}
		}
	})
}

func TestPackPanels(t *testing.T) {
	t.Run("float64", testPackPanels[float64])
	t.Run("float32", testPackPanels[float32])
}

func testPackPanels[T Float](t *testing.T) {
	atEachLevel(t, func(t *testing.T) {
		for _, c := range []int{4, 6, 8, 24} {
			for _, k := range []int{0, 1, 2, 9} {
				for _, n := range []int{0, 1, c - 1, c, c + 1, 2 * c, 3*c + 5} {
					srcRow := n + 3
					src := make([]T, 1+k*srcRow)[1:]
					for i := range src {
						src[i] = T(i + 1)
					}
					dst := make([]T, 1+roundUp(n, c)*k)[1:]
					PackPanels(dst, c, src, srcRow, k, n)
					seen := 0
					for l := range k {
						for j := range n {
							if got := dst[(j/c*k+l)*c+j%c]; got != src[l*srcRow+j] {
								t.Fatalf("%d x %d by %d: element %d, %d is %v, want %v", k, n, c, l, j, got, src[l*srcRow+j])
							}
						}
					}
					for _, v := range dst {
						if v != 0 {
							seen++
						}
					}
					if seen != k*n {
						t.Fatalf("%d x %d by %d: %d elements written", k, n, c, seen)
					}
				}
			}
		}
	})
}

func BenchmarkTranspose(b *testing.B) {
	src, dst := make([]float64, 24*256), make([]float64, 24*256)
	for b.Loop() {
		Transpose(dst, 24, src, 256, 24, 256)
	}
	b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/(24*256), "ns/element")
}
