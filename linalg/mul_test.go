package linalg

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// shapes lie around tiles of 4 to 24, around what is too narrow to be packed, and
// around the depth of 512 after which C is updated.
var shapes = [][3]int{
	{1, 1, 1}, {1, 1100, 40}, {40, 1025, 1}, {40, 513, 30}, {33, 512, 33}, {1, 7, 5}, {5, 1, 3}, {3, 200, 2}, {63, 64, 65}, {64, 64, 64}, {65, 63, 129},
	{128, 128, 128}, {129, 300, 127}, {192, 65, 64}, {300, 5, 70}, {257, 257, 1}, {600, 90, 1},
}

func TestProducts(t *testing.T) {
	for _, s := range shapes {
		m, k, n := s[0], s[1], s[2]
		t.Run(fmt.Sprint(m, k, n), func(t *testing.T) {
			a, b := randomView(1, m, k), randomView(2, k, n)
			want := slowMul(a, b)
			got := randomView(3, m, n)
			Mul(got, a, b)
			wantClose(t, "Mul", got, want, sumTol(k))

			sum := randomView(4, m, n)
			wantSum := mat.NewDense(m, n, nil)
			for i := range m {
				for j := range n {
					wantSum.Set(i, j, sum.At(i, j)-0.5*want.At(i, j))
				}
			}
			MulAdd(sum, -0.5, a, b)
			wantClose(t, "MulAdd", sum, wantSum, sumTol(k))

			MulTransB(got, a, mat.DenseCopyOf(b.T()))
			wantClose(t, "MulTransB", got, want, sumTol(k))
			MulTransA(got, mat.DenseCopyOf(a.T()), b)
			wantClose(t, "MulTransA", got, want, sumTol(k))

			sym, before := random(5, m, m), random(5, m, m)
			SymRankK(sym, 2, a)
			full := slowMul(a, a.T())
			for i := range m {
				for j := range m {
					w := before.At(i, j)
					if j <= i {
						w += 2 * full.At(i, j)
					}
					full.Set(i, j, w)
				}
			}
			wantClose(t, "SymRankK", sym, full, 2*sumTol(k))
			sym = random(5, m, m)
			SymRankKTransA(sym, 2, mat.DenseCopyOf(a.T()))
			wantClose(t, "SymRankKTransA", sym, full, 2*sumTol(k))
		})
	}
}

// A row of a product must not depend on how many other rows were asked for, nor
// anything on the number of processors.
func TestProductsSameBits(t *testing.T) {
	// The last are enough work for several goroutines, by columns and by rows.
	for _, s := range append(shapes, [3]int{300, 600, 130}, [3]int{900, 520, 40}) {
		m, k, n := s[0], s[1], s[2]
		a, b := random(1, m, k), random(2, k, n)
		bt := mat.DenseCopyOf(b.T())
		at := mat.DenseCopyOf(a.T())
		var mul, transB, transA, sym *mat.Dense
		eachProcs(t, func(procs int) {
			what := fmt.Sprintf("%v on %d: ", s, procs)
			c, d, e := mat.NewDense(m, n, nil), mat.NewDense(m, n, nil), mat.NewDense(m, n, nil)
			f := mat.NewDense(m, m, nil)
			Mul(c, a, b)
			MulTransB(d, a, bt)
			MulTransA(e, at, b)
			g := mat.NewDense(m, m, nil)
			SymRankK(f, -1, a)
			SymRankKTransA(g, -1, at)
			wantSameBits(t, what+"SymRankKTransA", g, f)
			if mul == nil {
				mul, transB, transA, sym = c, d, e, f
			}
			wantSameBits(t, what+"Mul", c, mul)
			wantSameBits(t, what+"MulTransB", d, transB)
			wantSameBits(t, what+"MulTransA", e, transA)
			wantSameBits(t, what+"SymRankK", f, sym)
			for _, rows := range []int{1, 2, 63, 64, 100, 256} {
				for lo := 0; lo < m; lo += rows {
					hi := min(lo+rows, m)
					part := mat.NewDense(hi-lo, n, nil)
					sub := a.Slice(lo, hi, 0, k).(*mat.Dense)
					Mul(part, sub, b)
					wantSameBits(t, fmt.Sprintf("%sMul of rows %d to %d", what, lo, hi), part, mul.Slice(lo, hi, 0, n))
					MulTransB(part, sub, bt)
					wantSameBits(t, fmt.Sprintf("%sMulTransB of rows %d to %d", what, lo, hi), part, transB.Slice(lo, hi, 0, n))
					MulTransA(part, at.Slice(0, k, lo, hi).(*mat.Dense), b)
					wantSameBits(t, fmt.Sprintf("%sMulTransA of columns %d to %d", what, lo, hi), part, transA.Slice(lo, hi, 0, n))
				}
			}
		})
	}
}

