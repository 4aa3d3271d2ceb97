// Package parallel splits independent calls over goroutines that end with the
// call.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Do calls f(worker, i) for each i in [0, n), on at most the given number of
// goroutines (0 means GOMAXPROCS), and returns when all have returned. A worker
// makes one call at a time, so that it can have scratch of its own. Calls are
// handed out in order.
//
// If f panics, no more calls are handed out, and Do panics once every goroutine
// has ended. f may be a caller's own function, and the goroutine that it ran on is
// gone by then: the value is a [*Panic], which has the stack of the call, or that
// as an error if f panicked with one.
func Do(workers, n int, f func(worker, i int)) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	workers = min(workers, n)
	if workers <= 1 {
		defer func() {
			if r := recover(); r != nil {
				panic(newPanic(r))
			}
		}()
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
	work := func(worker int) {
		defer func() {
			if r := recover(); r != nil {
				once.Do(func() { fault = newPanic(r) })
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
	}
	// The caller's goroutine is a worker too: a new one takes some 0.1 ms to wake.
	for worker := 1; worker < workers; worker++ {
		wg.Go(func() { work(worker) })
	}
	work(0)
	wg.Wait()
	if fault != nil {
		panic(fault)
	}
}
