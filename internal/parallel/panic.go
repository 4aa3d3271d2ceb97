package parallel

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// Panic is what [Do] panics with after a call has: the value, and the stack of the
// goroutine that the call ran on.
type Panic struct {
	Value any
	Stack []byte
}

// String is what the runtime prints of a panic that nobody recovers: the value,
// and where it comes from.
func (p *Panic) String() string { return fmt.Sprintf("%v\n\n%s", p.Value, p.Stack) }

// Recovered returns the value of a panic as it was raised, given what recover
// returned: that of a [Panic], and anything else as it is.
func Recovered(r any) any {
	if p, ok := r.(interface{ unwrap() *Panic }); ok {
		return p.unwrap().Value
	}
	return r
}

func (p *Panic) unwrap() *Panic { return p }

// errorPanic is a Panic with an error, which errors.Is and errors.As find.
type errorPanic struct{ *Panic }

func (p errorPanic) Error() string { return p.String() }
func (p errorPanic) Unwrap() error { return p.Value.(error) }

// runtimePanic is a Panic with an error of the runtime, such as an index out of
// range, and is one.
type runtimePanic struct{ errorPanic }

var _ runtime.Error = runtimePanic{}

func (p runtimePanic) RuntimeError() {}

// newPanic returns what Do panics with, given what recover returned on the
// goroutine of the call. That of a Do within the call stays as it is.
func newPanic(r any) any {
	if _, ok := r.(interface{ unwrap() *Panic }); ok {
		return r
	}
	p := &Panic{Value: r, Stack: debug.Stack()}
	switch r.(type) {
	case runtime.Error:
		return runtimePanic{errorPanic{p}}
	case error:
		return errorPanic{p}
	}
	return p
}
