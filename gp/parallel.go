package gp

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// parallel calls f(worker, i) for each i in [0, n) on the given number of
// goroutines, and returns when all have returned. A worker makes one call at a
// time. A panic of f, which may be one of a caller's kernel, becomes a panic of
// parallel.
func parallel(workers, n int, f func(worker, i int)) {
	if workers <= 1 || n <= 1 {
		for i := range n {
			f(0, i)
		}
		return
	}
	var (
		next  atomic.Int64
		wg    sync.WaitGroup
		once  sync.Once
		fault any
	)
	for worker := range min(workers, n) {
		wg.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					once.Do(func() { fault = r })
					next.Store(int64(n))
				}
			}()
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				f(worker, i)
			}
		})
	}
	wg.Wait()
	if fault != nil {
		panic(fault)
	}
}

// workersFor returns how many goroutines are worth their start for so many
// kernel values: at some 10 ns each, 10,000 of them take as long as a wake-up.
func workersFor(values int) int {
	return max(1, min(runtime.GOMAXPROCS(0), values/10000))
}
