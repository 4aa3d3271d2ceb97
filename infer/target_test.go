package infer

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"matheron/optimize"
	"matheron/rng"
)

// spreading is a normal target that notes how many goroutines it may have.
type spreading struct {
	Target
	mu   sync.Mutex
	seen map[int]int // calls by goroutines allowed; -1 for LogProbGrad
	made int         // evaluators
}

func (s *spreading) note(workers int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen[workers]++
}

func (s *spreading) LogProbGrad(grad, x []float64) float64 {
	s.note(-1)
	return s.Target.LogProbGrad(grad, x)
}

func (s *spreading) Evaluator(workers int) func(grad, x []float64) float64 {
	s.made++
	return func(grad, x []float64) float64 {
		s.note(workers)
		return s.Target.LogProbGrad(grad, x)
	}
}

// Each chain has an evaluator of its own. Chains that run at the same time share the
// processors; one that runs alone has all of them.
func TestChainsShareTheProcessors(t *testing.T) {
	old := runtime.GOMAXPROCS(4)
	defer runtime.GOMAXPROCS(old)
	for _, c := range []struct{ chains, workers, want int }{
		{1, 0, 0}, {2, 0, 2}, {3, 0, 1}, {4, 0, 1}, {9, 0, 1}, {4, 2, 2}, {4, 1, 0},
	} {
		s := &spreading{Target: normalTarget(1, 2), seen: map[int]int{}}
		run := Run{Key: rng.New(1), Warmup: 5, Draws: 5, Chains: c.chains, Workers: c.workers}
		if _, err := (NUTS{}).Run(context.Background(), s, run); err != nil {
			t.Fatal(err)
		}
		if len(s.seen) != 1 || s.seen[c.want] == 0 || s.made != c.chains {
			t.Errorf("%d chains on %d goroutines: %d evaluators, calls by goroutines allowed %v, want all with %d", c.chains, c.workers, s.made, s.seen, c.want)
		}
	}
	s := &spreading{Target: normalTarget(1, 2), seen: map[int]int{}}
	if _, err := (MAP{Starts: 2, Minimizer: optimize.LBFGS{}, Key: rng.New(1)}).Run(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	if len(s.seen) != 1 || s.seen[2] == 0 {
		t.Errorf("two starts: calls by goroutines allowed %v", s.seen)
	}
}
