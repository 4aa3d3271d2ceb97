package infertest

import (
	"math"
	"slices"
	"sync"
	"testing"

	"matheron/infer"
)

// TestTarget checks target at the points, at which its density must not be zero:
//
//   - the gradient is that of the log density, by central differences;
//   - all of grad is set, for any previous contents, x is not written to, and the same
//     point gives the same bits again;
//   - it gives those bits from several goroutines at once, or, if it is an
//     [infer.ParallelTarget], its evaluators do, in turns, at once, and each on any
//     number of goroutines.
//
// Run it under the race detector as well. It panics without points.
func TestTarget(t testing.TB, target infer.Target, points ...[]float64) {
	t.Helper()
	if len(points) == 0 {
		panic("infertest: a target is tested at points")
	}
	n := target.Dim()
	if n < 1 {
		t.Fatalf("Dim is %d", n)
	}
	want := make([]float64, len(points))
	grads := make([][]float64, len(points))
	for i, x := range points {
		if len(x) != n {
			t.Fatalf("point %d has %d coordinates, Dim is %d", i, len(x), n)
		}
		grads[i] = make([]float64, n)
		for j := range grads[i] {
			grads[i][j] = math.NaN()
		}
		y := slices.Clone(x)
		want[i] = target.LogProbGrad(grads[i], y)
		if math.IsNaN(want[i]) || math.IsInf(want[i], 0) {
			t.Errorf("point %d: the log density is %v", i, want[i])
			return
		}
		if !sameBits(x, y) {
			t.Errorf("point %d: LogProbGrad writes to x", i)
		}
		for j, g := range grads[i] {
			if math.IsNaN(g) || math.IsInf(g, 0) {
				t.Errorf("point %d: gradient %d is %v, or not set", i, j, g)
				return
			}
		}
	}
	for i, x := range points {
		again := make([]float64, n)
		for j := range again {
			again[j] = 1e6
		}
		if lp := target.LogProbGrad(again, x); lp != want[i] || !sameBits(again, grads[i]) {
			t.Errorf("point %d: %v %v the second time, %v %v the first", i, lp, again, want[i], grads[i])
		}
		checkGradient(t, target, i, x, want[i], grads[i])
	}
	checkConcurrent(t, target, points, want, grads)
}

// checkGradient compares with differences over five points, on the step of several
// whose error is least: estimated by the difference to half the step, plus rounding,
// 16 eps |log p| / h.
func checkGradient(t testing.TB, target infer.Target, point int, x []float64, lp float64, grad []float64) {
	t.Helper()
	y := slices.Clone(x)
	scratch := make([]float64, len(x))
	for i := range x {
		at := func(h float64) float64 {
			y[i] = x[i] + h
			v := target.LogProbGrad(scratch, y)
			y[i] = x[i]
			return v
		}
		slope := func(h float64) float64 {
			return (8*(at(h)-at(-h)) - (at(2*h) - at(-2*h))) / (12 * h)
		}
		best, got := math.Inf(1), 0.0
		for _, h := range []float64{1e-1, 1e-2, 1e-3, 1e-4, 1e-5} {
			h *= max(1, math.Abs(x[i]))
			a, b := slope(h), slope(h/2)
			if e := math.Abs(a-b) + 16*0x1p-52*math.Abs(lp)/h; e < best {
				best, got = e, b
			}
		}
		// Ten times the estimate; and never tighter than what a log density that is good
		// to 1e-12 can give.
		tol := 10*best + 1e-9*max(1, math.Abs(grad[i]))
		if !(math.Abs(grad[i]-got) <= tol) {
			t.Errorf("point %d: gradient %d is %v, differences of the log density give %v within %.2g", point, i, grad[i], got, tol)
		} else if best > 1e-3*max(1, math.Abs(got)) {
			t.Errorf("point %d: the log density is too rough for differences in coordinate %d: %v within %.2g", point, i, got, best)
		}
	}
}

// checkConcurrent evaluates in turns, on several numbers of goroutines, and at once.
func checkConcurrent(t testing.TB, target infer.Target, points [][]float64, want []float64, grads [][]float64) {
	t.Helper()
	evaluator := func(int) func(grad, x []float64) float64 { return target.LogProbGrad }
	if p, ok := target.(infer.ParallelTarget); ok {
		evaluator = p.Evaluator
	}
	same := func(evaluate func(grad, x []float64) float64, i int) bool {
		g := make([]float64, len(points[i]))
		return evaluate(g, points[i]) == want[i] && sameBits(g, grads[i])
	}
	for _, workers := range []int{0, 1, 2, 3} {
		a, b := evaluator(workers), evaluator(workers)
		for i := range points {
			if !same(a, i) || !same(b, len(points)-1-i) {
				t.Errorf("point %d: evaluators on %d goroutines, used in turns, differ from the target", i, workers)
				return
			}
		}
	}
	const users = 4
	var wg sync.WaitGroup
	var bad [users]bool
	for w := range users {
		evaluate := evaluator(1)
		wg.Go(func() {
			for k := range 25 * len(points) {
				if !same(evaluate, (k+w)%len(points)) {
					bad[w] = true
				}
			}
		})
	}
	wg.Wait()
	if slices.Contains(bad[:], true) {
		t.Error("evaluators used at the same time differ from the target")
	}
}

func sameBits(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) })
}
