package functional

import (
	"context"
	"fmt"
	"sync/atomic"

	"matheron/function"
	"matheron/internal/parallel"
)

// Each runs an algorithm on each function of a set, on GOMAXPROCS goroutines, and
// returns the results in the order of the functions.
//
//	f(s) = algorithm(f_s)
//
// It stops handing out functions once ctx is cancelled or the algorithm has
// failed on one. The error is then ctx.Err(), with the results that were done,
// others being zero; or the *PathError of the first function that failed, which
// does not depend on the number of goroutines.
func Each[F, T any](ctx context.Context, set function.Set[F], algorithm func(ctx context.Context, f F) (T, error)) ([]T, error) {
	n := set.Len()
	out, errs := make([]T, n), make([]error, n)
	var failed atomic.Int64 // the first function so far that has failed
	failed.Store(int64(n))
	parallel.Do(0, n, func(_, i int) {
		// Functions are handed out in order, and one before a failure is run even
		// if it starts after it: the first failure is always found.
		if int64(i) > failed.Load() || ctx.Err() != nil {
			return
		}
		v, err := algorithm(ctx, set.Path(i))
		if err != nil {
			errs[i] = err
			for {
				f := failed.Load()
				if int64(i) >= f || failed.CompareAndSwap(f, int64(i)) {
					return
				}
			}
		}
		out[i] = v
	})
	if err := ctx.Err(); err != nil {
		return out, err
	}
	for i, err := range errs {
		if err != nil {
			return nil, &PathError{Path: i, Err: err}
		}
	}
	return out, nil
}

// PathError is the error of one function of a set.
type PathError struct {
	Path int // from 0
	Err  error
}

func (e *PathError) Error() string { return fmt.Sprintf("path %d: %v", e.Path, e.Err) }

// Unwrap returns the cause.
func (e *PathError) Unwrap() error { return e.Err }
