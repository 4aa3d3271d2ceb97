package infer

import (
	"fmt"
	"runtime"
)

// Explainer is a Target that can say why its density is zero at a point: a program
// names the site. Errors about a start carry what it says.
type Explainer interface {
	Explain(x []float64) error
}

// explain returns why t has no density at x, or nil where t cannot say.
func explain(t Target, x []float64) error {
	if p, ok := t.(evaluator); ok {
		t = p.ParallelTarget
	}
	if e, ok := t.(Explainer); ok {
		return e.Explain(x)
	}
	return nil
}

// recoverTo is deferred around work on a target. A target that cannot be evaluated
// panics with an error, as a program does whose sites change: recoverTo sets *err to
// it, after a prefix. Any other panic is a mistake in the code and goes on.
func recoverTo(err *error, prefix string) {
	switch r := recover().(type) {
	case nil:
	case runtime.Error:
		panic(r)
	case error:
		*err = fmt.Errorf("%s%w", prefix, r)
	default:
		panic(r)
	}
}
