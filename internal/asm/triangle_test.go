package asm

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// Solves are compared with the defining loop in float64: they differ by the
// rounding of at most n fused operations an element, each of which may be
// amplified by the solve. The triangles have diagonal 2 and elements below 1/n, so
// that the amplification is below e.
func TestTriangle(t *testing.T) {
	atEachLevel(t, func(t *testing.T) {
		g := rand.New(rand.NewPCG(5, 6))
		for n := range TriangleOrder() + 1 {
			for m := range 20 {
				for _, upper := range []bool{false, true} {
					row := n + 3
					l := make([]float64, n*row+1)[1:]
					for i := range l {
						l[i] = math.NaN() // the upper triangle is not read
					}
					for i := range n {
						for j := range i {
							l[i*row+j] = (2*g.Float64() - 1) / float64(n)
						}
						l[i*row+i] = 2
					}
					var tri Triangle
					tri.Set(l, row, 1, n, upper, false)
					odd := g.IntN(4) == 0
					rhs := make([]float64, m*n)
					for i := range rhs {
						rhs[i] = special[float64](g, odd)
					}
					rows, columns := make([]float64, m*row+1)[1:], make([]float64, n*(m+2)+1)[1:]
					for i := range rows {
						rows[i] = 7
					}
					for i := range columns {
						columns[i] = 7
					}
					want := append([]float64(nil), rhs...)
					for v := range m {
						copy(rows[v*row:], rhs[v*n:(v+1)*n])
						for i := range n {
							columns[i*(m+2)+v] = rhs[v*n+i]
						}
					}
					tri.solveGeneric(want, 1, n, m)
					tri.SolveRows(rows, row, m)
					tri.SolveColumns(columns, m+2, m)
					what := fmt.Sprintf("order %d, %d right-hand sides, upper %t", n, m, upper)
					for v := range m {
						var size float64
						for i := range n {
							size = max(size, math.Abs(rhs[v*n+i]))
						}
						for i := range n {
							r, c, w := rows[v*row+i], columns[i*(m+2)+v], want[v*n+i]
							if r != c && !(math.IsNaN(r) && math.IsNaN(c)) {
								t.Fatalf("%s: element %d of %d is %v in rows, %v in columns", what, i, v, r, c)
							}
							if math.IsNaN(size) || math.IsInf(size, 0) {
								// What is not finite spoils the same elements.
								if math.IsNaN(r) != math.IsNaN(w) || math.IsInf(r, 0) && r != w {
									t.Fatalf("%s: element %d of %d is %v, want %v", what, i, v, r, w)
								}
							} else if !(math.Abs(r-w) <= 4*float64(n)*math.E*0x1p-53*size+0x1p-1070) {
								t.Fatalf("%s: element %d of %d is %v, want %v", what, i, v, r, w)
							}
						}
						for i := n; i < row; i++ {
							if rows[v*row+i] != 7 {
								t.Fatalf("%s: wrote beyond a row", what)
							}
						}
					}
					for i := range n {
						if columns[i*(m+2)+m] != 7 || columns[i*(m+2)+m+1] != 7 {
							t.Fatalf("%s: wrote beyond the columns", what)
						}
					}
				}
			}
		}
	})
}

func TestTriangleSet(t *testing.T) {
	l := []float64{2, math.NaN(), math.NaN(), 3, 4, math.NaN(), 5, 6, 8}
	columns := []float64{2, 3, 5, math.NaN(), 4, 6, math.NaN(), math.NaN(), 8}
	for _, c := range []struct {
		l            []float64
		row, col     int
		trans, unit  bool
		b, want      []float64
		whatSolution string
	}{
		{l, 3, 1, false, false, []float64{2, 7, 19}, []float64{1, 1, 1}, "L x"},
		{columns, 1, 3, false, false, []float64{2, 7, 19}, []float64{1, 1, 1}, "L x by columns"},
		{l, 3, 1, true, false, []float64{10, 10, 8}, []float64{1, 1, 1}, "L' x"},
		{columns, 1, 3, true, false, []float64{10, 10, 8}, []float64{1, 1, 1}, "L' x by columns"},
		{l, 3, 1, false, true, []float64{1, 4, 12}, []float64{1, 1, 1}, "unit L x"},
	} {
		var tri Triangle
		tri.Set(c.l, c.row, c.col, 3, c.trans, c.unit)
		tri.SolveColumns(c.b, 1, 1)
		for i, v := range c.b {
			if v != c.want[i] {
				t.Errorf("%s: %v, want %v", c.whatSolution, c.b, c.want)
			}
		}
	}
}

// A right-hand side must have the same bits wherever it lies among others.
func TestTriangleSameBits(t *testing.T) {
	atEachLevel(t, func(t *testing.T) {
		g := rand.New(rand.NewPCG(7, 8))
		n := TriangleOrder()
		l := make([]float64, n*n)
		x := make([]float64, n)
		for i := range n {
			for j := range i + 1 {
				l[i*n+j] = 1 + g.Float64()
			}
			x[i] = g.NormFloat64()
		}
		var tri Triangle
		tri.Set(l, n, 1, n, false, false)
		alone := append([]float64(nil), x...)
		tri.SolveColumns(alone, 1, 1)
		const m = 19
		b := make([]float64, n*m)
		for i := range n {
			for j := range m {
				b[i*m+j] = x[i]
			}
		}
		tri.SolveColumns(b, m, m)
		for i := range n {
			for j := range m {
				if b[i*m+j] != alone[i] {
					t.Fatalf("element %d of column %d is %v, alone %v", i, j, b[i*m+j], alone[i])
				}
			}
		}
	})
}

func BenchmarkTriangle(b *testing.B) {
	n := TriangleOrder()
	l, x := make([]float64, n*n), make([]float64, 64*n)
	for i := range n {
		l[i*n+i] = 1
	}
	var tri Triangle
	b.Run("pack", func(b *testing.B) {
		for b.Loop() {
			tri.Set(l, n, 1, n, false, false)
		}
	})
	b.Run("rows", func(b *testing.B) {
		for b.Loop() {
			tri.SolveRows(x, n, 64)
		}
		b.ReportMetric(float64(n*n*64)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFlop/s")
	})
	b.Run("columns", func(b *testing.B) {
		for b.Loop() {
			tri.SolveColumns(x, 64, 64)
		}
		b.ReportMetric(float64(n*n*64)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFlop/s")
	})
}

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
