package linalg

import "matheron/internal/parallel"

// serialBelow is the work, in flop, under which a second goroutine costs more
// than it brings: its wake-up takes some 0.1 ms, and one core does about
// 1e10 flop a second with the present kernels.
const serialBelow = 2e6

// split calls f(0), ..., f(n-1), each once, on up to the given number of
// goroutines (0 means GOMAXPROCS) if the work is worth it. The calls must be
// independent.
func split(workers, n int, flop float64, f func(i int)) {
	if flop < serialBelow {
		workers = 1
	}
	parallel.Do(workers, n, func(_, i int) { f(i) })
}
