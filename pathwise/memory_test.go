package pathwise_test

import (
	"runtime"
	"sync/atomic"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/pathwise"
)

// Evaluation holds no more memory for many points than for few: the mean
// function, which each tile calls, looks at the live heap from inside.
func TestMemoryDoesNotGrowWithPoints(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var every, calls, peak atomic.Int64
	live := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	mean := gp.Func{F: func([]float64) float64 {
		if e := every.Load(); e > 0 && calls.Add(1)%e == 0 {
			peak.Store(max(peak.Load(), live()))
		}
		return 0
	}}
	p := problem{"", kernel.Add(rbf, kernel.Mul(linear, matern32)), mean, 1, 20, gp.Noise(0.1), 0}
	for _, o := range []pathwise.Sampler{
		{Features: 32}, {Features: 4, PerPath: true, Form: basis.CosPhase},
	} {
		o.Posterior = p.posterior(t)
		paths := draw(t, o, 1, 4)
		held := func(n int) int64 {
			x, dst := line(n, -1, 1), mat.NewDense(4, n, nil)
			peak.Store(0)
			calls.Store(0)
			before := live()
			every.Store(int64(n / 10))
			paths.EvalTo(dst, x)
			every.Store(0)
			runtime.KeepAlive(x)
			return peak.Load() - before
		}
		held(1000) // first use
		few, many := held(1000), held(50000)
		// 64 kB for what the runtime itself does in between; the output would be
		// 1.6 MB, the features of all points 40 MB.
		if many > few+64<<10 {
			t.Errorf("a basis a path %v: %d bytes at 1,000 points, %d at 50,000", o.PerPath, few, many)
		}
		if few <= 0 {
			t.Errorf("%d bytes were held: nothing was measured", few)
		}
	}
}

// A goroutine's scratch is bounded for any number of features.
func TestMemoryOfManyFeaturesIsBounded(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var peak int64
	mean := gp.Func{F: func(x []float64) float64 {
		if x[0] == 0.5 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			peak = int64(m.HeapAlloc)
		}
		return 0
	}}
	p := problem{"", rbf, mean, 1, 5, gp.Noise(0.1), 0}
	paths := draw(t, pathwise.Sampler{Posterior: p.posterior(t), Features: 32768}, 1, 2)
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	paths.Eval(line(257, 0, 1))
	// A tile is 8 MB; 256 points would be 67 MB.
	if held := peak - int64(before.HeapAlloc); held < 1<<20 || held > 16<<20 {
		t.Errorf("%d bytes were held", held)
	}
}
