package gp

import "runtime"

// workersFor returns how many goroutines are worth their start for so many
// kernel values: at some 10 ns each, 10,000 of them take as long as a wake-up.
func workersFor(values int) int {
	return max(1, min(runtime.GOMAXPROCS(0), values/10000))
}
