package calibrate_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/rng"
)

func within(t *testing.T, name string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol) {
		t.Errorf("%s: %.12g, want %.12g within %.3g", name, got, want, tol)
	}
}

func mustPanic(t *testing.T, name string, f func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s: no panic", name)
		}
	}()
	f()
}

// normals are s x n independent N(mean, sd^2) numbers.
func normals(seed uint64, s, n int, mean, sd float64) *mat.Dense {
	r := rng.New(seed).Rand()
	m := mat.NewDense(s, n, nil)
	m.Apply(func(int, int, float64) float64 { return mean + sd*r.NormFloat64() }, m)
	return m
}

// difference is the derivative of f with respect to the element of x, by central
// differences of fourth order.
func difference(x *mat.Dense, i, j int, h float64, f func() float64) float64 {
	v := x.At(i, j)
	defer x.Set(i, j, v)
	at := func(k float64) float64 { x.Set(i, j, v+k*h); return f() }
	return (8*(at(1)-at(-1)) - (at(2) - at(-2))) / (12 * h)
}

// moments returns the mean of v and its standard error.
func moments(v []float64) (mean, se float64) {
	for _, x := range v {
		mean += x / float64(len(v))
	}
	for _, x := range v {
		se += (x - mean) * (x - mean)
	}
	return mean, math.Sqrt(se/float64(len(v)-1)) / math.Sqrt(float64(len(v)))
}
