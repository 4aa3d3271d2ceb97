package optimize

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// MultiStart runs m from each of the starts, on as many goroutines as workers
// says (0 means GOMAXPROCS), and returns their ends in the order of the starts,
// and which of them has the lowest F: of equals the first, and -1 if no run has
// a value. The results do not depend on workers.
//
// objective is called once a start, on the goroutine that runs it, and may give
// every run its own function or its own scratch space; one function for all of
// them, and an Observe of m, must be safe for concurrent use. A start that fails has
// its error in its Result, and the others go on; the error returned is ctx.Err()
// if ctx was cancelled (each Result is then as far as its run came), or that of
// the first start if all have failed. If an objective panics, MultiStart panics
// once all its goroutines have ended. It panics if there is no start.
func MultiStart(ctx context.Context, m Minimizer, objective func(start int) Objective, starts [][]float64, workers int) (ends []Result, best int, err error) {
	if len(starts) == 0 {
		panic("optimize: MultiStart without a start")
	}
	if workers < 0 {
		panic(fmt.Sprintf("optimize: %d workers", workers))
	}
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	ends = make([]Result, len(starts))
	var (
		next   atomic.Int64
		failed atomic.Pointer[string]
		wait   sync.WaitGroup
	)
	for range min(workers, len(starts)) {
		wait.Go(func() {
			// Carried over to the caller's goroutine, where it can be recovered.
			defer func() {
				if v := recover(); v != nil {
					text := fmt.Sprintf("optimize: MultiStart: %v\n\n%s", v, debug.Stack())
					failed.CompareAndSwap(nil, &text)
				}
			}()
			for failed.Load() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(starts) {
					return
				}
				end, err := m.Minimize(ctx, objective(i), starts[i])
				end.Err = err
				ends[i] = end
			}
		})
	}
	wait.Wait()
	if text := failed.Load(); text != nil {
		panic(*text)
	}
	return ends, lowest(ends), outcome(ctx, ends)
}

// lowest returns the index of the lowest F, -1 if there is none below +Inf.
func lowest(ends []Result) int {
	best, f := -1, math.Inf(1)
	for i, end := range ends {
		if end.F < f { // never for NaN
			best, f = i, end.F
		}
	}
	return best
}

// outcome returns the error of all runs together.
func outcome(ctx context.Context, ends []Result) error {
	failures, cancelled := 0, false
	for _, end := range ends {
		if end.Err != nil {
			failures++
		}
		cancelled = cancelled || end.Status == Cancelled
	}
	switch {
	case cancelled:
		return ctx.Err()
	case failures == len(ends):
		return fmt.Errorf("optimize: all %d starts failed: start 0: %w", failures, ends[0].Err)
	}
	return nil
}
