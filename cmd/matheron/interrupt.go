package main

import "context"

// await returns what f does, or the error of ctx as soon as it is done. Dense
// algebra on a large table cannot be stopped half-way, nor a read of a pipe: after
// an interrupt it is left behind, and ends with the process. f must not write
// files.
func await[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	c := make(chan result, 1)
	go func() {
		v, err := f()
		c <- result{v, err}
	}()
	select {
	case r := <-c:
		return r.value, r.err
	case <-ctx.Done():
		var zero T
		return zero, ctx.Err()
	}
}
