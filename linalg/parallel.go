package linalg

import "matheron/internal/parallel"

// split calls f(0), ..., f(n-1), each once, on up to the given number of
// goroutines (0 means GOMAXPROCS) if the work is worth it. The calls must be
// independent.
func split(workers, n int, flop float64, f func(i int)) {
	if flop < serialBelow {
		workers = 1
	}
	parallel.Do(workers, n, func(_, i int) { f(i) })
}
