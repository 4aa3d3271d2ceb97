package linalg

import (
	"fmt"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func BenchmarkMul(b *testing.B) {
	for _, n := range []int{64, 256, 1024, 2048} {
		x, y, z := random(1, n, n), random(2, n, n), mat.NewDense(n, n, nil)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				Mul(z, x, y)
			}
			gflops(b, 2*cube(n))
		})
	}
}

func BenchmarkSymRankK(b *testing.B) {
	for _, n := range []int{64, 256, 1024, 2048} {
		x, z := random(1, n, n), mat.NewDense(n, n, nil)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				SymRankK(z, 1, x)
			}
			gflops(b, cube(n))
		})
	}
}

// BenchmarkMulShapes has products that are far from square: few products an element,
// few columns, few rows.
func BenchmarkMulShapes(b *testing.B) {
	for _, s := range [][3]int{
		{10000, 8, 1024}, {10000, 32, 1024}, {10000, 128, 1024},
		{10000, 1024, 64}, {10000, 1024, 8}, {10000, 1024, 1},
		{2000, 2000, 256}, {24, 2000, 2000}, {1, 2000, 2000},
	} {
		m, k, n := s[0], s[1], s[2]
		x, y, z := random(1, m, k), random(2, k, n), mat.NewDense(m, n, nil)
		b.Run(fmt.Sprint(m, "x", k, "x", n), func(b *testing.B) {
			for b.Loop() {
				Mul(z, x, y)
			}
			gflops(b, 2*float64(m)*float64(k)*float64(n))
		})
	}
}

func BenchmarkFactorize(b *testing.B) {
	for _, n := range []int{64, 256, 1024, 2048} {
		k, w := diagonallyDominant(n), mat.NewDense(n, n, nil)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				w.Copy(k)
				factor(b, w, Policy{})
			}
			gflops(b, cube(n)/3)
		})
	}
}

func BenchmarkSolve(b *testing.B) {
	for _, n := range []int{64, 256, 1024, 2048} {
		c := factor(b, diagonallyDominant(n), Policy{})
		for _, s := range []int{1, 256} {
			x := random(1, n, s)
			b.Run(fmt.Sprintf("%dx%d", n, s), func(b *testing.B) {
				for b.Loop() {
					c.Solve(x)
				}
				gflops(b, 2*float64(n)*float64(n)*float64(s))
			})
		}
	}
}

func BenchmarkInverse(b *testing.B) {
	for _, n := range []int{64, 256, 1024, 2048} {
		c, w := factor(b, diagonallyDominant(n), Policy{}), mat.NewDense(n, n, nil)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				c.Inverse(w)
			}
			gflops(b, 2*cube(n)/3)
		})
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, n := range []int{256, 2048} {
		c := factor(b, diagonallyDominant(n), Policy{})
		k21, k22 := random(1, 1, n), mat.NewDense(1, 1, []float64{float64(4 * n)})
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if _, err := c.Append(k21, k22); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func cube(n int) float64 { return float64(n) * float64(n) * float64(n) }

func gflops(b *testing.B, flop float64) {
	b.ReportMetric(flop*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFlop/s")
}

// diagonallyDominant is cheap to make, and its solves do not grow.
func diagonallyDominant(n int) *mat.Dense {
	k := random(1, n, n)
	Symmetrize(k)
	for i := range n {
		k.Set(i, i, float64(4*n))
	}
	return k
}
