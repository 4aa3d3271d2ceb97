package linalg

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

var orders = []int{1, 2, 5, 33, 63, 64, 65, 127, 128, 129, 200, 321}

// normwise bounds the rounding of the factor, solves and inverse of [spd]
// matrices: c n eps cond with cond < 10 and a small c.
func normwise(n int) float64 { return 100 * float64(n+10) * 0x1p-52 }

func factor(t testing.TB, k *mat.Dense, p Policy) *Cholesky {
	t.Helper()
	c, err := Factorize(k, p)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestFactorize(t *testing.T) {
	for _, n := range orders {
		k := spd(1, n)
		want := slowCholesky(k)
		storage := randomView(2, n, n) // its upper triangle is not to be read
		copyLower(storage.RawMatrix(), k.RawMatrix())
		c := factor(t, storage, Policy{})
		if c.N() != n || c.Jitter() != 0 {
			t.Fatalf("n %d: N %d, jitter %g", n, c.N(), c.Jitter())
		}
		// The zeros of the upper triangle are compared too.
		wantClose(t, fmt.Sprint("L of ", n), c.L(), want, normwise(n))
		for i := range n {
			for j := i + 1; j < n; j++ {
				if c.L().At(i, j) != 0 {
					t.Fatalf("n %d: L[%d][%d] = %g, want 0", n, i, j, c.L().At(i, j))
				}
			}
		}
		det, _ := mat.LogDet(k)
		if got := c.LogDet(); math.Abs(got-det) > normwise(n)*float64(n) {
			t.Errorf("n %d: LogDet %v, want %v", n, got, det)
		}
		// The same with the fixed jitter on the diagonal, and with a policy that may retry.
		for i := range n {
			k.Set(i, i, k.At(i, i)+0.25)
		}
		want = slowCholesky(k)
		c = factor(t, spd(1, n), Policy{Jitter: 0.25, Retry: true})
		wantClose(t, fmt.Sprint("L with jitter of ", n), c.L(), want, normwise(n))
		if c.Jitter() != 0.25 {
			t.Errorf("n %d: jitter %g, want 0.25", n, c.Jitter())
		}
	}
}

func TestSolves(t *testing.T) {
	for _, n := range orders {
		for _, s := range []int{1, 3, 8, 70, 300} {
			if n > 200 && s > 70 {
				continue
			}
			k := spd(1, n)
			c := factor(t, mat.DenseCopyOf(k), Policy{})
			what := fmt.Sprintf("n %d, s %d: ", n, s)
			x := random(2, n, s)

			b := randomView(3, n, s)
			c.MulLower(b, x)
			wantClose(t, what+"MulLower", b, slowMul(c.L(), x), normwise(n))
			c.SolveLower(b)
			wantClose(t, what+"SolveLower", b, x, normwise(n))

			b.Copy(slowMul(c.L().T(), x))
			c.SolveLowerTrans(b)
			wantClose(t, what+"SolveLowerTrans", b, x, normwise(n))

			b.Copy(slowMul(k, x))
			c.Solve(b)
			wantClose(t, what+"Solve", b, x, normwise(n))

			if s == 1 {
				v := mat.Col(nil, 0, slowMul(k, x))
				c.SolveVec(v)
				wantSameBits(t, what+"SolveVec", mat.NewDense(n, 1, v), b)
			}
		}
		k := spd(1, n)
		inv := randomView(4, n, n)
		factor(t, mat.DenseCopyOf(k), Policy{}).Inverse(inv)
		eye := mat.NewDense(n, n, nil)
		for i := range n {
			eye.Set(i, i, 1)
		}
		wantClose(t, fmt.Sprint("K K^-1 of ", n), slowMul(k, inv), eye, normwise(n))
		wantSameBits(t, fmt.Sprint("InverseInPlace of ", n), factor(t, mat.DenseCopyOf(k), Policy{}).InverseInPlace(), inv)
		wantSameBits(t, fmt.Sprint("symmetry of K^-1 of ", n), inv, mat.DenseCopyOf(inv.T()))
	}
}

func TestFactorSameBits(t *testing.T) {
	for _, n := range []int{64, 129, 200, 450} {
		k, b := spd(1, n), random(2, n, 150)
		var l, inv, lower, upper, both, prod *mat.Dense
		eachProcs(t, func(procs int) {
			what := fmt.Sprintf("n %d on %d: ", n, procs)
			c := factor(t, mat.DenseCopyOf(k), Policy{})
			i := mat.NewDense(n, n, nil)
			c.Inverse(i)
			x, y, z, p := mat.DenseCopyOf(b), mat.DenseCopyOf(b), mat.DenseCopyOf(b), mat.DenseCopyOf(b)
			c.SolveLower(x)
			c.SolveLowerTrans(y)
			c.Solve(z)
			c.MulLower(p, b)
			if l == nil {
				l, inv, lower, upper, both, prod = c.L(), i, x, y, z, p
			}
			wantSameBits(t, what+"L", c.L(), l)
			wantSameBits(t, what+"Inverse", i, inv)
			wantSameBits(t, what+"SolveLower", x, lower)
			wantSameBits(t, what+"SolveLowerTrans", y, upper)
			wantSameBits(t, what+"Solve", z, both)
			wantSameBits(t, what+"MulLower", p, prod)
			for _, cols := range []int{1, 2, 7, 8, 64, 100} {
				for lo := 0; lo < 150; lo += cols * 3 {
					hi := min(lo+cols, 150)
					part := mat.DenseCopyOf(b.Slice(0, n, lo, hi))
					c.Solve(part)
					wantSameBits(t, fmt.Sprintf("%sSolve of columns %d to %d", what, lo, hi), part, both.Slice(0, n, lo, hi))
					c.MulLower(part, mat.DenseCopyOf(b.Slice(0, n, lo, hi)))
					wantSameBits(t, fmt.Sprintf("%sMulLower of columns %d to %d", what, lo, hi), part, prod.Slice(0, n, lo, hi))
				}
			}
		})
	}
}

// A bound on the goroutines changes no bit.
func TestWorkers(t *testing.T) {
	const n = 450
	k, b := spd(1, n), random(2, n, 150)
	free, bound := factor(t, mat.DenseCopyOf(k), Policy{}), factor(t, mat.DenseCopyOf(k), Policy{Workers: 1})
	wantSameBits(t, "L", bound.L(), free.L())
	x, y := mat.DenseCopyOf(b), mat.DenseCopyOf(b)
	free.Solve(x)
	bound.Solve(y)
	wantSameBits(t, "Solve", y, x)
	wantSameBits(t, "Inverse", bound.InverseInPlace(), free.InverseInPlace())
}

// A Workspace gives the bits of a Cholesky, one matrix after the other.
func TestWorkspace(t *testing.T) {
	var w Workspace
	for _, n := range orders {
		c := factor(t, spd(1, n), Policy{Jitter: 0.25})
		k := spd(1, n)
		if err := w.Factorize(k, 0.25); err != nil {
			t.Fatal(err)
		}
		if w.LogDet() != c.LogDet() {
			t.Errorf("n %d: LogDet %v, want %v", n, w.LogDet(), c.LogDet())
		}
		b := random(2, n, 1)
		x, want := mat.Col(nil, 0, b), mat.DenseCopyOf(b)
		w.SolveLower(x)
		c.SolveLower(want)
		wantSameBits(t, fmt.Sprint("SolveLower of ", n), mat.NewDense(n, 1, x), want)
		w.SolveLowerTrans(x)
		c.SolveLowerTrans(want)
		wantSameBits(t, fmt.Sprint("SolveLowerTrans of ", n), mat.NewDense(n, 1, x), want)
		w.Invert()
		Symmetrize(k)
		wantSameBits(t, fmt.Sprint("Invert of ", n), k, c.InverseInPlace())
	}
	var e *NotPositiveDefinite
	if err := w.Factorize(mat.NewDense(2, 2, []float64{1, 0, 2, 1}), 0); !errors.As(err, &e) || e.Pivot != 1 || e.Value != -3 {
		t.Errorf("error %v, want pivot 1 of -3", err)
	}
	wantPanic(t, "linalg: Workspace.SolveLower: b has 2 elements, want 0", func() { w.SolveLower(make([]float64, 2)) })
	wantPanic(t, "linalg: Workspace.Factorize: matrix is 2 x 3, want a square", func() { w.Factorize(random(1, 2, 3), 0) })
}

// Determinants beyond floating point have logarithms.
func TestLogDetOfLargeAndSmall(t *testing.T) {
	const n = 400
	k := mat.NewDense(n, n, nil)
	var want float64
	for i := range n {
		v := math.Exp(float64(i%7-3) * 100)
		k.Set(i, i, v)
		want += math.Log(v)
	}
	c := factor(t, k, Policy{})
	if got := c.LogDet(); math.Abs(got-want) > 1e-12*math.Abs(want) {
		t.Errorf("LogDet %v, want %v", got, want)
	}
}

func TestWorkspaceAllocatesNothing(t *testing.T) {
	for _, n := range []int{5, 32, 128} {
		k, m, b := spd(1, n), mat.NewDense(n, n, nil), make([]float64, n)
		var w Workspace
		if a := testing.AllocsPerRun(10, func() {
			m.Copy(k)
			if err := w.Factorize(m, 0); err != nil {
				t.Fatal(err)
			}
			w.SolveLower(b)
			w.SolveLowerTrans(b)
			w.Invert()
		}); a != 0 {
			t.Errorf("n %d: %v allocations", n, a)
		}
	}
}

func BenchmarkWorkspace(b *testing.B) {
	for _, n := range []int{16, 28, 32, 48, 64, 100, 200, 500} {
		k, m, x := diagonallyDominant(n), mat.NewDense(n, n, nil), make([]float64, n)
		w := Workspace{Workers: 1}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m.Copy(k)
				if err := w.Factorize(m, 0); err != nil {
					b.Fatal(err)
				}
				w.SolveLower(x)
				w.SolveLowerTrans(x)
				w.Invert()
			}
			gflops(b, cube(n))
		})
	}
}

