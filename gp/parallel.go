package gp

import "runtime"

// workersFor returns how many goroutines, of at most so many (0 means GOMAXPROCS),
// are worth their start for so many kernel values: at some 10 ns each, 10,000 of
// them take as long as a wake-up.
func workersFor(values, most int) int {
	if most == 1 || values < 20000 {
		return 1
	}
	if most <= 0 {
		most = runtime.GOMAXPROCS(0)
	}
	return max(1, min(most, values/10000))
}
