package linalg

import "runtime"

// Workers is the number of goroutines that a call may use, the caller's among
// them; 0 means GOMAXPROCS. The functions of this package are methods of Workers(0).
// A caller that is one of many at work already, such as a chain, uses [Serial].
// Results do not depend on it, to the last bit.
type Workers int

// Serial does everything on the goroutine of the caller.
const Serial Workers = 1

// serialBelow is the work, in flop, under which a second goroutine costs more than
// it brings: it takes 0.1 to 0.2 ms to wake, in which one core does some 1e7 flop.
const serialBelow = 2e7

// forWork returns how many goroutines are worth their start for so many flop.
func (w Workers) forWork(flop float64) int {
	if w == 1 || flop < serialBelow {
		return 1
	}
	if w <= 0 {
		return runtime.GOMAXPROCS(0)
	}
	return int(w)
}
