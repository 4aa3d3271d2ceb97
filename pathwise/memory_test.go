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

// What a call allocates beside its result is a tile: its features, its covariances
// with 256 rows, and its values, in one precision or in both, whatever the numbers
// of points and of rows.
func TestScratchOfEvaluation(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	const features, count, tile = 512, 24, 64
	for _, rows := range []int{300, 1500} {
		p := problem{"", rbf, nil, 1, rows, gp.Noise(0.1), 0}
		paths := draw(t, pathwise.Sampler{Posterior: p.posterior(t), Features: features}, 1, count)
		for _, q := range []*pathwise.Paths{paths, paths.Float32()} {
			for _, n := range []int{500, 5000} {
				x, dst := line(n, -1, 1), mat.NewDense(count, n, nil)
				q.EvalTo(dst, x)
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				q.EvalTo(dst, x)
				runtime.ReadMemStats(&after)
				got := int(after.TotalAlloc - before.TotalAlloc)
				// A few small things of the call come on top.
				most := 8*tile*(features+8+256+8+count+1) + 4*tile*(features+count) + 4096
				if got > most {
					t.Errorf("%d rows, %d points: %d bytes, want at most %d", rows, n, got, most)
				}
				// The features of all points would be more.
				if all := 8 * n * features; n == 5000 && most > all/4 {
					t.Errorf("a bound of %d says nothing beside the %d bytes of all features", most, all)
				}
			}
		}
	}
}

// A path of one radial kernel that is kept allocates nothing at a point, once it has
// been asked. What is said of the others in the documentation is that they may: the
// log says how often.
func TestAPathOfOneRadialKernelAllocatesNothing(t *testing.T) {
	radial := map[string]bool{"rbf": true, "rbf(ard)": true, "matern12": true, "matern32": true, "matern52": true, "rational_quadratic": true}
	for _, text := range []string{
		"rbf", "rbf(ard)", "matern12", "matern32", "matern52", "rational_quadratic", "periodic", "cosine", "linear", "polynomial", "constant",
		"rbf + white", "rbf + linear", "rbf*periodic", "2*rbf", "rbf(dims=0)",
	} {
		expr, err := kernel.Parse(text, []string{"a", "b"})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range []pathwise.Sampler{{Features: 600}, {Features: 30, PerPath: true, Form: basis.CosPhase}} {
			for _, rows := range []int{20, 700} { // one block of rows, and more
				p := problem{text, expr.Kernel, gp.Constant{Value: 1}, 2, rows, gp.Noise(0.1), 0}
				o.Posterior = p.posterior(t)
				paths := draw(t, o, 1, 3)
				f, x, g := paths.Path(1), make([]float64, p.d), make([]float64, p.d)
				f.At(x)
				at := testing.AllocsPerRun(200, func() { f.At(x) })
				grad := 0.0
				if paths.CheckGrad() == nil {
					grad = testing.AllocsPerRun(200, func() { f.Grad(g, x) })
				}
				if t.Logf("%s, %d rows: At allocates %v times, Grad %v times", text, rows, at, grad); radial[text] && at+grad > 0 {
					t.Errorf("%s, %d rows: At allocates %v times, Grad %v times", text, rows, at, grad)
				}
			}
		}
	}
}
