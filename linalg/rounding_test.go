package linalg

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// nearlySingular is the identity of order n but for the last two rows, which are
// [1 1; 1 1 + c eps]: every step of its factorisation is exact, for whole c below
// 2^52, and its last pivot is c eps.
func nearlySingular(n int, c float64) *mat.Dense {
	k := mat.NewDense(n, n, nil)
	for i := range n {
		k.Set(i, i, 1)
	}
	k.Set(n-1, n-2, 1)
	k.Set(n-2, n-1, 1)
	k.Set(n-1, n-1, 1+c*0x1p-52)
	return k
}

// A positive pivot below n eps times its diagonal element is a failure, and one above is
// not, for all ways of factorising.
func TestPivotLostInRounding(t *testing.T) {
	for _, n := range []int{2, 3, 8, 9, 32, 33, 130, 300} {
		want := func(what string, err error, lost bool) {
			t.Helper()
			var e *NotPositiveDefinite
			if !lost {
				if err != nil {
					t.Errorf("n %d: %s of a pivot above its rounding: %v", n, what, err)
				}
				return
			}
			if !errors.As(err, &e) {
				t.Errorf("n %d: %s of a pivot below its rounding: error %v", n, what, err)
				return
			}
			// The square of the root that is in the factor rounds twice.
			value, rounding := float64(n-1)*0x1p-52, float64(n)*0x1p-52
			if e.Pivot != n-1 || math.Abs(e.Value-value) > 0x1p-51*value || math.Abs(e.Rounding-rounding) > float64(n)*0x1p-51*rounding || !e.Lost() {
				t.Errorf("n %d: %s: pivot %d of %g, rounding %g, lost %t, want %d of %g, %g, true", n, what, e.Pivot, e.Value, e.Rounding, e.Lost(), n-1, value, rounding)
			}
		}
		for c, lost := range map[int]bool{n - 1: true, n + 1: false} {
			k := nearlySingular(n, float64(c))
			_, err := Factorize(mat.DenseCopyOf(k), Policy{})
			want("Factorize", err, lost)
			var w Workspace
			want("Workspace", w.Factorize(mat.DenseCopyOf(k), 0), lost)
			for _, m := range []int{1, 2} {
				if m == n {
					continue
				}
				first := factor(t, mat.DenseCopyOf(k.Slice(0, n-m, 0, n-m)), Policy{})
				_, err = first.Append(k.Slice(n-m, n, 0, n-m).(*mat.Dense), k.Slice(n-m, n, n-m, n).(*mat.Dense))
				want(fmt.Sprintf("Append of %d", m), err, lost)
			}
			retried := factor(t, mat.DenseCopyOf(k), Policy{Retry: true})
			if (retried.Jitter() != 0) != lost {
				t.Errorf("n %d: jitter %g for a pivot of %d eps", n, retried.Jitter(), c)
			}
		}
	}
}

// A matrix of rank 2, as that of a linear kernel, whose later pivots are rounding of
// either sign: never a factor, whatever the signs.
func TestFiniteRankIsSingular(t *testing.T) {
	for n := 3; n <= 40; n++ {
		k := mat.NewDense(n, n, nil)
		for i := range n {
			for j := range n {
				k.Set(i, j, 0.3+0.7*float64(i+1)*float64(j+1))
			}
		}
		var e *NotPositiveDefinite
		if _, err := Factorize(mat.DenseCopyOf(k), Policy{}); !errors.As(err, &e) || e.Pivot != 2 || !e.Lost() {
			t.Errorf("n %d: error %v, want pivot 2 lost", n, err)
		}
		if c := factor(t, k, Policy{Retry: true}); c.Jitter() == 0 {
			t.Errorf("n %d: no jitter", n)
		}
	}
}

// The rule is for each row in its own units.
func TestPivotRoundingIsRelative(t *testing.T) {
	const n = 120
	k := mat.NewDense(n, n, nil)
	for i := range n {
		k.Set(i, i, math.Pow(10, float64(5*(i%60)-150)))
	}
	factor(t, k, Policy{})
}
