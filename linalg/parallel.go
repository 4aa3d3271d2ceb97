package linalg

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// serialBelow is the work, in flop, under which a second goroutine costs more
// than it brings: its wake-up takes some 0.1 ms, and one core does about
// 1e10 flop a second with the present kernels.
const serialBelow = 2e6

// parallel calls f(0), ..., f(n-1), each once, on up to GOMAXPROCS goroutines
// and returns when all have returned. The calls must be independent.
func parallel(n int, flop float64, f func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	if workers <= 1 || flop < serialBelow {
		for i := range n {
			f(i)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	work := func() {
		for {
			i := int(next.Add(1)) - 1
			if i >= n {
				return
			}
			f(i)
		}
	}
	for range workers - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
}
