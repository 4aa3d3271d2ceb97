package linalg

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// hilbert has the smallest eigenvalue of about 1e-17 at n = 12 and, in exact
// arithmetic, negative ones never.
func hilbert(n int) *mat.Dense {
	k := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			k.Set(i, j, 1/float64(i+j+1))
		}
	}
	return k
}

// equalRows is the covariance of n equal points: rank one, variance 4, whose root is exact.
func equalRows(n int) *mat.Dense {
	k := mat.NewDense(n, n, nil)
	for i := range k.RawMatrix().Data {
		k.RawMatrix().Data[i] = 4
	}
	return k
}

func TestRetryReportsJitter(t *testing.T) {
	// A matrix whose least eigenvalue is -4e-8 and whose mean diagonal is 1:
	// of 1e-10, 1e-9, ... the first that cures it is 1e-7.
	indefinite := mat.NewDense(2, 2, []float64{1, 1 + 4e-8, 1 + 4e-8, 1})
	for _, c := range []struct {
		name string
		k    *mat.Dense
		p    Policy
		want float64
	}{
		{"none needed", spd(1, 5), Policy{Retry: true}, 0},
		{"fixed alone suffices", equalRows(4), Policy{Jitter: 1e-3, Retry: true}, 1e-3},
		{"first retry", equalRows(4), Policy{Retry: true}, 4e-10},
		{"later retry", indefinite, Policy{Retry: true}, 1e-7},
		{"on top of the fixed", indefinite, Policy{Jitter: 1e-12, Retry: true}, 1e-12 + 1e-7},
		{"relative to scale", indefinite, Policy{Retry: true, Scale: 3}, 3e-7},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := mat.DenseCopyOf(c.k)
			got := factor(t, k, c.p)
			// 1e-15: 1e-10 times a mean that was summed and divided.
			if j := got.Jitter(); math.Abs(j-c.want) > 1e-15*c.want {
				t.Fatalf("jitter %g, want %g", j, c.want)
			}
			// The factor is that of the given matrix, not of what a failed attempt left.
			n := got.N()
			want := mat.DenseCopyOf(c.k)
			for i := range n {
				want.Set(i, i, want.At(i, i)+got.Jitter())
			}
			wantClose(t, "L L'", slowMul(got.L(), got.L().T()), want, normwise(n))
		})
	}
}

// A failed attempt of several blocks must restore what it overwrote.
func TestRetryRestores(t *testing.T) {
	n := 150
	a := random(1, n, 100)
	k := slowMul(a, a.T()) // rank 100
	got := factor(t, mat.DenseCopyOf(k), Policy{Retry: true})
	if got.Jitter() == 0 {
		t.Fatal("a matrix of rank 100 in 150 rows factorised without jitter")
	}
	for i := range n {
		k.Set(i, i, k.At(i, i)+got.Jitter())
	}
	// Rounding of sums of size 100.
	wantClose(t, "L L'", slowMul(got.L(), got.L().T()), k, 100*normwise(n))
}

func TestNotPositiveDefinite(t *testing.T) {
	big := spd(1, 200)
	big.Set(150, 150, -2)
	withNaN := spd(1, 70)
	withNaN.Set(66, 3, math.NaN())
	withInf := spd(1, 70)
	withInf.Set(65, 65, math.Inf(1))
	for _, c := range []struct {
		name  string
		k     *mat.Dense
		p     Policy
		pivot int
		value float64 // NaN: any
		tries []float64
	}{
		{"equal rows, no retry", equalRows(4), Policy{}, 1, 0, []float64{0}},
		{"negative number", mat.NewDense(1, 1, []float64{-1}), Policy{Jitter: 0.25}, 0, -0.75, []float64{0.25}},
		{"beyond all retries", mat.NewDense(2, 2, []float64{1, 2, 2, 1}), Policy{Retry: true}, 1, math.NaN(),
			[]float64{0, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4}},
		{"in a later block", big, Policy{}, 150, math.NaN(), []float64{0}},
		{"NaN is not tried again", withNaN, Policy{Retry: true}, 66, math.NaN(), []float64{0}},
		{"Inf is not tried again", withInf, Policy{Retry: true}, 65, math.Inf(1), []float64{0}},
		{"zero matrix", mat.NewDense(2, 2, nil), Policy{Retry: true}, 0, 0, []float64{0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Factorize(mat.DenseCopyOf(c.k), c.p)
			var e *NotPositiveDefinite
			if !errors.As(err, &e) {
				t.Fatalf("error %v, want a NotPositiveDefinite", err)
			}
			if e.Pivot != c.pivot {
				t.Errorf("pivot %d, want %d", e.Pivot, c.pivot)
			}
			if !math.IsNaN(c.value) && e.Value != c.value {
				t.Errorf("value %g, want %g", e.Value, c.value)
			}
			if e.Value > 0 && !math.IsInf(e.Value, 1) {
				t.Errorf("value %g is a good pivot", e.Value)
			}
			if !slices.EqualFunc(e.Tried, c.tries, func(a, b float64) bool { return math.Abs(a-b) <= 1e-15*b }) {
				t.Errorf("tried %v, want %v", e.Tried, c.tries)
			}
			if e.Jitter != e.Tried[len(e.Tried)-1] {
				t.Errorf("jitter %g is not the last tried, %v", e.Jitter, e.Tried)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("message of several lines: %q", err)
			}
		})
	}
	// The value of a later pivot against determinants: det of 151 rows / det of 150.
	_, err := Factorize(mat.DenseCopyOf(big), Policy{})
	var e *NotPositiveDefinite
	errors.As(err, &e)
	want := mat.Det(big.Slice(0, 151, 0, 151)) / mat.Det(big.Slice(0, 150, 0, 150))
	if math.Abs(e.Value-want) > 1e-12*math.Abs(want) { // 151 rows, cond < 10: 1e4 eps at most
		t.Errorf("value of the pivot %v, want %v", e.Value, want)
	}
}

func TestHilbert(t *testing.T) {
	k := hilbert(20)
	c := factor(t, mat.DenseCopyOf(k), Policy{Retry: true})
	if c.Jitter() == 0 {
		t.Fatal("the Hilbert matrix of 20 rows, of condition 1e28, factorised without jitter")
	}
	for i := range 20 {
		k.Set(i, i, k.At(i, i)+c.Jitter())
	}
	// Backward stable whatever the condition: n eps.
	wantClose(t, "L L'", slowMul(c.L(), c.L().T()), k, 20*0x1p-52)
}

func TestPolicyPanics(t *testing.T) {
	wantPanic(t, "linalg: Factorize: policy has jitter -1 and scale 0, want neither negative", func() { Factorize(spd(1, 2), Policy{Jitter: -1}) })
	wantPanic(t, "linalg: Factorize: policy has jitter 0 and scale NaN, want neither negative", func() { Factorize(spd(1, 2), Policy{Scale: math.NaN()}) })
	wantPanic(t, "linalg: Factorize: matrix is 2 x 3, want a square", func() { Factorize(random(1, 2, 3), Policy{}) })
	wantPanic(t, "linalg: Factorize: empty matrix", func() { Factorize(&mat.Dense{}, Policy{}) })
}
