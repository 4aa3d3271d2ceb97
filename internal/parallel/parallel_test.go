package parallel

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"strings"
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

// raise is a caller's function that panics in call 7.
func raise(value any) func(worker, i int) {
	return func(_, i int) {
		if i == 7 {
			panic(value)
		}
	}
}

// recovered returns what Do panics with.
func recovered(workers, n int, f func(worker, i int)) (r any) {
	defer func() { r = recover() }()
	Do(workers, n, f)
	return nil
}

// The stack of the call was lost: the panic was raised again from the caller's
// goroutine, and its trace began in Do.
func TestDoKeepsTheStackOfAPanic(t *testing.T) {
	for _, workers := range []int{1, 3} {
		r := recovered(workers, 100, raise("seven"))
		p, ok := r.(*Panic)
		if !ok || p.Value != "seven" || Recovered(r) != "seven" {
			t.Fatalf("%d workers: recovered %v", workers, r)
		}
		if s := p.String(); !strings.HasPrefix(s, "seven\n") || !strings.Contains(s, ".raise.") {
			t.Errorf("%d workers: no stack of the call in %q", workers, s)
		}
		if _, ok := r.(error); ok {
			t.Errorf("%d workers: a string has become an error", workers)
		}
	}
}

func TestDoKeepsAnError(t *testing.T) {
	r := recovered(3, 100, raise(fmt.Errorf("call: %w", fs.ErrNotExist)))
	err, ok := r.(error)
	if !ok || !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), ".raise.") {
		t.Errorf("recovered %v", r)
	}
	if _, ok := r.(runtime.Error); ok {
		t.Error("an error has become one of the runtime")
	}
	// What has no value of its own is not taken apart.
	if Recovered(fs.ErrExist) != fs.ErrExist || Recovered(nil) != nil {
		t.Error("Recovered changes what is no Panic")
	}
}

func TestDoKeepsARuntimeError(t *testing.T) {
	var none []int
	r := recovered(3, 100, func(_, i int) { none[i]++ })
	err, ok := r.(runtime.Error)
	if !ok || !strings.HasPrefix(err.Error(), "runtime error: index out of range") {
		t.Errorf("recovered %v", r)
	}
	var bounds runtime.Error
	if !errors.As(Recovered(r).(error), &bounds) {
		t.Errorf("the value is %v", Recovered(r))
	}
}

// A Do in a call of another wraps no panic twice.
func TestDoOfDo(t *testing.T) {
	r := recovered(2, 2, func(_, _ int) { Do(2, 100, raise("seven")) })
	if Recovered(r) != "seven" {
		t.Errorf("recovered %v", r)
	}
}

func TestDoEndsAllGoroutines(t *testing.T) {
	before := runtime.NumGoroutine()
	recovered(7, 1000, raise("seven"))
	if n := runtime.NumGoroutine(); n > before {
		t.Errorf("%d goroutines are left of Do", n-before)
	}
}
