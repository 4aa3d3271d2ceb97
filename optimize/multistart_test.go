package optimize

import (
	"context"
	"errors"
	"math"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"matheron/rng"
)

var camel = Box{Lower: []float64{-3, -2}, Upper: []float64{3, 2}}

// sixHumpCamel has six minima, two of them global: +-(0.0898, -0.7126).
func sixHumpCamel(x, g []float64) float64 {
	a, b := x[0], x[1]
	g[0] = 8*a - 8.4*a*a*a + 2*a*a*a*a*a + b
	g[1] = a - 8*b + 16*b*b*b
	return 4*a*a - 2.1*a*a*a*a + a*a*a*a*a*a/3 + a*b - 4*b*b + 4*b*b*b*b
}

func everywhere(f Objective) func(int) Objective {
	return func(int) Objective { return f }
}

func TestMultiStart(t *testing.T) {
	before := runtime.NumGoroutine()
	starts := SobolStarts(camel, 24, rng.New(3))
	m := LBFGSB{Box: camel}
	want, best, err := MultiStart(context.Background(), m, everywhere(sixHumpCamel), starts, 1)
	if err != nil {
		t.Fatal(err)
	}
	// The published minimum, to its digits.
	if math.Abs(want[best].F - -1.031628453) > 1e-8 {
		t.Errorf("best %+v", want[best])
	}
	for i, end := range want {
		alone, err := m.Minimize(context.Background(), sixHumpCamel, starts[i])
		if err != nil || !reflect.DeepEqual(end, alone) {
			t.Errorf("start %d: %+v, alone %+v", i, end, alone)
		}
		if end.F < want[best].F {
			t.Errorf("start %d is lower than best", i)
		}
	}
	for _, workers := range []int{0, 2, 7, 100} {
		got, at, err := MultiStart(context.Background(), m, everywhere(sixHumpCamel), starts, workers)
		if err != nil || at != best || !reflect.DeepEqual(got, want) {
			t.Errorf("%d workers: best %d, want %d, %v", workers, at, best, err)
		}
	}
	settled(t, before)
}

func TestMultiStartFailures(t *testing.T) {
	quad := func(x, g []float64) float64 { g[0] = 2 * x[0]; return x[0]*x[0] + 1 }
	bad := func(x, g []float64) float64 { return math.NaN() }
	pick := func(i int) Objective {
		if i%2 == 0 {
			return bad
		}
		return quad
	}
	starts := [][]float64{{0}, {0}, {0}, {0}}
	ends, best, err := MultiStart(context.Background(), LBFGS{}, pick, starts, 2)
	if err != nil || best != 1 { // start 3 is equal, and later
		t.Errorf("best %d, %v", best, err)
	}
	for i, end := range ends {
		var nf *NotFinite
		if errors.As(end.Err, &nf) != (i%2 == 0) {
			t.Errorf("start %d: %v", i, end.Err)
		}
	}
	_, best, err = MultiStart(context.Background(), LBFGS{}, everywhere(bad), starts, 2)
	var nf *NotFinite
	if best != -1 || !errors.As(err, &nf) || !strings.Contains(err.Error(), "all 4 starts failed") {
		t.Errorf("best %d, %v", best, err)
	}
}

func TestMultiStartCancel(t *testing.T) {
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(context.Background())
	var calls atomic.Int64
	f := func(x, g []float64) float64 {
		switch n := calls.Add(1); {
		case n == 20:
			cancel()
		case n > 20: // the other worker: not to run ahead of the cancellation
			<-ctx.Done()
		}
		return rosenbrock(x, g)
	}
	starts := make([][]float64, 50)
	for i := range starts {
		starts[i] = []float64{-1.2, 1}
	}
	ends, best, err := MultiStart(ctx, LBFGS{}, everywhere(f), starts, 2)
	if !errors.Is(err, context.Canceled) || best < 0 {
		t.Errorf("best %d, %v", best, err)
	}
	if n := calls.Load(); n > 21 { // one evaluation of the other worker
		t.Errorf("%d evaluations", n)
	}
	for i, end := range ends {
		if end.Status != Cancelled || !errors.Is(end.Err, context.Canceled) || len(end.X) != 2 {
			t.Errorf("start %d: %+v", i, end)
		}
	}
	settled(t, before)
}

func TestMultiStartPanic(t *testing.T) {
	before := runtime.NumGoroutine()
	defer func() {
		if s, _ := recover().(string); !strings.Contains(s, "the objective's own words") {
			t.Errorf("panic %q", s)
		}
		settled(t, before)
	}()
	f := func(x, g []float64) float64 { panic("the objective's own words") }
	MultiStart(context.Background(), LBFGS{}, everywhere(f), [][]float64{{1}, {2}, {3}}, 2)
}

func TestSobolStarts(t *testing.T) {
	box := Box{Lower: []float64{-1, 5, 1e-3}, Upper: []float64{3, 5, math.MaxFloat64}}
	starts := SobolStarts(box, 64, rng.New(1))
	quarters := [4]int{}
	for i, x := range starts {
		for d, v := range x {
			if v < box.Lower[d] || v > box.Upper[d] {
				t.Errorf("start %d: %v", i, x)
			}
		}
		if x[1] != 5 {
			t.Errorf("fixed variable at %v", x[1])
		}
		quarters[int(x[0]+1)]++
	}
	if quarters != [4]int{16, 16, 16, 16} { // a (t, m, s)-net: equal counts
		t.Errorf("counts %v", quarters)
	}
	if !reflect.DeepEqual(SobolStarts(box, 10, rng.New(1)), starts[:10]) {
		t.Error("the first points depend on their number")
	}
	// More variables than Sobol points have.
	n := rng.MaxSobolDims + 1
	wide := Box{Lower: make([]float64, n), Upper: make([]float64, n)}
	for i := range n {
		wide.Upper[i] = 1
	}
	var sum float64
	for _, v := range SobolStarts(wide, 1, rng.New(1))[0] {
		sum += v
	}
	if sd := math.Sqrt(float64(n) / 12); math.Abs(sum-float64(n)/2) > 5*sd { // five standard errors
		t.Errorf("mean %v of %d uniform numbers", sum/float64(n), n)
	}
	for _, bad := range []Box{
		{Lower: []float64{0}},
		{Lower: []float64{0}, Upper: []float64{math.Inf(1)}},
		{Lower: []float64{2}, Upper: []float64{1}},
		{Upper: []float64{1}},
	} {
		func() {
			defer func() {
				if s, _ := recover().(string); !strings.HasPrefix(s, "optimize: ") {
					t.Errorf("%v: panic %q", bad, s)
				}
			}()
			SobolStarts(bad, 2, rng.New(1))
		}()
	}
}
