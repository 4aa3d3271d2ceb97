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
//   - all of grad is set, whatever was in it, x is not written to, and the same
//     point gives the same bits again;
//   - forks (or the target itself, if it is no [infer.Forker]) give those bits too,
//     evaluated in turns and from several goroutines at once;
//   - an [infer.Spreader] gives those bits on any number of goroutines.
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
	checkForks(t, target, points, want, grads)
	checkSpreader(t, target, points, want, grads)
}

// checkSpreader evaluates on several numbers of goroutines.
func checkSpreader(t testing.TB, target infer.Target, points [][]float64, want []float64, grads [][]float64) {
	t.Helper()
	s, ok := target.(infer.Spreader)
	if !ok {
		return
	}
	for _, workers := range []int{1, 2, 3, 0} {
		evaluate := s.Evaluator(workers)
		for i, x := range points {
			g := make([]float64, len(x))
			if lp := evaluate(g, x); lp != want[i] || !sameBits(g, grads[i]) {
				t.Errorf("point %d: %v %v on %d goroutines, %v %v otherwise", i, lp, g, workers, want[i], grads[i])
			}
		}
	}
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

// checkForks evaluates two forks in turns and then several at once.
func checkForks(t testing.TB, target infer.Target, points [][]float64, want []float64, grads [][]float64) {
	t.Helper()
	fork := func() infer.Target {
		if f, ok := target.(infer.Forker); ok {
			return f.Fork()
		}
		return target
	}
	same := func(f infer.Target, i int) bool {
		g := make([]float64, len(points[i]))
		return f.LogProbGrad(g, points[i]) == want[i] && sameBits(g, grads[i])
	}
	a, b := fork(), fork()
	if a.Dim() != target.Dim() {
		t.Errorf("a fork has Dim %d, the target %d", a.Dim(), target.Dim())
		return
	}
	for i := range points {
		if !same(a, i) || !same(b, len(points)-1-i) {
			t.Errorf("point %d: forks used in turns differ from the target", i)
			return
		}
	}
	const workers = 4
	var wg sync.WaitGroup
	var bad [workers]bool
	for w := range workers {
		f := fork()
		wg.Go(func() {
			for k := range 25 * len(points) {
				if !same(f, (k+w)%len(points)) {
					bad[w] = true
				}
			}
		})
	}
	wg.Wait()
	if slices.Contains(bad[:], true) {
		t.Error("forks used at the same time differ from the target")
	}
}

func sameBits(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) })
}
