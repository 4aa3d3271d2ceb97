package gp

import "runtime"

// valuesPerWorker is how many kernel values are worth a goroutine: at 1 to 2 ns each
// they take about as long as its wake-up, 0.1 ms.
const valuesPerWorker = 50000

// workersFor returns how many goroutines, of at most so many (0 means GOMAXPROCS),
// are worth their start for so many kernel values.
func workersFor(values, most int) int {
	if most == 1 || values < 2*valuesPerWorker {
		return 1
	}
	if most <= 0 {
		most = runtime.GOMAXPROCS(0)
	}
	return min(most, values/valuesPerWorker)
}
