package main

import (
	"errors"
	"testing"
	"time"
)

func TestBestLeavesOutTheWarmUpAndThePreparation(t *testing.T) {
	prepared, worked := 0, 0
	seconds, err := best(t.Context(), 3, func() { prepared++; time.Sleep(20 * time.Millisecond) }, func() error {
		if worked++; worked == 1 {
			return nil // the fastest, but the warm-up
		}
		time.Sleep(5 * time.Millisecond)
		return nil
	})
	if err != nil || prepared != 4 || worked != 4 {
		t.Errorf("%v: prepared %d times, worked %d", err, prepared, worked)
	}
	if seconds < 0.005 || seconds >= 0.02 {
		t.Errorf("best of 5 ms runs: %v s", seconds)
	}
}

func TestBestStopsAtAnError(t *testing.T) {
	want := errors.New("no")
	count := 0
	if _, err := best(t.Context(), 3, nil, func() error { count++; return want }); err != want || count != 1 {
		t.Errorf("%v after %d runs", err, count)
	}
}