// All products sum an element in the same order: with transposes, packed operands,
// single rows and columns, updates of triangles.
func TestProductsSumAlike(t *testing.T) {
	for _, s := range append(shapes, [3]int{300, 600, 130}) {
		m, k, n := s[0], s[1], s[2]
		a, b := randomView(1, m, k), randomView(2, k, n)
		want, got := mat.NewDense(m, n, nil), randomView(3, m, n)
		Mul(want, a, b)
		at, bt := mat.DenseCopyOf(a.T()), mat.DenseCopyOf(b.T())
		MulTransA(got, at, b)
		wantSameBits(t, fmt.Sprint("MulTransA of ", s), got, want)
		MulTransB(got, a, bt)
		wantSameBits(t, fmt.Sprint("MulTransB of ", s), got, want)
		Serial.Mul(got, a, b)
		wantSameBits(t, fmt.Sprint("Mul on one goroutine of ", s), got, want)
		column := mat.NewDense(m, 1, nil)
		for _, j := range []int{0, n / 2, n - 1} {
			Mul(column, a, b.Slice(0, k, j, j+1).(*mat.Dense))
			wantSameBits(t, fmt.Sprintf("column %d of %v", j, s), column, want.Slice(0, m, j, j+1))
			MulTransA(column, at, mat.DenseCopyOf(b.Slice(0, k, j, j+1)))
			wantSameBits(t, fmt.Sprintf("column %d by MulTransA of %v", j, s), column, want.Slice(0, m, j, j+1))
		}
		row := mat.NewDense(1, n, nil)
		for _, i := range []int{0, m / 2, m - 1} {
			Mul(row, a.Slice(i, i+1, 0, k).(*mat.Dense), b)
			wantSameBits(t, fmt.Sprintf("row %d of %v", i, s), row, want.Slice(i, i+1, 0, n))
			MulTransB(row, a.Slice(i, i+1, 0, k).(*mat.Dense), bt)
			wantSameBits(t, fmt.Sprintf("row %d by MulTransB of %v", i, s), row, want.Slice(i, i+1, 0, n))
		}
		square, sym := mat.NewDense(m, m, nil), mat.NewDense(m, m, nil)
		MulTransB(square, a, a)
		SymRankK(sym, 1, a)
		Symmetrize(sym)
		wantClose(t, fmt.Sprint("SymRankK of ", s), sym, square, 0)
	}
}

// A number that is not finite stays in its row of A and its column of B.
func TestProductsKeepNaNApart(t *testing.T) {
	for _, s := range [][3]int{{9, 5, 1}, {30, 600, 50}, {70, 40, 26}} {
		m, k, n := s[0], s[1], s[2]
		a, b, clean, got := random(1, m, k), random(2, k, n), mat.NewDense(m, n, nil), mat.NewDense(m, n, nil)
		Mul(clean, a, b)
		a.Set(m/2, k/2, math.NaN())
		b.Set(k/3, n/2, math.Inf(1))
		Mul(got, a, b)
		for i := range m {
			for j := range n {
				v := got.At(i, j)
				switch {
				case i == m/2:
					if !math.IsNaN(v) {
						t.Fatalf("%v: element %d, %d is %v, want NaN", s, i, j, v)
					}
				case j == n/2:
					if !math.IsInf(v, 0) {
						t.Fatalf("%v: element %d, %d is %v, want an infinity", s, i, j, v)
					}
				case v != clean.At(i, j):
					t.Fatalf("%v: element %d, %d is %v, want %v", s, i, j, v, clean.At(i, j))
				}
			}
		}
	}
}

func TestSymmetrize(t *testing.T) {
	for _, n := range []int{1, 2, 63, 64, 65, 130} {
		m := randomView(1, n, n)
		want := mat.NewDense(n, n, nil)
		for i := range n {
			for j := range n {
				want.Set(i, j, m.At(max(i, j), min(i, j)))
			}
		}
		Symmetrize(m)
		wantSameBits(t, "Symmetrize", m, want)
	}
}

