package main

import (
	"context"
	"math"
	"time"
)

const (
	// warmEnough is the length of a run that needs no warm-up: caches and clocks
	// are warm after a small part of it.
	warmEnough = 5 * time.Second
	// budget ends the repetition of long work, which few runs measure well.
	budget = 60 * time.Second
)

// best returns the least time, in seconds, of the runs of work. The first warms up
// and does not count unless it is long. prepare, if not nil, comes before each
// and is not timed. It stops between two runs when ctx is done.
func best(ctx context.Context, runs int, prepare func(), work func() error) (float64, error) {
	least, spent := math.Inf(1), time.Duration(0)
	for count := -1; count < runs && spent < budget; count++ {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		if prepare != nil {
			prepare()
		}
		began := time.Now()
		if err := work(); err != nil {
			return 0, err
		}
		took := time.Since(began)
		spent += took
		if count < 0 && took < warmEnough {
			continue
		}
		if count < 0 {
			count = 0
		}
		least = min(least, took.Seconds())
	}
	return least, ctx.Err()
}