func TestAppend(t *testing.T) {
	for _, n := range []int{1, 5, 64, 100, 150} {
		for _, m := range []int{1, 2, 64, 71} {
			k := spd(1, n+m)
			whole := factor(t, mat.DenseCopyOf(k), Policy{Jitter: 0.1})
			first := factor(t, mat.DenseCopyOf(k.Slice(0, n, 0, n)), Policy{Jitter: 0.1})
			before := mat.DenseCopyOf(first.L())
			k22 := random(9, m, m) // the upper triangle is not to be read
			copyLower(k22.RawMatrix(), k.Slice(n, n+m, n, n+m).(*mat.Dense).RawMatrix())
			got, err := first.Append(k.Slice(n, n+m, 0, n).(*mat.Dense), k22)
			if err != nil {
				t.Fatal(err)
			}
			what := fmt.Sprintf("%d rows on %d: ", m, n)
			wantClose(t, what+"L", got.L(), whole.L(), normwise(n+m))
			wantSameBits(t, what+"the factor before", first.L(), before)
			if got.Jitter() != 0.1 {
				t.Errorf("%sjitter %g, want 0.1", what, got.Jitter())
			}
		}
	}
	c := factor(t, spd(1, 3), Policy{})
	wantPanic(t, "linalg: Append: k21 has 2 columns, want 3", func() { c.Append(random(1, 1, 2), random(1, 1, 1)) })
	wantPanic(t, "linalg: Append: k22 is 2 x 2, want 1 x 1", func() { c.Append(random(1, 1, 3), random(1, 2, 2)) })
}

func TestAppendNotPositiveDefinite(t *testing.T) {
	c := factor(t, mat.NewDense(2, 2, []float64{1, 0, 0, 1}), Policy{})
	// The second appended row equals the first of all: its pivot is 1 - 1 = 0.
	_, err := c.Append(mat.NewDense(2, 2, []float64{0, 0, 1, 0}), mat.NewDense(2, 2, []float64{1, 0, 0, 1}))
	var e *NotPositiveDefinite
	if !errors.As(err, &e) {
		t.Fatalf("error %v, want a NotPositiveDefinite", err)
	}
	if e.Pivot != 3 || e.Value != 0 || e.Jitter != 0 {
		t.Errorf("pivot %d, value %g, jitter %g, want 3, 0, 0", e.Pivot, e.Value, e.Jitter)
	}
}
