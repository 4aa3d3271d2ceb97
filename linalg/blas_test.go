package linalg

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"
	"gonum.org/v1/gonum/blas/testblas"
	"gonum.org/v1/gonum/mat"
)

var _ blas.Float64 = BLAS{}

// The cases of gonum's own tests.
func TestBLASConforms(t *testing.T) {
	t.Run("Dgemm", func(t *testing.T) { testblas.TestDgemm(t, BLAS{}) })
	t.Run("Dgemv", func(t *testing.T) { testblas.DgemvTest(t, BLAS{}) })
	t.Run("Dsyrk", func(t *testing.T) { testblas.DsyrkTest(t, BLAS{}) })
	t.Run("Dtrsm", func(t *testing.T) { testblas.DtrsmTest(t, BLAS{}) })
}

// Larger shapes than those, against gonum's.
func TestBLASAgainstGonum(t *testing.T) {
	g := rand.New(rand.NewPCG(1, 2))
	trans := []blas.Transpose{blas.NoTrans, blas.Trans, blas.ConjTrans}
	sizes := []int{0, 1, 7, 24, 25, 70, 130}
	size := func() int { return sizes[g.IntN(len(sizes))] }
	betas := []float64{0, 1, -0.5}
	vector := func(n int) []float64 { return random(g.Uint64(), 1, max(n, 1)).RawMatrix().Data }
	for range 300 {
		m, n, k := size(), size(), size()
		tA, tB := trans[g.IntN(3)], trans[g.IntN(3)]
		alpha, beta := []float64{0, 1, 0.7}[g.IntN(3)], betas[g.IntN(3)]
		ld := max(m, n, k) + 1 + g.IntN(3)
		all := ld * ld
		a, b, c := vector(all), vector(all), vector(all)
		want := append([]float64(nil), c...)
		close := func(what string, got []float64) {
			t.Helper()
			wantClose(t, what, mat.NewDense(1, len(got), got), mat.NewDense(1, len(want), want), sumTol(k+n+m+1))
		}
		gonum.Implementation{}.Dgemm(tA, tB, m, n, k, alpha, a, ld, b, ld, beta, want, ld)
		BLAS{}.Dgemm(tA, tB, m, n, k, alpha, a, ld, b, ld, beta, c, ld)
		close(fmt.Sprint("Dgemm ", m, n, k, tA, tB), c)

		ul := []blas.Uplo{blas.Lower, blas.Upper}[g.IntN(2)]
		gonum.Implementation{}.Dsyrk(ul, tA, n, k, alpha, a, ld, beta, want, ld)
		BLAS{}.Dsyrk(ul, tA, n, k, alpha, a, ld, beta, c, ld)
		close(fmt.Sprint("Dsyrk ", n, k, ul, tA), c)

		incX, incY := []int{1, 2, -1}[g.IntN(3)], []int{1, 3, -2}[g.IntN(3)]
		rows, cols := m, n
		if tA != blas.NoTrans {
			rows, cols = n, m
		}
		// No longer than need be: gonum's in Go clears all of y.
		x, y := vector((max(cols, 1)-1)*abs(incX)+1), vector((max(rows, 1)-1)*abs(incY)+1)
		want = append([]float64(nil), y...)
		gonum.Implementation{}.Dgemv(tA, m, n, alpha, a, ld, x, incX, beta, want, incY)
		BLAS{}.Dgemv(tA, m, n, alpha, a, ld, x, incX, beta, y, incY)
		close(fmt.Sprint("Dgemv ", m, n, tA, incX, incY), y)

		side := []blas.Side{blas.Left, blas.Right}[g.IntN(2)]
		d := []blas.Diag{blas.NonUnit, blas.Unit}[g.IntN(2)]
		// Diagonals of 1 and elements below 1/n, so that a solve amplifies little.
		for i := range a {
			a[i] /= 4 * float64(ld)
		}
		for i := range ld {
			a[i*ld+i] = 1.5
		}
		want = append([]float64(nil), b...)
		gonum.Implementation{}.Dtrsm(side, ul, tA, d, m, n, alpha, a, ld, want, ld)
		BLAS{}.Dtrsm(side, ul, tA, d, m, n, alpha, a, ld, b, ld)
		close(fmt.Sprint("Dtrsm ", m, n, side, ul, tA, d), b)
	}
}

func abs(n int) int { return max(n, -n) }

func TestBLASPanics(t *testing.T) {
	a := make([]float64, 12)
	wantPanic(t, "blas: bad leading dimension of A", func() {
		BLAS{}.Dgemm(blas.NoTrans, blas.NoTrans, 2, 2, 4, 1, a, 3, a, 2, 0, a, 2)
	})
	wantPanic(t, "blas: insufficient length of B", func() {
		BLAS{}.Dtrsm(blas.Left, blas.Lower, blas.NoTrans, blas.Unit, 3, 5, 1, a, 3, a, 5)
	})
}

// Use makes gonum's matrices multiply by this package.
func TestBLASInUse(t *testing.T) {
	blas64.Use(BLAS{})
	defer blas64.Use(gonum.Implementation{})
	a, b := random(1, 90, 80), random(2, 80, 70)
	var got mat.Dense
	got.Mul(a, b)
	want := mat.NewDense(90, 70, nil)
	Mul(want, a, b)
	wantSameBits(t, "mat.Dense.Mul", &got, want)
}
