package parallel

import (
	"sync/atomic"
	"testing"
)

func TestDoCallsEachOnce(t *testing.T) {
	for _, workers := range []int{0, 1, 2, 7} {
		for _, n := range []int{0, 1, 2, 100} {
			calls := make([]atomic.Int32, n)
			var busy [8]atomic.Bool
			Do(workers, n, func(w, i int) {
				if !busy[w].CompareAndSwap(false, true) {
					t.Errorf("worker %d makes two calls at a time", w)
				}
				calls[i].Add(1)
				busy[w].Store(false)
			})
			for i := range calls {
				if c := calls[i].Load(); c != 1 {
					t.Errorf("%d workers: call %d of %d made %d times", workers, i, n, c)
				}
			}
		}
	}
}

func TestDoCarriesAPanic(t *testing.T) {
	defer func() {
		if r := recover(); r != "seven" {
			t.Errorf("recovered %v, want seven", r)
		}
	}()
	Do(3, 100, func(_, i int) {
		if i == 7 {
			panic("seven")
		}
	})
	t.Error("Do returned")
}
