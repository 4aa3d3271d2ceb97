package infertest

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"matheron/infer"
	"matheron/rng"
)

func TestNUTS(t *testing.T) { TestSampler(t, infer.NUTS{TargetAccept: 0.9}.Run, rng.New(1)) }
func TestDenseNUTS(t *testing.T) {
	TestSampler(t, infer.NUTS{TargetAccept: 0.9, Metric: infer.Dense}.Run, rng.New(2))
}
func TestHMC(t *testing.T) { TestSampler(t, infer.HMC{TargetAccept: 0.9}.Run, rng.New(3)) }

func TestTargetsThemselves(t *testing.T) {
	for _, k := range Targets() {
		r := rng.New(4).Named(k.Name).Rand()
		var points [][]float64
		for range 5 {
			x := make([]float64, k.Dim())
			for i := range x {
				x[i] = k.Mean[i] + r.NormFloat64()
			}
			points = append(points, x)
		}
		TestTarget(t, k, points...)
	}
}

// recorder is a testing.TB that keeps errors instead of failing.
type recorder struct {
	testing.TB
	errors []string
}

func (r *recorder) Helper()                   {}
func (r *recorder) Error(args ...any)         { r.errors = append(r.errors, fmt.Sprint(args...)) }
func (r *recorder) Errorf(f string, a ...any) { r.errors = append(r.errors, fmt.Sprintf(f, a...)) }
func (r *recorder) Fatalf(f string, a ...any) { r.Errorf(f, a...) }

// shared is a target whose evaluators share scratch space.
type shared struct {
	infer.Target
	scratch []float64
}

func (s shared) Evaluator(int) func(grad, x []float64) float64 {
	return func(grad, x []float64) float64 {
		s.scratch[0]++
		return s.Target.LogProbGrad(grad, x) + s.scratch[0]
	}
}

// manyWorkers is a target whose evaluators give other bits on several goroutines.
type manyWorkers struct{ infer.Target }

func (m manyWorkers) Evaluator(workers int) func(grad, x []float64) float64 {
	return func(grad, x []float64) float64 {
		lp := m.Target.LogProbGrad(grad, x)
		if workers == 3 {
			lp = math.Nextafter(lp, 0)
		}
		return lp
	}
}

// The kit finds what it is for.
func TestTheKitFails(t *testing.T) {
	base := Targets()[1].Target
	wrap := func(f func(grad, x []float64) float64) infer.Target { return density{base.Dim(), f} }
	calls := 0.0
	for name, target := range map[string]infer.Target{
		"differences": wrap(func(grad, x []float64) float64 {
			lp := base.LogProbGrad(grad, x)
			grad[3] *= 1.0001
			return lp
		}),
		"not set": wrap(func(grad, x []float64) float64 {
			g := make([]float64, len(grad))
			lp := base.LogProbGrad(g, x)
			copy(grad[:9], g)
			return lp
		}),
		"writes to x": wrap(func(grad, x []float64) float64 {
			lp := base.LogProbGrad(grad, x)
			x[0] += 1e-9
			return lp
		}),
		"second time": wrap(func(grad, x []float64) float64 {
			calls++
			return base.LogProbGrad(grad, x) + calls
		}),
		"in turns":      shared{base, make([]float64, 1)},
		"3 goroutines,": manyWorkers{base},
	} {
		points := [][]float64{make([]float64, 10), {1, 2, 0, 1, 0, 1, 0, 1, 2, 1}}
		r := &recorder{TB: t}
		TestTarget(r, target, points...)
		found := false
		for _, e := range r.errors {
			found = found || strings.Contains(e, name)
		}
		if !found {
			t.Errorf("%s: the errors are %q", name, r.errors)
		}
	}
}

func ExampleTestTarget() {
	// In a test of a package that makes targets, t being its *testing.T:
	check := func(t testing.TB) {
		for _, k := range Targets() {
			TestTarget(t, k, k.Mean)
		}
	}
	r := &recorder{}
	check(r)
	fmt.Println(len(r.errors), "errors")
	// Output: 0 errors
}

func BenchmarkNUTS(b *testing.B) {
	for _, k := range Targets() {
		b.Run(k.Name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				if _, err := (infer.NUTS{}).Run(context.Background(), k, infer.Run{Key: rng.New(uint64(i)), Warmup: 300, Draws: 300, Chains: 1}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