func TestShapesPanic(t *testing.T) {
	a, b, sq := random(1, 3, 4), random(2, 4, 5), random(3, 4, 4)
	wantPanic(t, "linalg: Mul: a has 4 columns and b has 3 rows", func() { Mul(sq, a, a) })
	wantPanic(t, "linalg: Mul: dst is 4 x 4, want 3 x 5", func() { Mul(sq, a, b) })
	wantPanic(t, "linalg: MulAdd: dst is 4 x 4, want 3 x 5", func() { MulAdd(sq, 1, a, b) })
	wantPanic(t, "linalg: MulTransB: a has 4 columns and b has 5", func() { MulTransB(sq, a, b) })
	wantPanic(t, "linalg: MulTransA: a has 3 rows and b has 4", func() { MulTransA(sq, a, b) })
	wantPanic(t, "linalg: SymRankK: dst is 4 x 4, want 3 x 3", func() { SymRankK(sq, 1, a) })
	wantPanic(t, "linalg: Symmetrize: matrix is 3 x 4, want a square", func() { Symmetrize(a) })
}

func TestOverlapPanics(t *testing.T) {
	sq := random(1, 6, 6)
	top, bottom := sq.Slice(0, 3, 0, 6).(*mat.Dense), sq.Slice(3, 6, 0, 6).(*mat.Dense)
	left, right := sq.Slice(0, 6, 0, 3).(*mat.Dense), sq.Slice(0, 6, 3, 6).(*mat.Dense)
	middle := sq.Slice(2, 4, 2, 4).(*mat.Dense)
	for _, c := range []struct {
		name string
		a, b *mat.Dense
		want bool
	}{
		{"itself", sq, sq, true},
		{"top and bottom", top, bottom, false},
		{"left and right", left, right, false},
		{"top and left", top, left, true},
		{"right and bottom", right, bottom, true},
		{"middle and left", middle, left, true},
		{"middle and top", middle, top, true},
		{"middle and last column", middle, sq.Slice(0, 6, 5, 6).(*mat.Dense), false},
		{"upper right and lower left", sq.Slice(0, 2, 3, 6).(*mat.Dense), sq.Slice(1, 4, 0, 3).(*mat.Dense), false},
		{"upper right and wide lower", sq.Slice(0, 2, 3, 6).(*mat.Dense), sq.Slice(1, 4, 0, 4).(*mat.Dense), true},
		{"another matrix", sq, random(1, 6, 6), false},
	} {
		if got := overlap(c.a.RawMatrix(), c.b.RawMatrix()); got != c.want {
			t.Errorf("%s: overlap %t, want %t", c.name, got, c.want)
		}
		if got := overlap(c.b.RawMatrix(), c.a.RawMatrix()); got != c.want {
			t.Errorf("%s, swapped: overlap %t, want %t", c.name, got, c.want)
		}
	}
	other := random(2, 6, 6)
	wantPanic(t, "linalg: Mul: dst overlaps an argument", func() { Mul(sq, sq, other) })
	wantPanic(t, "linalg: MulAdd: dst overlaps an argument", func() { MulAdd(sq, 1, other, sq) })
	wantPanic(t, "linalg: MulTransA: dst overlaps an argument", func() { MulTransA(sq, sq, other) })
	wantPanic(t, "linalg: MulTransB: dst overlaps an argument", func() { MulTransB(sq, other, sq) })
	wantPanic(t, "linalg: SymRankK: dst overlaps an argument", func() { SymRankK(sq, 1, sq) })
	wantPanic(t, "linalg: SymRankKTransA: dst overlaps an argument", func() { SymRankKTransA(sq, 1, sq) })
	c, err := Factorize(spd(1, 6), Policy{})
	if err != nil {
		t.Fatal(err)
	}
	wantPanic(t, "linalg: SolveLower: dst overlaps an argument", func() { c.SolveLower(c.L()) })
	wantPanic(t, "linalg: Inverse: dst overlaps an argument", func() { c.Inverse(c.L()) })
	wantPanic(t, "linalg: MulLower: dst overlaps an argument", func() { c.MulLower(sq, sq) })
}

func TestTranspose(t *testing.T) {
	for _, s := range [][2]int{{1, 1}, {1, 70}, {9, 8}, {65, 130}, {72, 3}} {
		m, n := s[0], s[1]
		a, got := randomView(1, m, n), randomView(2, n, m)
		Transpose(got, a)
		wantSameBits(t, fmt.Sprint("Transpose of ", s), got, mat.DenseCopyOf(a.T()))
	}
	wantPanic(t, "linalg: Transpose: dst is 2 x 3, want 3 x 2", func() { Transpose(random(1, 2, 3), random(1, 2, 3)) })
}
