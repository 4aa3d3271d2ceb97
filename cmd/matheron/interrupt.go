package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// signalError is the cause of a context that a signal has ended.
type signalError struct{ signal syscall.Signal }

func (e *signalError) Error() string { return e.signal.String() }

// code returns the exit code of a command that a signal has ended, as shells have it.
func (e *signalError) code() int { return 128 + int(e.signal) }

// withSignals returns a context that ends with the first interrupt, hang-up or
// request to end, so that the work ends in order; a second one ends the process at
// once. A signal that the process was started to ignore, as nohup does, stays ignored.
func withSignals(parent context.Context) context.Context {
	ctx, cancel := context.WithCancelCause(parent)
	c := make(chan os.Signal, 1)
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGHUP, syscall.SIGTERM} {
		if !signal.Ignored(s) {
			signal.Notify(c, s)
		}
	}
	go func() {
		first := (<-c).(syscall.Signal)
		cancel(&signalError{first})
		since := time.Now()
		for s := range c {
			// A terminal that goes sends its hang-up by way of the shell, too.
			if s != syscall.SIGHUP || time.Since(since) > time.Second {
				os.Exit((&signalError{s.(syscall.Signal)}).code())
			}
		}
	}()
	return ctx
}

// interruptCode returns the exit code after the signal that has ended ctx.
func interruptCode(ctx context.Context) int {
	var e *signalError
	if errors.As(context.Cause(ctx), &e) {
		return e.code()
	}
	return exitInterrupted
}

// await returns what f does, or the error of ctx as soon as it is done. Dense
// algebra on a large table cannot be stopped half-way, nor the wait for the other end
// of a pipe: after an interrupt it is left behind, and ends with the process. So f must
// not write to a regular file.
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
