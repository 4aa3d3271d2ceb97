package infer

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"matheron/rng"
)

// The windows of Stan's windowed adaptation, worked out by hand from its manual:
// 75, then 25, 50, 100, 200 and so on, the last stretched to where the 50 begin.
func TestWindows(t *testing.T) {
	for _, c := range []struct {
		n, first int
		ends     []int
	}{
		{1000, 75, []int{99, 149, 249, 449, 949}},
		{700, 75, []int{99, 149, 249, 649}}, // 449 + 400 would not fit
		{1500, 75, []int{99, 149, 249, 449, 1449}},
		{500, 75, []int{99, 149, 249, 449}},
		{300, 75, []int{99, 149, 249}},
		{160, 75, []int{99, 109}},
		{150, 75, []int{99}},
		{149, 22, []int{134}}, // 15%, 75%, 10%
		{100, 15, []int{89}},
		{20, 3, []int{17}},
		{19, 19, nil},
		{1, 1, nil},
	} {
		first, ends := Windows{}.ends(c.n)
		if first != c.first || !slices.Equal(ends, c.ends) {
			t.Errorf("%d iterations: from %d, ends %v; want %d, %v", c.n, first, ends, c.first, c.ends)
		}
	}
	// For any settings they end in order, and the last where Terminal begins.
	for n := 20; n < 2000; n += 7 {
		w := Windows{Initial: n % 50, Base: 1 + n%60, Terminal: 1 + n%90}
		_, ends := w.ends(n)
		if !slices.IsSorted(ends) || len(slices.Compact(slices.Clone(ends))) != len(ends) || ends[len(ends)-1] >= n {
			t.Fatalf("%d iterations of %+v: %v", n, w, ends)
		}
	}
}

// On a smooth decreasing acceptance the dual average finds where it is the target.
func TestDualAveraging(t *testing.T) {
	d := dualAveraging{target: 0.8}
	d.restart(1)
	eps := 1.0
	for range 2000 {
		eps = d.update(math.Exp(-eps * eps))
	}
	want := math.Sqrt(-math.Log(0.8))
	// Iterates decay towards the solution as t^-1/2 / gamma times the shrinkage to mu.
	if got := d.final(); math.Abs(got/want-1) > 0.05 {
		t.Errorf("step size %v, want %v", got, want)
	}
}

func TestFirstStepSize(t *testing.T) {
	for _, sd := range []float64{1e-6, 0.01, 1, 100, 1e5} {
		target := normalTarget(sd)
		s := NewState(target, []float64{sd})
		eps, ok := firstStepSize(context.Background(), target, s, UnitMetric(1), 1, rng.New(1))
		// A single step loses log 0.8 near eps = sd.
		if !ok || eps < sd/8 || eps > 8*sd {
			t.Errorf("deviation %v: step size %v, %t", sd, eps, ok)
		}
	}
}

func TestWelford(t *testing.T) {
	r := rng.New(1).Rand()
	const n, dim = 200, 4
	x := make([][]float64, n)
	w := newWelford(dim, true)
	diag := newWelford(dim, false)
	diag.add([]float64{9, 9, 9, 9})
	diag.reset()
	for i := range x {
		x[i] = make([]float64, dim)
		for j := range x[i] {
			x[i][j] = 1e3*float64(j) + r.NormFloat64()
		}
		x[i][1] += x[i][0]
		w.add(x[i])
		diag.add(x[i])
	}
	cov, variances := w.covariance(), diag.variances()
	for a := range dim {
		for b := range a + 1 {
			var ma, mb, s float64
			for i := range x {
				ma += x[i][a] / n
				mb += x[i][b] / n
			}
			for i := range x {
				s += (x[i][a] - ma) * (x[i][b] - mb) / (n - 1)
			}
			want := s * n / (n + 5.0)
			if a == b {
				want += 1e-3 * 5 / (n + 5.0)
				// Rounding of means near 3,000.
				if math.Abs(variances[a]-want) > 1e-10 {
					t.Errorf("variance %d: %v, want %v", a, variances[a], want)
				}
			}
			if math.Abs(cov.At(a, b)-want) > 1e-10 {
				t.Errorf("covariance (%d,%d): %v, want %v", a, b, cov.At(a, b), want)
			}
		}
	}
}

func TestWarmupFindsTheScales(t *testing.T) {
	sd := []float64{1e-3, 1, 1e3}
	target := normalTarget(sd...)
	s := NewState(target, []float64{1, 1, 1})
	for _, kind := range []MetricKind{Diagonal, Dense} {
		settings := NUTS{Metric: kind}
		w, err := settings.Warmup().Run(context.Background(), target, settings.Transition(target), s, rng.New(1), 1000)
		if err != nil {
			t.Fatal(err)
		}
		if w.Iterations != 1000 || w.Leapfrogs < 1000 {
			t.Errorf("%v: %d iterations, %d leapfrog steps", kind, w.Iterations, w.Leapfrogs)
		}
		v := make([]float64, 3)
		for i := range sd {
			p := make([]float64, 3)
			p[i] = 1
			w.Tuning.Metric.Velocity(v, p)
			// A variance from a window of 500 draws: ten per cent, and the regularisation
			// of 1e-5 on the smallest of 1e-6.
			if v[i] < 0.6*sd[i]*sd[i] || v[i] > 1.6*sd[i]*sd[i]+2e-5 {
				t.Errorf("%v: variance %d is %v, want %v", kind, i, v[i], sd[i]*sd[i])
			}
		}
		if s.X[0] != 1 {
			t.Error("the warm-up changed the state that it was given")
		}
	}
}

func TestWarmupCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	target := normalTarget(1)
	calls := 0
	counting := funcTarget{1, func(grad, x []float64) float64 {
		if calls++; calls == 300 {
			cancel()
		}
		return target.LogProbGrad(grad, x)
	}}
	w, err := NUTS{}.Warmup().Run(ctx, counting, NUTS{}.Transition(counting), NewState(counting, []float64{1}), rng.New(1), 1000)
	if !errors.Is(err, context.Canceled) || w.Iterations == 0 || w.Iterations == 1000 || !(w.Tuning.StepSize > 0) {
		t.Errorf("%d iterations, step size %v, error %v", w.Iterations, w.Tuning.StepSize, err)
	}
}

// mine is a Transition of another package.
type mine struct{ Transition }

func TestWarmupOfAnotherTransition(t *testing.T) {
	target := normalTarget(1, 3)
	w, err := Warmup{TargetAccept: 0.8}.Run(context.Background(), target, mine{NUTS{}.Transition(target)}, NewState(target, []float64{1, 1}), rng.New(1), 300)
	if err != nil {
		t.Fatal(err)
	}
	v := w.Tuning.Metric.(DiagMetric).Variance
	if v[0] < 0.5 || v[0] > 2 || v[1] < 4.5 || v[1] > 18 {
		t.Errorf("variances %v, want 1 and 9", v)
	}
}
